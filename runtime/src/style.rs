//! How parameter values are written: the styles of OpenAPI's Parameter Object.
//!
//! What the specification leaves open is decided here, once:
//!
//! | question | answer |
//! |---|---|
//! | `null`, `None`, an empty list, an object without members | nothing is sent; in a path an error |
//! | `null` inside of a list or an object | left out |
//! | `null` as a member of the body of a form, or of an object in one | sent empty: `color=`, so that it is not lost |
//! | an empty text | sent: `color=`, `;color`, `.`; a path of which nothing else is left is an error |
//! | a list or an object inside of one | JSON, except for the two lines below |
//! | the same in [`Style::Deep`] | goes on with brackets |
//! | a list that is a member of an exploded form | repeats the member |
//! | a style that its place does not have | that of the place: simple in paths and headers, form in queries, cookies |
//! | a blank in an item of [`Style::Space`], a `\|` in one of [`Style::Pipe`] | an error: it would be two items |
//! | a comma in an item of a header | the same |
//! | a number that is none or infinite | an error: JSON does not know it |

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::path;

/// How a parameter is written, after the table "Style Values" of OpenAPI 3.0.4 and 3.1.1 (section 4.7.12 and 4.8.12).
///
/// The examples are those of the specification: a parameter `color` with the text `blue`, the list `blue`, `black`,
/// `brown`, and the object with `R`, `G` and `B`. Members of an object come in the order of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Style {
    /// `simple`, the default of paths and headers: `blue`, `blue,black,brown`, `B,150,G,200,R,100`.
    Simple,
    /// `simple` exploded: `blue`, `blue,black,brown`, `B=150,G=200,R=100`.
    SimpleExploded,
    /// `label`, in paths: `.blue`, `.blue,black,brown`, `.B,150,G,200,R,100`.
    Label,
    /// `label` exploded: `.blue`, `.blue.black.brown`, `.B=150.G=200.R=100`.
    LabelExploded,
    /// `matrix`, in paths: `;color=blue`, `;color=blue,black,brown`, `;color=B,150,G,200,R,100`.
    Matrix,
    /// `matrix` exploded: `;color=blue`, `;color=blue;color=black;color=brown`, `;B=150;G=200;R=100`.
    MatrixExploded,
    /// `form` that is not exploded: `color=blue`, `color=blue,black,brown`, `color=B,150,G,200,R,100`.
    Form,
    /// `form` exploded, the default of queries and cookies: `color=blue`, `color=blue&color=black&color=brown`,
    /// `B=150&G=200&R=100`. In a cookie `; ` stands in place of `&`.
    FormExploded,
    /// `spaceDelimited`, in queries: `color=blue%20black%20brown`, `color=B%20150%20G%20200%20R%20100`. Exploded it is the
    /// same as an exploded form.
    Space,
    /// `pipeDelimited`, in queries: `color=blue%7Cblack%7Cbrown`, `color=B%7C150%7CG%7C200%7CR%7C100`. Exploded it is the
    /// same as an exploded form.
    Pipe,
    /// `deepObject`, in queries: `color%5BB%5D=150&color%5BG%5D=200&color%5BR%5D=100`. Objects in it go on as `color[a][b]`,
    /// items of lists are numbered from 0: `color[a][0]`.
    Deep,
    /// A parameter with `content: application/json`: its JSON as one text.
    Json,
}

/// Why a value cannot be written, to follow the name of its parameter.
pub(crate) type Reason = &'static str;

/// Everything but the unreserved characters of RFC 3986, section 2.3.
pub(crate) const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What reserved expansion (RFC 6570, section 3.2.3) encodes, and the reserved characters that end a query (`#`), are
/// not allowed in one (`[`, `]`; `'` by the WHATWG URL standard) or would arrive as something else (`&`, `+`). `%` is
/// looked at by itself.
const RESERVED: &AsciiSet = &COMPONENT
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b'%');

