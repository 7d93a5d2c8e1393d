//! Path templates: `/users/{id}`, and odd ones like `/{a}-{b}` or `/{id}.json?format=long`.

use percent_encoding::percent_decode_str;

/// The most ways to read a path that are looked at.
const MOST_READINGS: usize = 64;

/// A path template.
#[derive(Debug)]
pub struct Template {
    segments: Vec<Vec<Piece>>,
    /// Pairs of a query that are part of the template.
    query: Vec<(String, String)>,
}

/// A piece of a segment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    Literal(String),
    Parameter(String),
}

/// What a path says of each parameter of its template: the name, and the text as it was written.
pub(super) type Reading = Vec<(String, String)>;

impl Template {
    /// Takes a template apart.
    pub(super) fn new(template: &str) -> Self {
        // What follows `#` tells operations of one path from each other in the document, and is never sent.
        let sent = template.split('#').next().unwrap_or_default();
        let (path, query) = sent.split_once('?').unwrap_or((sent, ""));
        let segments = path.split('/').skip(1).map(pieces).collect();
        Self { segments, query: form_urlencoded::parse(query.as_bytes()).into_owned().collect() }
    }

    /// Every way in which a path that was sent can be read by the template; none: it is another path.
    pub(super) fn read(&self, path: &str, query: &[(String, String)]) -> Vec<Reading> {
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        if parts.len() != self.segments.len() || !self.query.iter().all(|pair| query.contains(pair)) {
            return Vec::new();
        }
        let mut readings: Vec<Reading> = vec![Vec::new()];
        for (pieces, part) in self.segments.iter().zip(parts) {
            let mut found = Vec::new();
            fit(pieces, part, &mut Vec::new(), &mut found);
            let more =
                readings.iter().flat_map(|before| found.iter().map(|now| [before.clone(), now.clone()].concat()));
            readings = more.take(MOST_READINGS).collect();
        }
        readings
    }

    /// The names of its parameters.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().flatten().filter_map(|piece| match piece {
            Piece::Parameter(name) => Some(name.as_str()),
            Piece::Literal(_) => None,
        })
    }

    /// Whether a pair of the query is part of the template.
    pub(super) fn has_query(&self, name: &str) -> bool {
        self.query.iter().any(|(known, _)| known == name)
    }

    /// Orders templates that fit the same path: what is fixed comes first, from left to right.
    pub(super) fn rank(&self) -> Vec<usize> {
        let loose = |pieces: &Vec<Piece>| pieces.iter().filter(|piece| matches!(piece, Piece::Parameter(_))).count();
        let whole = |pieces: &Vec<Piece>| if loose(pieces) == pieces.len() { 9 } else { loose(pieces) };
        let fixed = self.segments.iter().map(|pieces| if loose(pieces) == 0 { 0 } else { whole(pieces) });
        fixed.chain([usize::from(self.query.is_empty())]).collect()
    }
}

fn pieces(segment: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = segment;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        if !before.is_empty() {
            pieces.push(Piece::Literal(before.to_owned()));
        }
        pieces.push(Piece::Parameter(name.to_owned()));
        rest = after;
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Literal(rest.to_owned()));
    }
    pieces
}

/// Every way to give each parameter of a segment a text that is not empty.
fn fit(pieces: &[Piece], text: &str, so_far: &mut Reading, found: &mut Vec<Reading>) {
    if found.len() >= MOST_READINGS {
        return;
    }
    match pieces {
        [] if text.is_empty() => found.push(so_far.clone()),
        [] => {}
        [Piece::Literal(literal), rest @ ..] => {
            let ends = text.char_indices().map(|(index, _)| index).chain([text.len()]);
            for (head, tail) in ends.map(|end| text.split_at(end)) {
                if percent_decode_str(head).eq(percent_decode_str(literal)) {
                    fit(rest, tail, so_far, found);
                }
            }
        }
        [Piece::Parameter(name)] if !text.is_empty() => {
            so_far.push((name.clone(), text.to_owned()));
            found.push(so_far.clone());
            so_far.pop();
        }
        [Piece::Parameter(name), rest @ ..] => {
            for (head, tail) in text.char_indices().skip(1).map(|(index, _)| text.split_at(index)) {
                so_far.push((name.clone(), head.to_owned()));
                fit(rest, tail, so_far, found);
                so_far.pop();
            }
        }
    }
}
