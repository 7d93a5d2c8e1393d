//! Corrections to a document as data: the OpenAPI Overlay Specification 1.0, with three members of our own.
//!
//! | member of an action | meaning |
//! |---|---|
//! | `x-reason` | why the correction is right; required |
//! | `x-releases` | `{from, until}`: the releases that it is for, both ends included, either may be absent; absent: all |
//! | `x-replace` | `true`: `update` takes the place of the target instead of being merged into it |
//!
//! A correction that no longer corrects must not linger: inside its releases, an action that matches nothing or changes
//! nothing is an error. Outside of them it is not applied.

mod descend;

use semver::Version;
use serde_json::{Map, Value};
use serde_json_path::JsonPath;

use crate::error::{Error, Problem, Result, push};
use crate::load;
use descend::{Descent, Index};

/// An action that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Which action, from 0.
    pub index: usize,
    /// Its JSONPath.
    pub target: String,
    /// How many places it changed.
    pub count: usize,
    /// Why it is right.
    pub reason: String,
}

/// Applies the actions of an overlay that are for this release, in their order.
///
/// # Errors
/// When the overlay is none, an action is not well-formed or has no reason, or one that is for this release matches nothing
/// or changes nothing; when an action is for some releases only, and the release is no version. Pointers are into the
/// overlay. After an error the document may be half changed.
pub fn apply(document: &mut Value, overlay: &str, release: &str) -> Result<Vec<Applied>> {
    let (applied, unmatched) = apply_matching(document, overlay, release)?;
    Error::check(applied, unmatched)
}

/// As [`apply`], but actions that match or change nothing are given back.
///
/// # Errors
/// When the overlay is none, or an action is not well-formed or has no reason.
pub fn apply_matching(document: &mut Value, overlay: &str, release: &str) -> Result<(Vec<Applied>, Vec<Problem>)> {
    let overlay = load::value(overlay.as_bytes())?;
    let actions = actions(&overlay)?;
    let mut applied = Vec::new();
    let mut problems = Vec::new();
    let actions = covering(&actions, release)?;
    let descents: Vec<&Descent> = actions.iter().filter_map(|action| action.descent.as_ref()).collect();
    let mut index = None;
    for action in &actions {
        let found = match &action.descent {
            Some(descent) => descent.find(document, index.get_or_insert_with(|| Index::new(document, &descents))),
            None => locate(&action.target, document),
        };
        let result = action.apply(document, &found);
        if let Some(known) = &mut index
            && !action.keep(known, &found, document)
        {
            index = None;
        }
        match result {
            Ok(count) => applied.push(Applied {
                index: action.index,
                target: action.target.to_string(),
                count,
                reason: action.reason.clone(),
            }),
            Err(message) => problems.push(Problem::at(format!("/actions/{}", action.index), message)),
        }
    }
    Ok((applied, problems))
}

/// The actions that are for a release.
fn covering<'a>(actions: &'a [Action], release: &str) -> Result<Vec<&'a Action>> {
    let bound = |action: &&Action| action.from.is_some() || action.until.is_some();
    let Some(first) = actions.iter().find(bound) else { return Ok(actions.iter().collect()) };
    let release = Version::parse(release).map_err(|_| {
        let what = format!(
            "the release `{release}` is not of the form 1.42.0; say in the configuration which `release` it is"
        );
        Problem::at(format!("/actions/{}/x-releases", first.index), what)
    })?;
    Ok(actions.iter().filter(|action| action.covers(&release)).collect())
}

/// One action of an overlay.
struct Action {
    index: usize,
    target: JsonPath,
    /// The target, if it looks everywhere and can be found without.
    descent: Option<Descent>,
    change: Change,
    reason: String,
    from: Option<Version>,
    until: Option<Version>,
}

/// What is done to each place that a target selects.
enum Change {
    Merge(Value),
    Replace(Value),
    Remove,
}