/// What is not a `cookie-octet` of RFC 6265, section 4.1.1, and the `%` that encodes it.
const COOKIE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b',').add(b';').add(b'\\').add(b'%');

/// What is not in a `token` of RFC 9110, section 5.6.2.
const TOKEN: &AsciiSet = &COMPONENT
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'%')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'*')
    .remove(b'+')
    .remove(b'^')
    .remove(b'`')
    .remove(b'|');

/// A value, seen as the styles see it.
enum Shape<'a> {
    Nothing,
    One(Cow<'a, str>),
    Many(Vec<Cow<'a, str>>),
    Named(Vec<(&'a str, Cow<'a, str>)>),
}

/// A path segment, or a part of one.
pub(crate) fn path(style: Style, name: &str, value: &Value) -> Result<String, Reason> {
    let written = match (style, shape(value)) {
        (_, Shape::Nothing) => return Err("is empty"),
        (Style::Json, _) => component(&value.to_string()),
        (_, Shape::Many(items)) if items.iter().all(|item| item.trim().is_empty()) => return Err("is empty"),
        (Style::Label | Style::LabelExploded, shape) => {
            let (between, equals) = if style == Style::Label { (",", ",") } else { (".", "=") };
            format!(".{}", flat(&shape, between, equals, component))
        }
        (Style::Matrix, Shape::One(text)) => matrix(name, &component(&text)),
        (Style::Matrix, shape) => matrix(name, &flat(&shape, ",", ",", component)),
        (Style::MatrixExploded, Shape::One(text)) => matrix(name, &component(&text)),
        (Style::MatrixExploded, Shape::Many(items)) => {
            items.iter().map(|item| matrix(name, &component(item))).collect()
        }
        (Style::MatrixExploded, Shape::Named(members)) => {
            members.iter().map(|(name, text)| matrix(name, &component(text))).collect()
        }
        (_, Shape::One(text)) => return path::encode(&text).map(Cow::into_owned),
        (style, shape) => flat(&shape, ",", if style.is_exploded() { "=" } else { "," }, component),
    };
    path::check(&written)?;
    Ok(written)
}

/// Pairs of a query, encoded, with `&` between them; empty where there is nothing to send. Also the members of a form.
pub(crate) fn query(style: Style, name: &str, value: &Value) -> Result<String, Reason> {
    query_of(style, name, value, query_pair, component, component)
}

/// The same with reserved characters as they are, as `allowReserved` says.
pub(crate) fn reserved_query(style: Style, name: &str, value: &Value) -> Result<String, Reason> {
    query_of(style, name, value, reserved_pair, keeping_reserved, keeping_reserved_in_items)
}

/// Pairs of a query, by how a pair of it, a text and one of several texts in one are written.
fn query_of(
    style: Style,
    name: &str,
    value: &Value,
    write: fn(&str, &str) -> String,
    encode: fn(&str) -> String,
    item: fn(&str) -> String,
) -> Result<String, Reason> {
    let mut pairs = Vec::new();
    match (style, shape(value)) {
        (_, Shape::Nothing) => {}
        (Style::Json, _) => pairs.push(query_pair(name, &value.to_string())),
        (Style::Deep, _) => deep(name.to_owned(), value, write, &mut pairs),
        (Style::Space, shape) => pairs.push(pair(name, &delimited(&shape, ' ', "%20", encode)?)),
        (Style::Pipe, shape) => pairs.push(pair(name, &delimited(&shape, '|', "%7C", encode)?)),
        (style, _) if style.is_exploded() => exploded(name, value, write, &mut pairs),
        (_, Shape::One(text)) => pairs.push(pair(name, &encode(&text))),
        (_, shape) => pairs.push(pair(name, &flat(&shape, ",", ",", item))),
    }
    Ok(pairs.join("&"))
}

/// The value of a header, which is not encoded; `None` where there is nothing to send.
pub(crate) fn header(style: Style, value: &Value) -> Result<Option<String>, Reason> {
    let written = match (style, shape(value)) {
        (_, Shape::Nothing) => return Ok(None),
        (Style::Json, _) => ascii(&value.to_string()),
        (style, shape) => {
            separate(&shape, ',')?;
            let equals = if style.is_exploded() { "=" } else { "," };
            match &shape {
                // The first one ends the name.
                Shape::Named(members) if members.iter().any(|(name, _)| name.contains(equals)) => {
                    return Err("has a member with `=` in its name, so it would arrive as another one");
                }
                shape => flat(shape, ",", equals, str::to_owned),
            }
        }
    };
    Ok(Some(written))
}

/// Pairs of a `Cookie` header, with `; ` between them; empty where there is nothing to send.
pub(crate) fn cookie(style: Style, name: &str, value: &Value) -> String {
    let mut pairs = Vec::new();
    match (style, shape(value)) {
        (_, Shape::Nothing) => {}
        (Style::Json, _) => pairs.push(cookie_pair(name, &value.to_string())),
        (style, _) if style.is_exploded() => exploded(name, value, cookie_pair, &mut pairs),
        (_, shape) => pairs.push(format!("{}={}", token(name), flat(&shape, ",", ",", octets))),
    }
    pairs.join("; ")
}

/// A name and a value as a pair of a `Cookie` header.
pub(crate) fn cookie_pair(name: &str, value: &str) -> String {
    format!("{}={}", token(name), octets(value))
}

/// A name and a value that is sent as it is; `None` where it is not made of `cookie-octet`s (RFC 6265, section 4.1.1).
pub(crate) fn raw_cookie_pair(name: &str, value: &str) -> Option<String> {
    let is_octet = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\');
    value.bytes().all(is_octet).then(|| format!("{}={value}", token(name)))
}

/// A name and a value as a pair of a query.
pub(crate) fn query_pair(name: &str, value: &str) -> String {
    pair(name, &component(value))
}

fn reserved_pair(name: &str, value: &str) -> String {
    pair(name, &keeping_reserved(value))
}

/// A scalar as it is written, anything else as JSON.
pub(crate) fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        // Not as JSON, where a float without a fraction ends in `.0`.
        Value::Number(number) if number.is_f64() => {
            number.as_f64().map_or_else(|| number.to_string(), |float| float.to_string()).into()
        }
        value => value.to_string().into(),
    }
}

