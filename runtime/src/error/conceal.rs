//! Finds in a text what was sent, also where a server repeats it escaped, cut, trimmed or in another case.
//!
//! Text and values are compared by their signs without escapes and in lower case. Values are sorted once, so that it takes about as
//! long as reading them, however many there are and however alike.

use std::borrow::Cow;
use std::collections::HashSet;

/// A value that is shorter is too common to tell anything; taking it out would only garble the text.
const SHORTEST: usize = 3;
/// The beginning of a longer value counts as the value from this length on.
const PREFIX: usize = 8;

/// The most signs of a text beside the body that are shown.
const LONGEST: usize = 200;

/// What was sent.
pub(crate) struct Concealed {
    /// Values of less than [`PREFIX`] signs, which must be there as a whole.
    short: HashSet<Vec<char>>,
    /// The others, in order.
    long: Vec<Vec<char>>,
}

/// A sign of a text, and where in it it is written.
struct Sign {
    plain: char,
    start: usize,
    end: usize,
}

impl Concealed {
    pub(crate) fn new<'a>(sent: impl IntoIterator<Item = &'a str>) -> Self {
        let (mut short, mut long) = (HashSet::new(), Vec::new());
        for value in sent {
            let plain: Vec<char> = signs(value.trim()).into_iter().map(|sign| sign.plain).collect();
            let value = trimmed(&plain, |sign| sign.is_whitespace());
            // A server may repeat it without the signs around it: `%`, quotes, brackets.
            let core = trimmed(value, |sign| !sign.is_alphanumeric());
            for part in [Some(value), Some(core).filter(|core| core.len() < value.len())].into_iter().flatten() {
                match part.len() {
                    0..SHORTEST => {}
                    SHORTEST..PREFIX => drop(short.insert(part.to_vec())),
                    _ => long.push(part.to_vec()),
                }
            }
        }
        long.sort_unstable();
        long.dedup();
        Self { short, long }
    }

    /// The beginning of what a server said, without what was sent.
    pub(crate) fn shown(&self, text: &str) -> String {
        let beginning: String = text.chars().filter(|sign| !sign.is_control()).take(LONGEST).collect();
        self.hide(&beginning).into_owned()
    }

    /// The text with `…` in place of what was sent.
    pub(super) fn hide<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let signs = signs(text);
        let plain: Vec<char> = signs.iter().map(|sign| sign.plain).collect();
        let mut hidden = String::new();
        let (mut copied, mut until) = (0, 0);
        for (at, sign) in signs.iter().enumerate() {
            let length = self.matching(plain.get(at..).unwrap_or_default());
            // One that begins within another may go on behind it.
            if length > 0 && at >= until {
                hidden.push_str(text.get(copied..sign.start).unwrap_or_default());
                hidden.push('…');
            }
            until = until.max(if length > 0 { at.saturating_add(length) } else { 0 });
            if at < until {
                copied = sign.end;
            }
        }
        if copied == 0 {
            return Cow::Borrowed(text);
        }
        hidden.push_str(text.get(copied..).unwrap_or_default());
        Cow::Owned(hidden)
    }

    /// Whether something of what was sent is in a text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let plain: Vec<char> = signs(text).into_iter().map(|sign| sign.plain).collect();
        (0..plain.len()).any(|at| self.matching(plain.get(at..).unwrap_or_default()) > 0)
    }

    /// How many signs at the beginning of a text are a value, or the beginning of one.
    fn matching(&self, text: &[char]) -> usize {
        // What shares most with the text is next to where it would be in the order.
        let place = self.long.partition_point(|value| value.as_slice() < text);
        let near = [place.checked_sub(1), Some(place)];
        let near = near.into_iter().flatten().filter_map(|index| self.long.get(index));
        let common = near.map(|value| value.iter().zip(text).take_while(|(own, other)| own == other).count());
        let long = common.max().filter(|common| *common >= PREFIX);
        long.unwrap_or_else(|| {
            let lengths = (SHORTEST..PREFIX).rev();
            lengths
                .into_iter()
                .find(|length| text.get(..*length).is_some_and(|part| self.short.contains(part)))
                .unwrap_or(0)
        })
    }
}

/// A text without the signs at its ends that are of a kind.
fn trimmed(plain: &[char], is: impl Fn(char) -> bool) -> &[char] {
    let start = plain.iter().take_while(|sign| is(**sign)).count();
    let after = plain.iter().rev().take_while(|sign| is(**sign)).count();
    plain.get(start..plain.len().saturating_sub(after)).unwrap_or_default()
}

/// The signs of a text in lower case, those that are escaped as what they stand for: as in JSON, in URLs and in HTML.
fn signs(text: &str) -> Vec<Sign> {
    let mut signs = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (plain, length) = escaped(rest).unwrap_or((first, first.len_utf8()));
        let start = text.len().saturating_sub(rest.len());
        let end = start.saturating_add(length);
        signs.extend(plain.to_lowercase().map(|plain| Sign { plain, start, end }));
        rest = text.get(end..).unwrap_or_default();
    }
    signs
}

/// What an escape at the beginning of a text stands for, and how many bytes it has.
fn escaped(text: &str) -> Option<(char, usize)> {
    match text.as_bytes().first()? {
        b'%' => percent(text),
        b'\\' => backslash(text),
        b'&' => entity(text),
        _ => None,
    }
}

/// `%41`, in UTF-8.
fn percent(text: &str) -> Option<(char, usize)> {
    let byte = |number: usize| {
        let start = number.checked_mul(3)?;
        let written = text.get(start..start.checked_add(3)?)?.strip_prefix('%')?;
        written.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u8::from_str_radix(written, 16).ok())?
    };
    let mut bytes = [byte(0)?, 0, 0, 0];
    let count = match bytes[0] {
        0..=0x7f => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    };
    for (number, place) in bytes.iter_mut().enumerate().take(count).skip(1) {
        *place = byte(number)?;
    }
    let plain = std::str::from_utf8(bytes.get(..count)?).ok()?.chars().next()?;
    Some((plain, count.checked_mul(3)?))
}

/// `\n`, `\"`, `A` and pairs of surrogates.
fn backslash(text: &str) -> Option<(char, usize)> {
    let unit = |from: usize| {
        let written = text.get(from..from.checked_add(6)?)?.strip_prefix("\\u")?;
        u32::from_str_radix(written, 16).ok()
    };
    let plain = match text.as_bytes().get(1)? {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'"' => '"',
        b'\'' => '\'',
        b'/' => '/',
        b'\\' => '\\',
        b'u' => {
            let high = unit(0)?;
            let pair = unit(6).filter(|low| (0xd800..0xdc00).contains(&high) && (0xdc00..0xe000).contains(low));
            let Some(low) = pair else { return Some((char::from_u32(high)?, 6)) };
            let code = (high & 0x3ff).checked_shl(10)?.checked_add(low & 0x3ff)?.checked_add(0x1_0000)?;
            return Some((char::from_u32(code)?, 12));
        }
        _ => return None,
    };
    Some((plain, 2))
}

/// `&lt;`, `&#60;`, `&#x3c;`.
fn entity(text: &str) -> Option<(char, usize)> {
    let (name, _) = text
        .get(1..)?
        .char_indices()
        .take(10)
        .find(|(_, sign)| *sign == ';')
        .and_then(|(end, _)| text.get(1..)?.split_at_checked(end))?;
    let plain = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((plain, name.len().checked_add(2)?))
}

#[cfg(test)]
mod tests;
