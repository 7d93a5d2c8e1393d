//! Texts for regular expressions.

use regex_syntax::hir::{Class, Hir, HirKind};

/// The longest text that is made, in bytes.
const LONGEST: usize = 100_000;

/// A text that a regular expression accepts, of at least `min` characters where the expression can grow. What it looks
/// ahead or behind for is not looked at. `None` where the expression is not one that Rust's syntax knows (back references).
pub fn matching(pattern: &str, min: usize) -> Option<String> {
    let hir = regex_syntax::parse(pattern).ok().or_else(|| regex_syntax::parse(&without_looks(pattern)).ok())?;
    let mut text = String::new();
    write_match(&hir, &mut 0, &mut text);
    let mut short = min.saturating_sub(text.chars().count());
    if short > 0 {
        text.clear();
        write_match(&hir, &mut short, &mut text);
    }
    Some(text)
}

/// Writes the shortest text that an expression accepts, but for repetitions that take up to `extra` rounds more, the
/// first ones first.
fn write_match(hir: &Hir, extra: &mut usize, text: &mut String) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => text.extend(class_member(class)),
        HirKind::Repetition(repetition) => {
            let room = repetition.max.map_or(usize::MAX, |max| max.saturating_sub(repetition.min) as usize);
            let more = room.min(*extra);
            *extra -= more;
            for _ in 0..repetition.min as usize + more {
                if text.len() > LONGEST {
                    return;
                }
                write_match(&repetition.sub, extra, text);
            }
        }
        HirKind::Capture(capture) => write_match(&capture.sub, extra, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write_match(part, extra, text)),
        HirKind::Alternation(parts) => {
            if let Some(part) = parts.first() {
                write_match(part, extra, text);
            }
        }
    }
}

/// An expression without the groups that look ahead or behind.
fn without_looks(pattern: &str) -> String {
    let mut kept = String::new();
    let mut rest = pattern;
    while let Some(start) = ["(?=", "(?!", "(?<=", "(?<!"].iter().filter_map(|look| rest.find(look)).min() {
        let (mut depth, mut escaped, mut end) = (0, false, rest.len());
        for (index, sign) in rest.char_indices().skip_while(|(index, _)| *index < start) {
            match sign {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '(' => depth += 1,
                ')' if depth == 1 => {
                    end = index + 1;
                    break;
                }
                ')' => depth -= 1,
                _ => {}
            }
        }
        kept.push_str(&rest[..start]);
        rest = &rest[end..];
    }
    kept + rest
}

/// A member of a class: a letter where it has one, since other characters read badly.
fn class_member(class: &Class) -> Option<char> {
    match class {
        Class::Unicode(class) => {
            let has = |wanted: char| class.iter().any(|range| (range.start()..=range.end()).contains(&wanted));
            let nice = ('a'..='z').chain('0'..='9').chain('A'..='Z').find(|wanted| has(*wanted));
            nice.or_else(|| class.iter().map(|range| range.start()).find(|first| *first >= ' '))
                .or_else(|| class.iter().next().map(|range| range.start()))
        }
        Class::Bytes(class) => class.iter().next().map(|range| char::from(range.start())),
    }
}
