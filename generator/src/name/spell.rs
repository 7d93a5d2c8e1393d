//! Where the words of a text begin and end, and the words that signs stand for.

use unicode_ident::is_xid_continue;

/// Words whose capitals do not begin another word.
const WORDS: &[&str] =
    &["GraphQL", "MySQL", "NoSQL", "OAuth", "PostgreSQL", "iOS", "iPadOS", "macOS", "tvOS", "watchOS"];

/// What signs are called where nothing but signs tells a text.
const SIGNS: &[(char, &str)] = &[
    ('!', "not"),
    ('"', "quote"),
    ('#', "hash"),
    ('$', "dollar"),
    ('&', "and"),
    ('\'', "apostrophe"),
    ('(', "parenthesis"),
    (',', "comma"),
    ('-', "minus"),
    ('.', "dot"),
    ('/', "slash"),
    (':', "colon"),
    (';', "semicolon"),
    ('?', "question"),
    ('@', "at"),
    ('[', "bracket"),
    ('\\', "backslash"),
    ('^', "caret"),
    ('_', "underscore"),
    ('`', "backtick"),
    ('{', "brace"),
    ('|', "or"),
    ('~', "tilde"),
];

/// Signs that together say one thing.
const OPERATORS: &[(&str, &str)] = &[
    ("<=>", "compare"),
    ("!==", "not identical"),
    ("===", "identical"),
    ("!=~", "not match"),
    ("!=", "not equal"),
    ("==", "equal"),
    ("<=", "less or equal"),
    (">=", "greater or equal"),
    ("<>", "less or greater"),
    ("=~", "match"),
    ("!~", "not match"),
    ("~=", "almost equal"),
    ("!<", "not less"),
    ("!>", "not greater"),
    ("&&", "and also"),
    ("||", "or else"),
    ("**", "power"),
    ("//", "floor"),
    ("<<", "shift left"),
    (">>", "shift right"),
    ("->", "arrow"),
    ("=>", "implies"),
    ("..", "range"),
    ("++", "increment"),
    ("--", "decrement"),
];

/// A text with a word for each sign that is no letter or digit.
pub(crate) fn spelled_signs(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            sign if is_part(sign) => spelled.push(sign),
            '-' => spelled.push_str(" dash "),
            ' ' => spelled.push_str(" space "),
            ']' | ')' | '}' => spelled.push(' '),
            sign => spelled.push_str(&sign_word(sign)),
        }
    }
    spelled
}

/// The same with a word before each capital too, which tells `ID` from `id`.
pub(crate) fn spelled_cases(text: &str) -> String {
    let spelled = |sign: char| match sign {
        sign if sign.is_uppercase() => format!(" capital {sign}"),
        sign => spelled_signs(sign.encode_utf8(&mut [0; 4])),
    };
    text.chars().map(spelled).collect()
}

/// Signs that tell names apart become words; every other sign only parts words, unless there are only such.
pub(super) fn spell_out(text: &str) -> String {
    if !text.contains(is_part) {
        return signs(text);
    }
    let mut spelled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        if let Some((one, others)) = word_at(rest, sign, &spelled) {
            // A word of its own, also after a small letter.
            spelled.push(' ');
            spelled.push_str(&one.to_lowercase());
            spelled.push(' ');
            rest = others;
            continue;
        }
        rest = &rest[sign.len_utf8()..];
        if is_part(sign) {
            spelled.push(sign);
        } else if let Some((word, others)) = comparison(sign, rest) {
            spelled.push_str(&format!(" {word} "));
            rest = others;
        } else if sign == '!' && rest.starts_with(is_part) {
            spelled.push_str(" not ");
        } else if sign == '-' && spelled.is_empty() {
            spelled.push_str(" minus ");
        } else if "*+<>=%".contains(sign) {
            spelled.push_str(&sign_word(sign));
        } else {
            spelled.push(' ');
        }
    }
    spelled
}

/// The word of an operator that compares, which begins with this sign, and what follows it.
fn comparison(sign: char, after: &str) -> Option<(&'static str, &str)> {
    let compares = OPERATORS.iter().filter(|(signs, _)| signs.contains(['=', '<', '>', '!']));
    compares.copied().find_map(|(signs, word)| Some((word, after.strip_prefix(signs.strip_prefix(sign)?)?)))
}

/// A word at the beginning that its capitals do not end, and what follows it. What was `spelled` before must have come to
/// an end.
fn word_at<'a>(text: &'a str, sign: char, spelled: &str) -> Option<(&'a str, &'a str)> {
    let begins = !spelled.ends_with(char::is_uppercase);
    let inside = sign.is_lowercase() && spelled.ends_with(char::is_alphabetic);
    let length = if begins && !inside { word(text, sign) } else { 0 };
    (length > 0).then(|| text.split_at(length))
}

/// The length of a word at the beginning that its capitals do not end: one of [`WORDS`], a plural (`URLs`), or a version of
/// what has capitals (`IPv4`).
fn word(text: &str, first: char) -> usize {
    let ends = |rest: &str| !rest.starts_with(char::is_lowercase);
    let mut words = WORDS.iter().filter(|known| known.starts_with(first));
    if let Some(known) = words.find(|known| text.strip_prefix(**known).is_some_and(ends)) {
        return known.len();
    }
    let capitals = text.len() - text.trim_start_matches(|sign: char| sign.is_ascii_uppercase()).len();
    let rest = &text[capitals..];
    if capitals < 2 {
        return 0;
    }
    let digits = |rest: &str| rest.len() - rest.trim_start_matches(|sign: char| sign.is_ascii_digit()).len();
    match rest.chars().next() {
        Some('s') if ends(&rest[1..]) => capitals + 1,
        Some('v') if digits(&rest[1..]) > 0 => capitals + 1 + digits(&rest[1..]),
        _ => 0,
    }
}

/// The words of a text of nothing but signs.
fn signs(text: &str) -> String {
    let mut spelled = String::new();
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        let operator = OPERATORS.iter().find(|(signs, _)| rest.starts_with(signs));
        match operator {
            Some((_, word)) => spelled.push_str(&format!(" {word} ")),
            None if sign == ' ' => spelled.push_str(" space "),
            None if ")]}".contains(sign) => spelled.push_str(" end "),
            None => spelled.push_str(&sign_word(sign)),
        }
        rest = &rest[operator.map_or(sign.len_utf8(), |(signs, _)| signs.len())..];
    }
    spelled
}

fn sign_word(sign: char) -> String {
    let word = match sign {
        '*' => "any",
        '+' => "plus",
        '<' => "less",
        '>' => "greater",
        '=' => "equal",
        '%' => "percent",
        '\t' => "tab",
        '\n' => "newline",
        '\r' => "return",
        _ => match SIGNS.iter().find(|(known, _)| *known == sign) {
            Some((_, word)) => word,
            None => return format!(" sign {:x} ", u32::from(sign)),
        },
    };
    format!(" {word} ")
}

/// Whether a sign can be part of a word of an identifier: letters and digits that Rust takes, which are not all there are.
pub(super) fn is_part(sign: char) -> bool {
    sign.is_alphanumeric() && is_xid_continue(sign)
}
