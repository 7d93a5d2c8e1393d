//! YAML 1.2, with the merge keys of 1.1.
//!
//! Events come one by one, so that nesting, size and aliases are bounded while the text is read and not after.

use std::borrow::Cow;
use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span, StrInput, Tag};
use serde_json::{Map, Number, Value};

use super::{MAX_BYTES, MAX_DEPTH, MAX_VALUES, problem, too_deep};
use crate::error;

pub(super) fn read(text: &str) -> error::Result<Value> {
    // A small text may repeat a part often; none may grow to more than a few of the largest texts.
    let copies = text.len().saturating_mul(256).saturating_add(4 << 20).min(4 * MAX_BYTES);
    let parser = Parser::new_from_str(text);
    let most = most_values(text.len());
    let mut reader = Reader { parser, anchors: HashMap::new(), most, left: most, copies, way: Vec::new() };
    reader.stream().map_err(|stop| problem(&reader.way, stop.message, stop.line))
}

/// How many values a text may hold. `[a,a,…]` has one for every two bytes, and each takes hundreds of bytes of memory until
/// the crate is made; documents have one for twenty bytes or more.
fn most_values(bytes: usize) -> usize {
    (bytes / 20 + (16 << 10)).min(MAX_VALUES)
}

/// Why reading stopped, and the line, from 1; 0: unknown.
struct Stop {
    message: String,
    line: usize,
}

type Result<T> = std::result::Result<T, Stop>;

/// The tag of a node, where it has one.
type Tagged<'a> = Option<Cow<'a, Tag>>;

fn stop<T>(at: Marker, message: impl Into<String>) -> Result<T> {
    Err(Stop { message: message.into(), line: at.line() })
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    /// What aliases stand for.
    anchors: HashMap<usize, Anchor>,
    /// How many values there may be, and how many may still be made.
    most: usize,
    left: usize,
    /// How much anchors and aliases may still copy, in bytes of memory, roughly.
    copies: usize,
    /// The way to the error, innermost step first.
    way: Vec<String>,
}

/// What an alias stands for.
struct Anchor {
    value: Value,
    size: Size,
}

