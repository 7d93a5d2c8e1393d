//! Path templates, taken apart.
//!
//! The specification knows `{name}` only. Documents also have regular expressions and the signs of RFC 6570 in their
//! braces, a query behind the path, and a fragment to tell operations of one path apart; what can be sent of these is.

/// A path template of the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Template {
    /// The path, with plain `{name}`s.
    pub path: String,
    /// The names in the path, in order; one may come twice.
    pub names: Vec<String>,
    /// What stands behind a `?`.
    pub query: Vec<(String, Fixed)>,
    /// What stands behind a `#`, which is never sent.
    pub fragment: Option<String>,
}

/// The value of a query parameter that the template has itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fixed {
    /// This text.
    Text(String),
    /// The parameter of this name.
    Name(String),
}

impl Template {
    /// Takes a path apart.
    ///
    /// # Errors
    ///
    /// What cannot be sent, as a sentence.
    pub(crate) fn parse(path: &str) -> Result<Self, String> {
        let (path, fragment) = split(path, '#');
        let (path, query) = split(path, '?');
        let mut template = Self { fragment: fragment.map(str::to_owned), ..Self::default() };
        for piece in pieces(path)? {
            match piece {
                Piece::Text(text) => template.path.push_str(text),
                // `{?a,b}` and `{&a}` are a query: parameters of a query are declared as such.
                Piece::Name(name) if name.starts_with(['?', '&']) => {}
                Piece::Name(name) => {
                    let name = plain(name);
                    template.path.push_str(&format!("{{{name}}}"));
                    template.names.push(name.to_owned());
                }
            }
        }
        for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = match pieces(value)?.as_slice() {
                [Piece::Name(name)] => Fixed::Name(plain(name).to_owned()),
                all if all.iter().all(|piece| matches!(piece, Piece::Text(_))) => Fixed::Text(decoded(value)),
                _ => return Err(format!("`{pair}` in its query mixes text and parameter: make it a query parameter")),
            };
            template.query.push((decoded(name), value));
        }
        Ok(template)
    }
}

/// A name or a value of a query without its encoding, which is done anew where it is sent.
fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

enum Piece<'a> {
    Text(&'a str),
    Name(&'a str),
}

/// Splits at the first such sign outside of braces.
fn split(text: &str, sign: char) -> (&str, Option<&str>) {
    let mut depth = 0_usize;
    for (index, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            c if c == sign && depth == 0 => return (&text[..index], Some(&text[index + c.len_utf8()..])),
            _ => {}
        }
    }
    (text, None)
}

/// The texts and the names in braces, which may hold balanced braces themselves: those of a regular expression.
fn pieces(text: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (index, c) in text.char_indices() {
        match c {
            '{' => {
                if depth == 0 {
                    pieces.push(Piece::Text(&text[start..index]));
                    start = index + 1;
                }
                depth += 1;
            }
            '}' if depth == 0 => return Err("it has a `}` without its `{`".to_owned()),
            '}' => {
                depth -= 1;
                if depth == 0 {
                    pieces.push(Piece::Name(&text[start..index]));
                    start = index + 1;
                }
            }
            _ => {}
        }
    }
    if depth > 0 {
        return Err("it has a `{` without its `}`".to_owned());
    }
    pieces.push(Piece::Text(&text[start..]));
    pieces.retain(|piece| !matches!(piece, Piece::Text("")));
    Ok(pieces)
}

/// A name without the signs of RFC 6570 and without the regular expression that some frameworks put behind it.
pub(crate) fn plain(name: &str) -> &str {
    let name = name.split(':').next().unwrap_or_default();
    name.trim().trim_start_matches(['+', '/', ';', '.']).trim_end_matches('*')
}