fn actions(overlay: &Value) -> Result<Vec<Action>> {
    let version = overlay.get("overlay").and_then(Value::as_str).unwrap_or_default();
    if !(version == "1.0" || version.starts_with("1.0.")) {
        return Err(Problem::at("/overlay", "this is no overlay: it must say `overlay: 1.0.0`").into());
    }
    let Some(list) = overlay.get("actions").and_then(Value::as_array) else {
        return Err(Problem::at("/actions", "the list `actions` is missing").into());
    };
    let mut actions = Vec::new();
    let mut problems = Vec::new();
    for (index, value) in list.iter().enumerate() {
        match action(index, value) {
            Ok(action) => actions.push(action),
            Err(problem) => problems.push(problem),
        }
    }
    Error::check(actions, problems)
}

fn action(index: usize, value: &Value) -> std::result::Result<Action, Problem> {
    const KNOWN: [&str; 7] = ["target", "description", "update", "remove", "x-reason", "x-releases", "x-replace"];
    let here = format!("/actions/{index}");
    let members = value.as_object().ok_or_else(|| Problem::at(&here, "an action must be an object"))?;
    if let Some(key) = members.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        let message = format!("unknown member; an action has {}", KNOWN.join(", "));
        return Err(Problem::at(push(&here, key), message));
    }
    let text = |key: &str, message: &str| match members.get(key).and_then(Value::as_str).map(str::trim) {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(Problem::at(push(&here, key), message)),
    };
    let target = text("target", "`target` is missing: a JSONPath that selects what is changed")?;
    let descent = Descent::parse(&target);
    let target = JsonPath::parse(&target).map_err(|error| {
        Problem::at(push(&here, "target"), format!("`{target}` is no JSONPath (RFC 9535): {error}"))
    })?;
    let replace = flag(members, "x-replace", &here)?;
    let change = match (members.get("update"), flag(members, "remove", &here)?) {
        (Some(update), false) if replace => Change::Replace(update.clone()),
        (Some(update), false) => Change::Merge(update.clone()),
        (None, true) if !replace => Change::Remove,
        _ => {
            return Err(Problem::at(
                here,
                "an action has either `update` or `remove: true`, and `x-replace` with `update` only",
            ));
        }
    };
    let (from, until) = match members.get("x-releases") {
        None => (None, None),
        Some(range) => releases(range, &push(&here, "x-releases"))?,
    };
    Ok(Action {
        index,
        target,
        descent,
        change,
        reason: text("x-reason", "`x-reason` is missing: say why the correction is right")?,
        from,
        until,
    })
}

fn flag(members: &Map<String, Value>, key: &str, here: &str) -> std::result::Result<bool, Problem> {
    match members.get(key) {
        None => Ok(false),
        Some(Value::Bool(value)) => Ok(*value),
        Some(_) => Err(Problem::at(push(here, key), "must be true or false")),
    }
}

/// The first and the last release of a range.
type Range = (Option<Version>, Option<Version>);

fn releases(range: &Value, here: &str) -> std::result::Result<Range, Problem> {
    let wrong = |message: &str| Problem::at(here, message);
    let members = range.as_object().ok_or_else(|| wrong("must be an object with `from`, `until` or both"))?;
    if members.is_empty() || members.keys().any(|key| key != "from" && key != "until") {
        return Err(wrong("must have `from`, `until` or both, and nothing else"));
    }
    let end = |key: &str| match members.get(key) {
        None => Ok(None),
        Some(value) => {
            let version = value.as_str().and_then(|text| Version::parse(text).ok());
            version.map(Some).ok_or_else(|| Problem::at(push(here, key), "must be a release such as 1.42.0"))
        }
    };
    let (from, until) = (end("from")?, end("until")?);
    match (&from, &until) {
        (Some(first), Some(last)) if first > last => Err(wrong("`from` is after `until`")),
        _ => Ok((from, until)),
    }
}

impl Action {
    fn covers(&self, release: &Version) -> bool {
        self.from.as_ref().is_none_or(|from| from <= release)
            && self.until.as_ref().is_none_or(|until| release <= until)
    }

    /// How many of the places found were changed; none is an error, told in the words returned.
    fn apply(&self, document: &mut Value, found: &[Vec<Step>]) -> std::result::Result<usize, String> {
        let target = &self.target;
        if found.is_empty() {
            return Err(format!("`{target}` matches nothing; the document was corrected, or the target is wrong"));
        }
        let mut count = 0;
        // From the end, so that removing does not move what is still to be changed.
        for way in found.iter().rev() {
            count += usize::from(self.apply_at(document, way)?);
        }
        if count == 0 {
            return Err(format!(
                "`{target}` changes nothing: the document already says so; remove the action or end its releases"
            ));
        }
        Ok(count)
    }

