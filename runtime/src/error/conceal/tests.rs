//! What was sent is not shown, in whatever form a server repeats it.

use super::Concealed;

#[test]
fn r7_what_was_sent_is_hidden_in_any_form() {
    // What was sent, what the server says, what is shown.
    let table = [
        ("hunter2-secret", "no hunter2-secret here", "no … here"),
        ("hunter2-secret", "no HUNTER2-Secret here", "no … here"),
        ("hunter2-secret", "cut: hunter2-se", "cut: …"),
        ("hunter2-secret", "cut: hunter2-…", "cut: ……"),
        ("hunter2-secret", "too short to tell: hunter2", "too short to tell: hunter2"),
        ("  hunter2-secret\n", "trimmed: hunter2-secret", "trimmed: …"),
        ("a\"b\\c/d\ne-secret", r#"JSON: a\"b\\c\/d\ne-secret."#, "JSON: …."),
        ("<secret&\"more\">", "HTML: &lt;secret&amp;&quot;more&quot;&gt;.", "HTML: …."),
        ("<secret&\"more\">", "HTML: &#60;secret&#x26;&#34;more&#X22;&#62;.", "HTML: …."),
        ("sécret wörd 😀", r"JSON: s\u00e9cret w\u00f6rd \ud83d\ude00.", "JSON: …."),
        ("sécret wörd 😀", "URL: s%C3%A9cret%20w%c3%b6rd%20%F0%9F%98%80.", "URL: …."),
        ("s%C3%A9cret%20word", "the other way round: Sécret word", "the other way round: …"),
        ("%hunter2-secret%", "no hunter2-secret, no %hunter2-s", "no …, no …"),
        ("(\"pin\")", "the pin (\"pin\")", "the … …"),
        ("pin", "the pin PIN is wrong", "the … … is wrong"),
        ("pi", "the pi is too common", "the pi is too common"),
        ("", "nothing", "nothing"),
        ("secret-one", "secret-onesecret-one", "……"),
        ("aaaaaaaaab", "aaaaaaaaaaaaaab.", "…."),
        ("100%", "100% of it, 100%zz", "… of it, …zz"),
        ("back\\slash at end\\", "back\\slash at end\\", "…"),
        ("unknown", "&unknown; \\x %G1 &#1114112; \\ud800", "&…; \\x %G1 &#1114112; \\ud800"),
    ];
    for (sent, said, shown) in table {
        let concealed = Concealed::new([sent]);
        assert_eq!(concealed.hide(said), shown, "{sent:?}");
        assert_eq!(concealed.is_in(said), said != shown, "{sent:?}");
    }
    // The longest of several.
    let concealed = Concealed::new(["secret-one", "secret-one-and-more", "one", "secret-two"]);
    assert_eq!(concealed.hide("secret-one-and-more, secret-one, one, secret-t"), "…, …, …, …");
}

/// As many steps as there are signs, however many values there are and however alike they are.
#[test]
fn r8_many_values_take_no_longer_than_their_length() {
    let time = |count: usize| {
        let values: Vec<String> = (0..count).map(|number| format!("same-beginning-{number:07}")).collect();
        let said = "same-beginning-x same-beginning-".repeat(2000);
        #[expect(clippy::disallowed_methods, reason = "it measures")]
        let begin = std::time::Instant::now();
        let concealed = Concealed::new(values.iter().map(String::as_str));
        assert_eq!(concealed.hide(&said).matches('…').count(), 4000);
        begin.elapsed()
    };
    time(1000);
    let (few, many) = (time(5000), time(40_000));
    // Eight times as many; twice that is allowed for the sorting.
    assert!(many < few * 16 + std::time::Duration::from_millis(50), "{few:?}, {many:?}");
}
