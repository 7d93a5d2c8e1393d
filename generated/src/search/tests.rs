//! How searches are written.

use logto_runtime::{Query, QueryValue};

use super::{Joint, Pattern, Search, SearchMode};

#[test]
fn a_search_becomes_parameters() {
    let cases: Vec<(Search, &[(&str, &str)])> = vec![
        (Search::new(), &[]),
        (Search::from("%first%"), &[("search", "%first%")]),
        (Search::from("first".to_owned()).mode(SearchMode::Exact), &[("search", "first"), ("mode", "exact")]),
        (
            Search::new().exact("username", ["first", "second"]),
            &[("search.username", "first"), ("search.username", "second"), ("mode.username", "exact")],
        ),
        (
            Search::new().exact("username", ["first"]).exact("username", ["second"]),
            &[("search.username", "first"), ("mode.username", "exact"), ("search.username", "second")],
        ),
        (
            Search::new()
                .like("primaryEmail", "%@example.com")
                .posix("name", "^A")
                .joint(Joint::And)
                .case_sensitive(true),
            &[
                ("search.primaryEmail", "%@example.com"),
                ("mode.primaryEmail", "like"),
                ("search.name", "^A"),
                ("mode.name", "posix"),
                ("joint", "and"),
                ("isCaseSensitive", "true"),
            ],
        ),
        // Logto refuses it without case, so that is said where it changes nothing else.
        (
            Search::new().similar_to("id", "a|b"),
            &[("search.id", "a|b"), ("mode.id", "similar_to"), ("isCaseSensitive", "true")],
        ),
        (
            Search::from("a|b").mode(SearchMode::SimilarTo),
            &[("search", "a|b"), ("mode", "similar_to"), ("isCaseSensitive", "true")],
        ),
        (
            Search::new().similar_to("id", "a|b").like("name", "c").case_sensitive(true),
            &[
                ("search.id", "a|b"),
                ("mode.id", "similar_to"),
                ("search.name", "c"),
                ("mode.name", "like"),
                ("isCaseSensitive", "true"),
            ],
        ),
        (Search::new().mode(SearchMode::SimilarTo), &[("mode", "similar_to")]),
        (Pattern::contains("a%b_c\\d").into(), &[("search", r"%a\%b\_c\\d%")]),
        (
            Search::new().like("name", Pattern::starts_with("50%")).like("id", Pattern::ends_with("_")),
            &[("search.name", r"50\%%"), ("mode.name", "like"), ("search.id", r"%\_"), ("mode.id", "like")],
        ),
        (Search::new().pattern(Pattern::is("ünï_")), &[("search", r"ünï\_")]),
    ];
    for (search, expected) in cases {
        let mut query = Query::default();
        search.append("search_params", &mut query);
        let pairs: Vec<_> = query.pairs().iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!((pairs.as_slice(), query.rejected()), (expected, None), "{search:?}");
    }
}

#[test]
fn a_search_that_cannot_be_sent_is_refused() {
    let none: [&str; 0] = [];
    let cases = [
        (Search::new().like("", "a"), "name of a search field"),
        (Search::new().like("name&isCaseSensitive", "a"), "name of a search field"),
        (Search::new().like("na\r\nme", "a"), "name of a search field"),
        (Search::new().exact("name", none), "no value"),
        (Search::new().like("name", "a").exact("name", ["b"]), "several conditions on `name`"),
        (Search::new().like("name", "a").like("name", "b"), "several conditions on `name`"),
        (Search::from("a").pattern("b"), "several patterns"),
        (Search::from(""), "has an empty value"),
        (Search::new().exact("name", ["a", ""]), "the search in `name` has an empty value"),
        (Search::new().like("name", ""), "the search in `name` has an empty value"),
        (Search::new().similar_to("name", "a").case_sensitive(false), "`case_sensitive(false)` cannot be said"),
        (Search::from("a").mode(SearchMode::SimilarTo).case_sensitive(false), "`case_sensitive(false)` cannot be said"),
        (Search::new().similar_to("name", "a").like("id", "b"), "say `case_sensitive(true)`"),
        (Search::from("a").similar_to("name", "b"), "say `case_sensitive(true)`"),
    ];
    for (search, expected) in cases {
        let mut query = Query::default();
        search.append("search_params", &mut query);
        let rejected = query.rejected().unwrap_or_default().to_owned();
        assert!(rejected.contains(expected) && query.pairs().is_empty(), "{search:?}: {rejected}");
    }
}