impl Style {
    fn is_exploded(self) -> bool {
        matches!(self, Self::SimpleExploded | Self::LabelExploded | Self::MatrixExploded | Self::FormExploded)
    }
}

fn shape(value: &Value) -> Shape<'_> {
    match value {
        Value::Null => Shape::Nothing,
        Value::Array(items) => {
            let items: Vec<_> = items.iter().filter(|item| !item.is_null()).map(text).collect();
            if items.is_empty() { Shape::Nothing } else { Shape::Many(items) }
        }
        Value::Object(members) => {
            let present = members.iter().filter(|(_, value)| !value.is_null());
            let members: Vec<_> = present.map(|(name, value)| (name.as_str(), text(value))).collect();
            if members.is_empty() { Shape::Nothing } else { Shape::Named(members) }
        }
        value => Shape::One(text(value)),
    }
}

/// A value as one text, with something between items and something between a name and its value.
fn flat(shape: &Shape<'_>, between: &str, equals: &str, encode: fn(&str) -> String) -> String {
    match shape {
        Shape::Nothing => String::new(),
        Shape::One(text) => encode(text),
        Shape::Many(items) => items.iter().map(|item| encode(item)).collect::<Vec<_>>().join(between),
        Shape::Named(members) => {
            let member = |(name, text): &(&str, Cow<'_, str>)| format!("{}{equals}{}", encode(name), encode(text));
            members.iter().map(member).collect::<Vec<_>>().join(between)
        }
    }
}

/// A value as one text, with a delimiter that no item may have in it.
fn delimited(shape: &Shape<'_>, delimiter: char, encoded: &str, encode: fn(&str) -> String) -> Result<String, Reason> {
    separate(shape, delimiter)?;
    Ok(flat(shape, encoded, encoded, encode))
}

/// Whether no item has the delimiter in it.
fn separate(shape: &Shape<'_>, delimiter: char) -> Result<(), Reason> {
    let ambiguous = match shape {
        Shape::Many(items) => items.iter().any(|item| item.contains(delimiter)),
        Shape::Named(members) => {
            members.iter().any(|(name, text)| name.contains(delimiter) || text.contains(delimiter))
        }
        Shape::Nothing | Shape::One(_) => false,
    };
    if ambiguous {
        return Err("has an item with the character in it that stands between items, so it would arrive as two");
    }
    Ok(())
}

/// A pair for each item or member.
fn exploded(name: &str, value: &Value, write: fn(&str, &str) -> String, pairs: &mut Vec<String>) {
    match value {
        Value::Null => {}
        Value::Array(items) => {
            pairs.extend(items.iter().filter(|item| !item.is_null()).map(|item| write(name, &text(item))));
        }
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::Object(_) => pairs.push(write(name, &text(value))),
                    value => exploded(name, value, write, pairs),
                }
            }
        }
        value => pairs.push(write(name, &text(value))),
    }
}

