//! The lines that problems stand on, found only once there are problems.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser};
use serde_json::value::RawValue;

use super::line;
use crate::error::Error;

/// Adds to each problem the line of the text that its pointer leads to, where it has none yet and the text has the place.
///
/// `bytes` is the text that the document was read from.
pub fn add_lines(error: &mut Error, bytes: &[u8]) {
    let Ok(text) = super::text(bytes) else { return };
    let open: Vec<_> = error.problems.iter_mut().filter(|problem| problem.line.is_none()).collect();
    if open.is_empty() {
        return;
    }
    if text.trim_start().starts_with('{') {
        for problem in open {
            problem.line = json(text, &problem.pointer);
        }
    } else {
        let mut wanted: HashMap<String, Option<usize>> =
            open.iter().flat_map(|problem| starts(&problem.pointer)).map(|start| (start.to_owned(), None)).collect();
        yaml(text, &mut wanted);
        for problem in open {
            problem.line = starts(&problem.pointer).find_map(|start| wanted.get(start).copied().flatten());
        }
    }
}

/// A pointer and the pointers to what holds its place, longest first.
fn starts(pointer: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(pointer), |pointer| Some(pointer.rsplit_once('/')?.0))
        .filter(|start| start.starts_with('/'))
}

fn steps(pointer: &str) -> Option<impl Iterator<Item = String>> {
    let steps = pointer.strip_prefix('/')?;
    Some(steps.split('/').map(|step| step.replace("~1", "/").replace("~0", "~")))
}

/// The line of the value that a pointer leads to, or of the innermost that is there.
fn json(text: &str, pointer: &str) -> Option<usize> {
    let mut value: &RawValue = serde_json::from_str(text).ok()?;
    for step in steps(pointer)? {
        let inner = match value.get().as_bytes().first() {
            Some(b'{') => {
                let mut members: HashMap<String, &RawValue> = serde_json::from_str(value.get()).ok()?;
                members.remove(&step)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
                step.parse::<usize>().ok().and_then(|index| items.get(index).copied())
            }
            _ => None,
        };
        let Some(inner) = inner else { break };
        value = inner;
    }
    let offset = (value.get().as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    Some(line(text.as_bytes().get(..offset)?))
}

/// What is open around an event: the step inside of it that comes next.
enum Open {
    Key,
    Value(String),
    Item(usize),
}

fn yaml(text: &str, wanted: &mut HashMap<String, Option<usize>>) {
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else { return };
        let opens = match &event {
            Event::MappingStart(..) => Some(Open::Key),
            Event::SequenceStart(..) => Some(Open::Item(0)),
            Event::MappingEnd | Event::SequenceEnd => {
                open.pop();
                next(&mut open);
                continue;
            }
            Event::Scalar(..) | Event::Alias(_) => None,
            _ => continue,
        };
        if let (Some(last @ Open::Key), Event::Scalar(key, ..)) = (open.last_mut(), &event) {
            *last = Open::Value(key.to_string());
            if let Some(found) = wanted.get_mut(&written(&open)) {
                found.get_or_insert(span.start.line());
            }
            continue;
        }
        if let Some(found) = wanted.get_mut(&written(&open)) {
            found.get_or_insert(span.start.line());
        }
        match opens {
            Some(inner) => open.push(inner),
            None => next(&mut open),
        }
    }
}

fn next(open: &mut [Open]) {
    match open.last_mut() {
        Some(Open::Item(index)) => *index += 1,
        Some(value @ Open::Value(_)) => *value = Open::Key,
        Some(Open::Key) | None => {}
    }
}

fn written(open: &[Open]) -> String {
    open.iter().fold(String::new(), |pointer, open| match open {
        Open::Key => pointer,
        Open::Value(key) => crate::error::push(&pointer, key),
        Open::Item(index) => crate::error::push(&pointer, index),
    })
}
