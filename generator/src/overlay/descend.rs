//! `$..` without a walk through the whole document for each action.
//!
//! A path such as `$..properties.encryption` can only match below places where there is a member `encryption`. One walk finds
//! the places of the names that matter to any action; what a path really selects is still asked of the JSONPath library, at
//! these places only.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use serde_json_path::JsonPath;

use super::Step;

/// A path that looks everywhere, and a name without which it finds nothing.
pub(super) struct Descent {
    /// The path from the place where it begins to match, which may be anywhere.
    pub(super) rest: JsonPath,
    /// Members that must be there: one of the names, in an object so many steps below the place.
    needs: Vec<(usize, Vec<String>)>,
}

/// Where objects have members that matter.
pub(super) struct Index {
    /// For each name, the ways to the objects that have a member of it. Some may have gone since.
    ways: HashMap<String, Vec<Vec<Step>>>,
    mask: Mask,
}

impl Descent {
    /// Reads a path; `None`: it does not look everywhere, or in a way that needs nothing.
    pub(super) fn parse(path: &str) -> Option<Self> {
        let text = path.strip_prefix("$..")?;
        let rest = if text.starts_with('[') { format!("${text}") } else { format!("$.{text}") };
        let mut needs = Vec::new();
        for (depth, segment) in segments(&rest)?.into_iter().enumerate() {
            match segment {
                Segment::Names(names) => needs.push((depth, names)),
                Segment::Filter(names) => {
                    needs.extend(names.into_iter().map(|(below, name)| (depth + 1 + below, vec![name])));
                }
                Segment::Other => {}
            }
        }
        (!needs.is_empty()).then_some(Self { rest: JsonPath::parse(&rest).ok()?, needs })
    }

    /// All names of which it may need one.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.needs.iter().flat_map(|(_, names)| names).map(String::as_str)
    }

    /// The need that fewest places meet.
    pub(super) fn rarest(&self, counts: &HashMap<&str, usize>) -> &[String] {
        let count = |names: &[String]| names.iter().filter_map(|name| counts.get(name.as_str())).sum::<usize>();
        self.needs.iter().min_by_key(|(_, names)| count(names)).map_or(&[], |(_, names)| names)
    }

    /// What it selects, in the order of the document.
    pub(super) fn find(&self, document: &Value, index: &Index) -> Vec<Vec<Step>> {
        let known = |names: &[String]| names.iter().all(|name| index.ways.contains_key(name));
        let Some((depth, names)) = self.needs.iter().find(|(_, names)| known(names)) else { return Vec::new() };
        let mut found = Vec::new();
        let mut asked: HashSet<&[Step]> = HashSet::new();
        for way in names.iter().filter_map(|name| index.ways.get(name)).flatten() {
            let Some(base) = way.len().checked_sub(*depth).and_then(|length| way.get(..length)) else { continue };
            if !asked.insert(base) {
                continue;
            }
            let Some(value) = at(document, base) else { continue };
            for node in self.rest.query_located(value).iter() {
                found.push(base.iter().cloned().chain(node.location().iter().map(Step::from)).collect());
            }
        }
        found
    }
}

impl Index {
    /// Finds the places of what each path needs most; `descents` are all that will be asked.
    pub(super) fn new(document: &Value, descents: &[&Descent]) -> Self {
        let names: Vec<&str> = descents.iter().flat_map(|descent| descent.names()).collect();
        let mut counts: HashMap<&str, usize> = names.iter().map(|name| (*name, 0)).collect();
        let mask = Mask::of(&names);
        visit(document, &mut Vec::new(), &mut |key, _| {
            if mask.may_be(key)
                && let Some(count) = counts.get_mut(key)
            {
                *count += 1;
            }
        });
        let rarest = descents.iter().flat_map(|descent| descent.rarest(&counts));
        let ways: HashMap<String, Vec<Vec<Step>>> = rarest.map(|name| (name.clone(), Vec::new())).collect();
        let mask = Mask::of(&ways.keys().map(String::as_str).collect::<Vec<_>>());
        let mut index = Self { ways, mask };
        index.learn(document, &[]);
        index
    }

    /// Finds what is at and below a place that has changed.
    pub(super) fn learn(&mut self, document: &Value, way: &[Step]) {
        let Some(value) = at(document, way) else { return };
        let (ways, mask) = (&mut self.ways, self.mask);
        visit(value, &mut Vec::new(), &mut |key, below| {
            if mask.may_be(key)
                && let Some(known) = ways.get_mut(key)
            {
                known.push(way.iter().cloned().chain(below.iter().map(Below::step)).collect());
            }
        });
    }

    /// Whether a value has members that matter, so that putting it into the document makes this index stale.
    pub(super) fn knows(&self, value: &Value) -> bool {
        match value {
            Value::Object(members) => {
                members.iter().any(|(key, inner)| self.ways.contains_key(key) || self.knows(inner))
            }
            Value::Array(items) => items.iter().any(|item| self.knows(item)),
            _ => false,
        }
    }
}

/// What most keys fail that are none of some names, at the price of a look at their first letter.
#[derive(Debug, Clone, Copy, Default)]
struct Mask([u64; 4]);

impl Mask {
    fn of(names: &[&str]) -> Self {
        let mut mask = Self::default();
        for byte in names.iter().filter_map(|name| name.as_bytes().first()) {
            if let Some(bits) = mask.0.get_mut(usize::from(byte / 64)) {
                *bits |= 1 << (byte % 64);
            }
        }
        mask
    }

