//! The lines that problems stand on, found only once there are problems.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser};
use serde_json::value::RawValue;

use crate::error::{Error, Problem, push};

/// Adds to each problem the line of the text that its pointer leads to, where it has none yet and the text has the place.
///
/// `bytes` is the text that the document was read from.
pub fn add_lines(error: &mut Error, bytes: &[u8]) {
    let Ok(text) = super::text(bytes) else { return };
    let open: Vec<_> = error.problems.iter_mut().filter(|problem| problem.line.is_none()).collect();
    if open.is_empty() {
        return;
    }
    let mut wanted: Wanted =
        open.iter().flat_map(|problem| starts(&problem.pointer)).map(|start| (start.to_owned(), None)).collect();
    if text.trim_start().starts_with('{') {
        json(text, &mut wanted);
    } else {
        yaml(text, &mut wanted);
    }
    for problem in open {
        problem.line = starts(&problem.pointer).find_map(|start| wanted.get(start).copied().flatten());
    }
}

/// Problems with the lines that they stand on.
pub fn with_lines(problems: Vec<Problem>, bytes: &[u8]) -> Vec<Problem> {
    let mut error = Error { problems };
    add_lines(&mut error, bytes);
    error.problems
}

/// The lines of places, by their pointers.
type Wanted = HashMap<String, Option<usize>>;

/// A pointer and the pointers to what holds its place, longest first.
fn starts(pointer: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(pointer), |pointer| Some(pointer.rsplit_once('/')?.0))
        .filter(|start| start.starts_with('/'))
}

fn json(text: &str, wanted: &mut Wanted) {
    let Ok(root) = serde_json::from_str::<&RawValue>(text) else { return };
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut open: Vec<(String, &RawValue)> = vec![(String::new(), root)];
    while let Some((pointer, value)) = open.pop() {
        let inner: Vec<(String, &RawValue)> = match value.get().as_bytes().first() {
            Some(b'{') => {
                let members: HashMap<String, &RawValue> = serde_json::from_str(value.get()).unwrap_or_default();
                members.into_iter().map(|(key, value)| (push(&pointer, key), value)).collect()
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(value.get()).unwrap_or_default();
                items.into_iter().enumerate().map(|(index, value)| (push(&pointer, index), value)).collect()
            }
            _ => Vec::new(),
        };
        for (pointer, value) in inner.into_iter().filter(|(pointer, _)| wanted.contains_key(pointer)) {
            let offset = (value.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
            found.push((offset, pointer.clone()));
            open.push((pointer, value));
        }
    }
    // From one place to the next, so that the text is read once.
    found.sort_unstable();
    let (mut line, mut read) = (1, 0);
    for (offset, pointer) in found {
        line += text.as_bytes().get(read..offset).map_or(0, |text| super::line(text) - 1);
        read = offset;
        wanted.insert(pointer, Some(line));
    }
}

/// What is open around an event: the step inside of it that comes next.
enum Open {
    Key,
    Value(String),
    Item(usize),
}

fn yaml(text: &str, wanted: &mut Wanted) {
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
        Open::Value(key) => push(&pointer, key),
        Open::Item(index) => push(&pointer, index),
    })
}
