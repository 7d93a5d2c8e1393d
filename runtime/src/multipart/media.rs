//! Media types and ranges of them (RFC 9110, sections 8.3.1 and 12.5.1).

/// Whether a media type is one of a range, which may be a type itself.
pub(super) fn is_in(mime: &str, range: &str) -> bool {
    let (kind, own) = split(mime);
    let (wanted, needed) = split(range);
    let is_kind = match wanted.strip_suffix("/*") {
        Some("*") => kind.contains('/'),
        Some(family) => kind.split_once('/').is_some_and(|(own, _)| own.eq_ignore_ascii_case(family)),
        None => kind.eq_ignore_ascii_case(wanted),
    };
    let is_there = |(name, value): (&str, &str)| {
        parameters(own).any(|(other, own)| other.eq_ignore_ascii_case(name) && own.eq_ignore_ascii_case(value))
    };
    is_kind && parameters(needed).all(is_there)
}

/// Whether it is a range of types.
pub(super) fn is_range(range: &str) -> bool {
    split(range).0.ends_with("/*")
}

/// The narrowest types and ranges of several lists that each list allows, in the order of the first list.
pub(super) fn common(lists: &[&[&'static str]]) -> Vec<&'static str> {
    let Some((first, rest)) = lists.split_first() else { return Vec::new() };
    rest.iter().fold(first.to_vec(), |common, list| {
        let mut narrowed: Vec<&'static str> = Vec::new();
        for one in common {
            let narrower = list.iter().filter_map(|other| match (is_in(one, other), is_in(other, one)) {
                (true, _) => Some(one),
                (false, true) => Some(*other),
                (false, false) => None,
            });
            for mime in narrower {
                if !narrowed.iter().any(|known| known.eq_ignore_ascii_case(mime)) {
                    narrowed.push(mime);
                }
            }
        }
        narrowed
    })
}

/// The type and its parameters.
fn split(mime: &str) -> (&str, &str) {
    let (kind, parameters) = mime.split_once(';').unwrap_or((mime, ""));
    (kind.trim(), parameters)
}

fn parameters(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = text.split(';').filter_map(|parameter| parameter.split_once('='));
    pairs.map(|(name, value)| (name.trim(), value.trim().trim_matches('"')))
}
