//! Where a reference leads, by the rules of RFC 3986, section 5, for addresses and for paths in a folder.

use percent_encoding::percent_decode_str;

/// Where a reference leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// To an address with a scheme.
    Url(String),
    /// To a file, by its path from the folder.
    File(String),
    /// Out of the folder.
    Outside,
}

/// Where `reference`, which has no fragment, leads from `base`: an address, or a path from the folder.
pub(super) fn resolve(base: &str, reference: &str) -> Place {
    if has_scheme(reference) {
        return Place::Url(reference.to_owned());
    }
    if let Some(start) = path_start(base) {
        let (origin, path) = base.split_at(start);
        let scheme = origin.find("//").map_or(origin, |end| origin.get(..end).unwrap_or(origin));
        return Place::Url(match reference {
            "" => base.to_owned(),
            _ if reference.starts_with("//") => format!("{scheme}{reference}"),
            _ => format!("{origin}/{}", join(path, reference).unwrap_or_else(|rest| rest)),
        });
    }
    if reference.starts_with("//") {
        return Place::Url(format!("https:{reference}"));
    }
    if reference.is_empty() {
        return Place::File(base.to_owned());
    }
    // What is written as `%2e%2e` or `%2F` is a step like any other once it is the path of a file.
    let path = percent_decode_str(reference).decode_utf8_lossy().replace('\\', "/");
    match join(base, &path) {
        Ok(path) if !has_drive(&path) => Place::File(path),
        _ => Place::Outside,
    }
}

/// Whether a path begins at a drive, and so leads out of every folder.
fn has_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

/// Whether this begins with the scheme of an address; a single letter is a drive.
pub(super) fn has_scheme(text: &str) -> bool {
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'-' | b'.'))
}

/// Where the path of an address begins.
fn path_start(base: &str) -> Option<usize> {
    if !has_scheme(base) {
        return None;
    }
    match base.find("://") {
        Some(end) => {
            let host = end + 3;
            Some(base.get(host..)?.find('/').map_or(base.len(), |path| host + path))
        }
        None => base.find(':').map(|colon| colon + 1),
    }
}

/// A path from where another is, without `.` and `..`. Where it leads out of the top, the error is what is left of it.
fn join(base: &str, reference: &str) -> Result<String, String> {
    let folder = if reference.starts_with('/') { "" } else { base.rsplit_once('/').map_or("", |(folder, _)| folder) };
    let mut steps: Vec<&str> = Vec::new();
    let mut outside = false;
    for step in folder.split('/').chain(reference.split('/')) {
        match step {
            "" | "." => {}
            ".." => outside |= steps.pop().is_none(),
            step => steps.push(step),
        }
    }
    let path = steps.join("/");
    if outside { Err(path) } else { Ok(path) }
}
