//! Prose of documents, as rustdoc can take it.

use logto_generator::markdown::{first, lines};

#[test]
fn prose_is_safe() {
    let cases: &[(&str, &[&str])] = &[
        ("", &[]),
        (" \n\t ", &[]),
        ("Lists users.", &["Lists users."]),
        ("One\nline.\n\nAnother.", &["One line.", "", "Another."]),
        ("**Note**: `code` and *more*.", &["**Note**: `code` and *more*."]),
        ("# Heading\nText", &["Heading", "", "Text"]),
        ("a\n===\nb", &["a", "", "b"]),
        ("- one\n- two\n\nafter", &["- one", "- two", "", "after"]),
        ("2. one\n3. two", &["2. one", "3. two"]),
        (
            "See [User] and [the docs](/docs) and [API](https://a.example/x).",
            &[r"See \[User\] and the docs and [API](https://a.example/x)."],
        ),
        ("[x]: https://a.example\n\nSee [x].", &["See [x](https://a.example)."]),
        (
            "At https://a.example/b_c?d=e, or http://b.example.",
            &["At <https://a.example/b_c?d=e>, or <http://b.example>."],
        ),
        ("At https:// nothing", &["At `https://` nothing"]),
        ("<https://a.example>", &["<https://a.example>"]),
        ("[https://a.example](https://a.example)", &["<https://a.example>"]),
        ("[https://b.example](/x)", &["<https://b.example>"]),
        ("a <b>bold</b> <script>x</script> word", &["a bold x word"]),
        ("<div>\nhidden\n</div>\n\nshown", &["shown"]),
        ("a < b && c > d", &[r"a \< b \&\& c \> d"]),
        ("Vec<String> and &lt;T&gt;", &[r"Vec and \<T\>"]),
        ("snake_case and _under_ and __init__", &["snake_case and *under* and **init**"]),
        ("a _ b", &[r"a \_ b"]),
        ("![logo](https://a.example/x.png) after", &["after"]),
        ("```rust\nfn main() {}\n```", &["```text", "fn main() {}", "```"]),
        ("    let indented = code;", &["```text", "let indented = code;", "```"]),
        ("~~~\n```\n~~~", &["````text", "```", "````"]),
        ("A tick ` alone", &[r"A tick \` alone"]),
        ("``a ` b``", &["`` a ` b ``"]),
        ("| a | b |\n|---|---|\n| c | d |", &["a · b", "", "c · d"]),
        ("*/ }\n#[evil] \"# fn", &[r##"\*/ } #\[evil\] "# fn"##]),
        ("a\u{202e}b\u{0}c\u{200b}d\u{7}", &["abcd"]),
        ("one\u{2028}two", &["one two"]),
        ("1986\\. A year", &[r"1986\. A year"]),
        ("+1 is a vote", &[r"\+1 is a vote"]),
        ("**open", &[r"\*\*open"]),
        ("a\n***\nb", &["a", "", "b"]),
        ("> quoted\n> text", &["quoted text"]),
    ];
    for (text, expected) in cases {
        assert_eq!(lines(text), *expected, "{text:?}");
        // What was made safe is safe: it means the same when it is read again.
        let again = lines(&lines(text).join("\n"));
        assert_eq!(again, *expected, "again: {text:?}");
    }
}

/// A long item goes on below its text, where rustdoc and clippy look for it.
#[test]
fn items_of_lists_are_indented() {
    let words = "word ".repeat(30);
    for (mark, indent) in [("- ", "  "), ("3. ", "   "), ("12. ", "    ")] {
        let text = format!("{mark}{words}");
        let made = lines(&text);
        let [first, rest @ ..] = made.as_slice() else { panic!("{text}") };
        assert!(first.starts_with(mark) && !rest.is_empty(), "{made:?}");
        assert!(rest.iter().all(|line| line.starts_with(&format!("{indent}word"))), "{made:?}");
    }
    // A number at the beginning of a paragraph is none of a list.
    assert!(lines(&format!("1986\\. {words}"))[1].starts_with("word"));
}

#[test]
fn only_the_first_paragraph_of_a_long_text_stays() {
    let long = format!("First sentence. {}\n\nSecond paragraph.", "Words and words. ".repeat(60));
    let kept = lines(&long);
    assert!(kept.iter().all(|line| line.chars().count() <= 100), "{kept:?}");
    let text = kept.join(" ");
    assert!(text.starts_with("First sentence. Words") && text.ends_with("words.") && text.len() <= 600, "{text}");

    let endless = lines(&"`".repeat(5_000)).join(" ");
    assert!(endless.chars().count() <= 1_300, "{} characters", endless.chars().count());
    let block = format!("```\n{}```", "line\n".repeat(1_000));
    assert_eq!(lines(&block), [""; 0]);
}

#[test]
fn the_first_paragraph_is_the_first_that_is_text() {
    assert_eq!(first("```\ncode\n```\n\ntext\n\nmore"), ["text"]);
    assert_eq!(first("- an item\n- another"), ["- an item"]);
    assert_eq!(first(""), [""; 0]);
}

#[test]
fn a_line_that_is_broken_does_not_begin_with_a_mark() {
    let words = "word ".repeat(19);
    for mark in ["-", "+", "#", "1.", "=", "> x"] {
        let kept = lines(&format!("{words} {mark} end"));
        assert_eq!(lines(&kept.join("\n")), kept, "{mark}");
        assert!(!kept.iter().any(|line| line.is_empty()), "{kept:?}");
    }
}