    /// Keeps an index right after what was done at these places; `false`: it must be made again.
    fn keep(&self, index: &mut Index, found: &[Vec<Step>], document: &Value) -> bool {
        match &self.change {
            Change::Merge(update) | Change::Replace(update) if index.knows(update) => {
                found.iter().for_each(|way| index.learn(document, way));
                true
            }
            Change::Merge(_) | Change::Replace(_) => true,
            // Only what stands behind an item that was removed from a list has moved.
            Change::Remove => !found.iter().any(|way| match way.split_last() {
                Some((Step::Index(_), list)) => {
                    let items = descend::at(document, list).and_then(Value::as_array);
                    items.is_some_and(|items| items.iter().any(|item| item.is_object() || item.is_array()))
                }
                _ => false,
            }),
        }
    }

    fn apply_at(&self, document: &mut Value, way: &[Step]) -> std::result::Result<bool, String> {
        // A place may lie inside another that this action has replaced or removed before.
        match &self.change {
            Change::Remove => {
                let Some((last, parents)) = way.split_last() else {
                    return Err("the document itself cannot be removed".into());
                };
                Ok(resolve(document, parents).is_some_and(|parent| remove(parent, last)))
            }
            Change::Replace(update) => Ok(resolve(document, way).is_some_and(|value| {
                let changed = value != update;
                value.clone_from(update);
                changed
            })),
            Change::Merge(update) => match resolve(document, way) {
                None => Ok(false),
                Some(Value::Array(items)) => {
                    items.push(update.clone());
                    Ok(true)
                }
                Some(value @ Value::Object(_)) if update.is_object() => Ok(merge(value, update)),
                Some(Value::Object(_)) => {
                    Err("`update` must be an object, because the target is one; or add `x-replace: true`".into())
                }
                Some(_) => Err("the target is a plain value; select what holds it, or add `x-replace: true`".into()),
            },
        }
    }
}

/// A step into a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Step {
    Name(String),
    Index(usize),
}

impl From<&serde_json_path::PathElement<'_>> for Step {
    fn from(element: &serde_json_path::PathElement<'_>) -> Self {
        match element {
            serde_json_path::PathElement::Name(name) => Self::Name((*name).to_owned()),
            serde_json_path::PathElement::Index(index) => Self::Index(*index),
        }
    }
}

/// Every place that a path selects.
fn locate(target: &JsonPath, document: &Value) -> Vec<Vec<Step>> {
    let found = target.query_located(document).dedup();
    found.iter().map(|node| node.location().iter().map(Step::from).collect()).collect()
}

fn resolve<'a>(value: &'a mut Value, way: &[Step]) -> Option<&'a mut Value> {
    way.iter().try_fold(value, |value, step| match step {
        Step::Name(name) => value.get_mut(name),
        Step::Index(index) => value.get_mut(*index),
    })
}

fn remove(parent: &mut Value, step: &Step) -> bool {
    match (parent, step) {
        (Value::Object(members), Step::Name(name)) => members.shift_remove(name).is_some(),
        (Value::Array(items), Step::Index(index)) if *index < items.len() => {
            items.remove(*index);
            true
        }
        _ => false,
    }
}

/// Objects are merged member by member, lists are joined, anything else is replaced. Says whether anything changed.
fn merge(value: &mut Value, update: &Value) -> bool {
    match (value, update) {
        (Value::Object(members), Value::Object(updates)) => {
            let mut changed = false;
            for (key, update) in updates {
                changed |= match members.get_mut(key) {
                    Some(value) => merge(value, update),
                    None => {
                        members.insert(key.clone(), update.clone());
                        true
                    }
                };
            }
            changed
        }
        (Value::Array(items), Value::Array(more)) => {
            items.extend(more.iter().cloned());
            !more.is_empty()
        }
        (value, update) => {
            let changed = value != update;
            value.clone_from(update);
            changed
        }
    }
}