    fn may_be(self, key: &str) -> bool {
        let Some(byte) = key.as_bytes().first() else { return true };
        self.0.get(usize::from(byte / 64)).is_some_and(|bits| bits & (1 << (byte % 64)) != 0)
    }
}

/// A step that borrows its name.
enum Below<'a> {
    Name(&'a str),
    Index(usize),
}

impl Below<'_> {
    fn step(&self) -> Step {
        match self {
            Self::Name(name) => Step::Name((*name).to_owned()),
            Self::Index(index) => Step::Index(*index),
        }
    }
}

/// What is at the end of a way.
pub(super) fn at<'a>(document: &'a Value, way: &[Step]) -> Option<&'a Value> {
    way.iter().try_fold(document, |value, step| match step {
        Step::Name(name) => value.get(name),
        Step::Index(index) => value.get(*index),
    })
}

/// Visits the members of all objects in a value, each with the way to its object.
fn visit<'a>(value: &'a Value, way: &mut Vec<Below<'a>>, seen: &mut impl FnMut(&str, &[Below<'a>])) {
    match value {
        Value::Object(members) => {
            for (key, inner) in members {
                seen(key, way);
                if inner.is_object() || inner.is_array() {
                    way.push(Below::Name(key));
                    visit(inner, way, seen);
                    way.pop();
                }
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                way.push(Below::Index(index));
                visit(inner, way, seen);
                way.pop();
            }
        }
        _ => {}
    }
}

/// A part of a path, as far as it says what must be there.
enum Segment {
    /// One of these members.
    Names(Vec<String>),
    /// Children that have all of these members, so many steps below, as far as it is plain from the text that they must.
    Filter(Vec<(usize, String)>),
    /// Anything else.
    Other,
}

/// The parts of a path; `None`: it looks everywhere once more, or is written in a way that is not read here.
fn segments(path: &str) -> Option<Vec<Segment>> {
    let mut rest = path.strip_prefix('$')?.trim();
    let mut segments = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let (name, next) = after.split_at(end);
            if !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
                return None;
            }
            if name.is_empty() {
                return None;
            }
            segments.push(Segment::Names(vec![name.to_owned()]));
            rest = next;
        } else {
            let end = closing(rest)?;
            let (inside, next) = (rest.get(1..end)?.trim(), rest.get(end + 1..)?);
            segments.push(match inside.strip_prefix('?') {
                Some(filter) => Segment::Filter(needed(filter)),
                None => quoted_names(inside).map_or(Segment::Other, Segment::Names),
            });
            rest = next;
        }
    }
    Some(segments)
}

/// Where the bracket that a text begins with is closed.
fn closing(text: &str) -> Option<usize> {
    if !text.starts_with('[') {
        return None;
    }
    let mut depth = 0_usize;
    for (index, c, quoted) in outside_quotes(text) {
        match c {
            _ if quoted => {}
            '[' | '(' => depth += 1,
            ']' | ')' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(index);
                }
            }
            _ => {}
        }
    }
    None
}

/// The characters of a text, and whether each is quoted.
fn outside_quotes(text: &str) -> impl Iterator<Item = (usize, char, bool)> {
    let mut quote: Option<char> = None;
    let mut escaped = false;
    text.char_indices().map(move |(index, c)| {
        let inside = quote.is_some();
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '\'' || c == '"' => quote = Some(c),
            None => {}
        }
        (index, c, inside || c == '\'' || c == '"')
    })
}

/// `'a', 'b'`: names, and nothing else.
fn quoted_names(text: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    for part in text.split(',') {
        let part = part.trim();
        let name = part.strip_prefix('\'')?.strip_suffix('\'').or_else(|| part.strip_prefix('"')?.strip_suffix('"'))?;
        if name.contains(['\'', '"', '\\']) {
            return None;
        }
        names.push(name.to_owned());
    }
    Some(names)
}

/// The members that a child must have to pass a filter: those that a condition asks to be there, or to hold a value.
fn needed(filter: &str) -> Vec<(usize, String)> {
    let mut conditions = vec![String::new()];
    let mut depth = 0_usize;
    for (_, c, quoted) in outside_quotes(filter) {
        match c {
            _ if quoted => continue,
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => return Vec::new(),
            '&' if depth == 0 => conditions.push(String::new()),
            _ => {}
        }
        if let Some(condition) = conditions.last_mut() {
            condition.push(c);
        }
    }
    conditions.iter().flat_map(|condition| needed_by(condition.trim_matches(['&', ' ']))).collect()
}

/// The members that one condition, without what is quoted in it, asks for.
fn needed_by(condition: &str) -> Vec<(usize, String)> {
    let Some(rest) = condition.strip_prefix("@.") else { return Vec::new() };
    let compared = condition.split_once("==").map(|(_, value)| value.trim());
    // Two places that are both absent are equal, and what is absent is not equal to anything.
    if condition.contains(['!', '<', '>', '(']) || compared.is_some_and(|value| value.starts_with(['@', '$'])) {
        return Vec::new();
    }
    let of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let path = rest.split(|c| !of_name(c)).next().unwrap_or_default();
    path.split('.').take_while(|name| !name.is_empty()).map(str::to_owned).enumerate().collect()
}