/// A pair for each value inside of a value, named by all names on the way to it.
fn deep(name: String, value: &Value, write: fn(&str, &str) -> String, pairs: &mut Vec<String>) {
    match value {
        Value::Null => {}
        Value::Array(items) => {
            let present = items.iter().filter(|item| !item.is_null());
            present.enumerate().for_each(|(index, item)| deep(format!("{name}[{index}]"), item, write, pairs));
        }
        Value::Object(members) => {
            members.iter().for_each(|(member, value)| deep(format!("{name}[{member}]"), value, write, pairs));
        }
        value => pairs.push(write(&name, &text(value))),
    }
}

/// Adds encoded pairs to others.
pub(crate) fn join(all: &mut String, between: &str, pairs: &str) {
    if !all.is_empty() && !pairs.is_empty() {
        all.push_str(between);
    }
    all.push_str(pairs);
}

fn pair(name: &str, encoded: &str) -> String {
    format!("{}={encoded}", component(name))
}

/// A name and a value after a semicolon; without `=` where the value is empty (RFC 6570, section 3.2.7).
fn matrix(name: &str, encoded: &str) -> String {
    let equals = if encoded.is_empty() { "" } else { "=" };
    format!(";{}{equals}{encoded}", component(name))
}

/// Encodes a text for any place of a URL.
pub(crate) fn component(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}

/// The name of a cookie (RFC 6265, section 4.1.1).
fn token(name: &str) -> String {
    utf8_percent_encode(name, TOKEN).to_string()
}

fn octets(text: &str) -> String {
    utf8_percent_encode(text, COOKIE).to_string()
}

/// Encodes a text whose reserved characters and whose `%` with two hexadecimal digits stay.
fn keeping_reserved(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut parts = text.split('%');
    written.extend(parts.next().map(|part| utf8_percent_encode(part, RESERVED)).into_iter().flatten());
    for part in parts {
        let is_triple = part.get(..2).is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        written.push_str(if is_triple { "%" } else { "%25" });
        written.extend(utf8_percent_encode(part, RESERVED));
    }
    written
}

/// The same of a text that others follow after a comma.
fn keeping_reserved_in_items(text: &str) -> String {
    keeping_reserved(text).replace(',', "%2C")
}

/// JSON that a header can carry: beyond ASCII it is escaped, as JSON allows everywhere.
fn ascii(json: &str) -> String {
    let mut written = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            written.push(c);
        } else {
            let mut units = [0; 2];
            written.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    written
}

#[cfg(test)]
mod tests;