/// How much a copy of a value takes, in bytes of memory, roughly, and how deep it nests.
#[derive(Clone, Copy)]
struct Size {
    bytes: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn stream(&mut self) -> Result<Value> {
        let mut document = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return document.map_or_else(|| stop(span.start, "the text is empty"), Ok),
                Event::Nothing | Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd => {}
                node => match (self.node(node, span, 0)?, &document) {
                    (value, None) => document = Some(value),
                    // A `---` at the end begins a document without content.
                    (Value::Null, Some(_)) => {}
                    (_, Some(_)) => return stop(span.start, "the text holds more than one document; keep one of them"),
                },
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'a>, Span)> {
        match self.parser.next_event() {
            Some(Ok(next)) => Ok(next),
            // The parser looks ahead on a line, and has a limit of its own there.
            Some(Err(error)) if error.info() == "recursion limit exceeded" => stop(*error.marker(), too_deep()),
            Some(Err(error)) => stop(*error.marker(), format!("this is no YAML: {}", error.info())),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Value> {
        let Some(left) = self.left.checked_sub(1) else {
            let most = self.most;
            return stop(
                span.start,
                format!("the text holds over {most} values, too many for its size; is this the right file?"),
            );
        };
        self.left = left;
        if depth > MAX_DEPTH {
            return stop(span.start, too_deep());
        }
        let (anchor, value) = match event {
            Event::Alias(id) => return self.alias(id, depth, span.start),
            Event::Scalar(text, style, anchor, tag) => (anchor, scalar(text, style, &tag, span.start)?),
            Event::SequenceStart(anchor, tag) => {
                check_tag(&tag, &["seq", "omap", "pairs"], span.start)?;
                (anchor, self.list(depth)?)
            }
            Event::MappingStart(anchor, tag) => {
                check_tag(&tag, &["map", "omap", "set"], span.start)?;
                (anchor, self.object(depth)?)
            }
            _ => return stop(span.start, "the YAML ends too early; the file or the download is cut short"),
        };
        if anchor != 0 {
            let size = size(&value);
            self.charge(size.bytes, span.start)?;
            self.anchors.insert(anchor, Anchor { value: value.clone(), size });
        }
        Ok(value)
    }

    fn list(&mut self, depth: usize) -> Result<Value> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok(Value::Array(items));
            }
            match self.node(event, span, depth + 1) {
                Ok(item) => items.push(item),
                Err(error) => {
                    self.way.push(items.len().to_string());
                    return Err(error);
                }
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value> {
        let mut members = Map::new();
        let mut merged = Vec::new();
        loop {
            let (event, span) = self.next()?;
            let (key, merge) = match event {
                Event::MappingEnd => break,
                // YAML allows `200:` and `true:`: a key is what is written.
                Event::Scalar(text, style, anchor, _) => {
                    if anchor != 0 {
                        let value = Value::from(text.as_ref());
                        self.anchors.insert(anchor, Anchor { size: size(&value), value });
                    }
                    let merge = text == "<<" && style == ScalarStyle::Plain;
                    (text.into_owned(), merge)
                }
                Event::Alias(id) => match self.alias(id, depth, span.start)? {
                    Value::String(text) => (text, false),
                    Value::Array(_) | Value::Object(_) => return stop(span.start, "a key must be a text"),
                    plain => (plain.to_string(), false),
                },
                _ => return stop(span.start, "a key must be a text"),
            };
            if members.contains_key(&key) {
                let message = format!("the key `{key}` occurs twice");
                self.way.push(key);
                return stop(span.start, message);
            }
            let (event, span) = self.next()?;
            match self.node(event, span, depth + 1) {
                Ok(Value::Object(source)) if merge => merged.push(source),
                Ok(Value::Array(sources)) if merge && sources.iter().all(Value::is_object) => {
                    merged.extend(sources.into_iter().filter_map(|source| match source {
                        Value::Object(source) => Some(source),
                        _ => None,
                    }));
                }
                Ok(value) => {
                    members.insert(key, value);
                }
                Err(error) => {
                    self.way.push(key);
                    return Err(error);
                }
            }
        }
        // `<<: *anchor`: the members of the anchor, where there is none of their name.
        for (key, value) in merged.into_iter().flatten() {
            members.entry(key).or_insert(value);
        }
        Ok(Value::Object(members))
    }

    fn alias(&mut self, id: usize, depth: usize, at: Marker) -> Result<Value> {
        let Some(Size { bytes, depth: inner }) = self.anchors.get(&id).map(|anchor| anchor.size) else {
            return stop(at, "this alias stands for something that holds it");
        };
        if depth + inner > MAX_DEPTH {
            return stop(at, too_deep());
        }
        self.charge(bytes, at)?;
        Ok(self.anchors.get(&id).map(|anchor| anchor.value.clone()).unwrap_or_default())
    }

    fn charge(&mut self, bytes: usize, at: Marker) -> Result<()> {
        match self.copies.checked_sub(bytes) {
            Some(left) => {
                self.copies = left;
                Ok(())
            }
            None => stop(at, "the aliases of this YAML blow it up; write it without them"),
        }
    }
}

/// How much room a value takes beside its texts, and a member of an object beside its value.
const VALUE: usize = 32;
const MEMBER: usize = 64;

fn size(value: &Value) -> Size {
    let around = |of: Size, inner: Size| Size { bytes: of.bytes + inner.bytes, depth: of.depth.max(inner.depth + 1) };
    let own = Size { bytes: VALUE, depth: 0 };
    match value {
        Value::String(text) => Size { bytes: VALUE + text.len(), ..own },
        Value::Array(items) => items.iter().map(size).fold(own, around),
        Value::Object(members) => members.iter().fold(own, |of, (key, value)| {
            let inner = size(value);
            around(of, Size { bytes: inner.bytes + MEMBER + key.len(), ..inner })
        }),
        _ => own,
    }
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle, tag: &Tagged<'_>, at: Marker) -> Result<Value> {
    let Some(tag) = tag else {
        return Ok(if style == ScalarStyle::Plain { plain(text) } else { Value::String(text.into_owned()) });
    };
    match core_name(tag) {
        Some("str" | "binary" | "timestamp") => Ok(Value::String(text.into_owned())),
        Some("null") => Ok(Value::Null),
        Some("int" | "float" | "bool") => match plain(text) {
            Value::String(text) => stop(at, format!("`{text}` is not what its tag `{tag}` says")),
            value => Ok(value),
        },
        // `! a`: whatever it looks like, it is a text.
        None if tag.handle.len() + tag.suffix.len() == 1 => Ok(Value::String(text.into_owned())),
        _ => unknown(tag, at),
    }
}

/// What an unquoted text is, by the core schema of YAML 1.2; `yes`, dates and numbers that begin with a zero are texts.
fn plain(text: Cow<'_, str>) -> Value {
    match text.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        written => number(written).map_or_else(|| Value::String(text.into_owned()), Value::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        b'0'..=b'9' | b'.' => (false, text),
        _ => return None,
    };
    let radix = [("0x", 16), ("0o", 8), ("0b", 2)].into_iter().find(|(prefix, _)| digits.starts_with(prefix));
    if let Some((prefix, radix)) = radix {
        let digits = digits.strip_prefix(prefix).filter(|digits| !digits.starts_with(['+', '-']))?;
        let value = u64::from_str_radix(digits, radix).ok()?;
        return if negative { i64::try_from(value).ok().map(|value| Number::from(-value)) } else { Some(value.into()) };
    }
    if digits.bytes().all(|digit| digit.is_ascii_digit()) {
        if digits.is_empty() || (digits.starts_with('0') && digits.len() > 1) {
            return None;
        }
        let whole = text.strip_prefix('+').unwrap_or(text);
        if let Ok(value) = whole.parse::<i64>() {
            return Some(value.into());
        }
        if let Ok(value) = whole.parse::<u64>() {
            return Some(value.into());
        }
    }
    let of_number = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
    if !digits.bytes().all(of_number) || !digits.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let zeros = digits.starts_with('0') && digits.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    // Infinity and what is too large for it stay texts: JSON has no such numbers.
    let value = text.parse::<f64>().ok().filter(|_| !zeros && !digits.starts_with(['+', '-']))?;
    Number::from_f64(value)
}

/// The name of a tag of the core schema.
fn core_name(tag: &Tag) -> Option<&str> {
    const CORE: &str = "tag:yaml.org,2002:";
    if tag.handle == CORE { Some(&tag.suffix) } else { tag.suffix.strip_prefix(CORE) }
}

fn check_tag(tag: &Tagged<'_>, known: &[&str], at: Marker) -> Result<()> {
    match tag {
        Some(tag) if !core_name(tag).is_some_and(|name| known.contains(&name)) => unknown(tag, at),
        _ => Ok(()),
    }
}

fn unknown<T>(tag: &Tag, at: Marker) -> Result<T> {
    stop(
        at,
        format!("the tag `{}{}` says something that JSON cannot; write the value without it", tag.handle, tag.suffix),
    )
}
