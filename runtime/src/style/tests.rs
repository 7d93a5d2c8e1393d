//! The examples of the specification, and what it leaves open.

use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::Style::{
    self, Deep, Form, FormExploded, Json, Label, LabelExploded, Matrix, MatrixExploded, Pipe, Simple, SimpleExploded,
    Space,
};
use super::{cookie, header, path, query, reserved_query};

/// OpenAPI 3.1.1, section 4.8.12.4, "Style Examples"; members come in the order of their names. The empty text is the column
/// `empty` of OpenAPI 3.0 and `undefined` of 3.1.1.
#[test]
fn the_examples_of_the_specification() {
    let color = |style: Style, value: &Value| match style {
        Simple | SimpleExploded => header(style, value).unwrap(),
        Label | LabelExploded | Matrix | MatrixExploded => path(style, "color", value).ok(),
        _ => query(style, "color", value).ok(),
    };
    let values = [json!(""), json!("blue"), json!(["blue", "black", "brown"]), json!({"R": 100, "G": 200, "B": 150})];
    let table: [(Style, [Option<&str>; 4]); 12] = [
        (
            Matrix,
            [Some(";color"), Some(";color=blue"), Some(";color=blue,black,brown"), Some(";color=B,150,G,200,R,100")],
        ),
        (
            MatrixExploded,
            [
                Some(";color"),
                Some(";color=blue"),
                Some(";color=blue;color=black;color=brown"),
                Some(";B=150;G=200;R=100"),
            ],
        ),
        // A path segment `.` would name another path.
        (Label, [None, Some(".blue"), Some(".blue,black,brown"), Some(".B,150,G,200,R,100")]),
        (LabelExploded, [None, Some(".blue"), Some(".blue.black.brown"), Some(".B=150.G=200.R=100")]),
        (Simple, [Some(""), Some("blue"), Some("blue,black,brown"), Some("B,150,G,200,R,100")]),
        (SimpleExploded, [Some(""), Some("blue"), Some("blue,black,brown"), Some("B=150,G=200,R=100")]),
        (Form, [Some("color="), Some("color=blue"), Some("color=blue,black,brown"), Some("color=B,150,G,200,R,100")]),
        (
            FormExploded,
            [Some("color="), Some("color=blue"), Some("color=blue&color=black&color=brown"), Some("B=150&G=200&R=100")],
        ),
        (
            Space,
            [
                Some("color="),
                Some("color=blue"),
                Some("color=blue%20black%20brown"),
                Some("color=B%20150%20G%20200%20R%20100"),
            ],
        ),
        (
            Pipe,
            [
                Some("color="),
                Some("color=blue"),
                Some("color=blue%7Cblack%7Cbrown"),
                Some("color=B%7C150%7CG%7C200%7CR%7C100"),
            ],
        ),
        (
            Deep,
            [
                Some("color="),
                Some("color=blue"),
                Some("color%5B0%5D=blue&color%5B1%5D=black&color%5B2%5D=brown"),
                Some("color%5BB%5D=150&color%5BG%5D=200&color%5BR%5D=100"),
            ],
        ),
        (
            Json,
            [
                Some("color=%22%22"),
                Some("color=%22blue%22"),
                Some("color=%5B%22blue%22%2C%22black%22%2C%22brown%22%5D"),
                Some("color=%7B%22B%22%3A150%2C%22G%22%3A200%2C%22R%22%3A100%7D"),
            ],
        ),
    ];
    for (style, expected) in table {
        for (value, expected) in values.iter().map(sorted).zip(expected) {
            let value = &value;
            assert_eq!(color(style, value).as_deref(), expected, "{style:?} {value}");
        }
    }
}

/// The table of examples in RFC 6570, sections 3.2.2, 3.2.5, 3.2.7 and 3.2.8.
#[test]
fn values_in_paths() {
    let keys = json!({"semi": ";", "dot": ".", "comma": ","});
    let cases = [
        (Simple, json!("value"), Ok("value")),
        (Simple, json!("Hello World!"), Ok("Hello%20World%21")),
        (Simple, json!("50%"), Ok("50%25")),
        (Simple, json!("a/b?c#d"), Ok("a%2Fb%3Fc%23d")),
        (Simple, json!("日"), Ok("%E6%97%A5")),
        (Simple, json!(["a,b", "c"]), Ok("a%2Cb,c")),
        (Simple, keys.clone(), Ok("comma,%2C,dot,.,semi,%3B")),
        (SimpleExploded, keys.clone(), Ok("comma=%2C,dot=.,semi=%3B")),
        (Label, json!("50%"), Ok(".50%25")),
        (LabelExploded, keys.clone(), Ok(".comma=%2C.dot=..semi=%3B")),
        (Matrix, json!("Hello World!"), Ok(";v=Hello%20World%21")),
        (MatrixExploded, keys, Ok(";comma=%2C;dot=.;semi=%3B")),
        (MatrixExploded, json!(["", "a"]), Ok(";v;v=a")),
        (Json, json!({"a": ["b/c", null]}), Ok("%7B%22a%22%3A%5B%22b%2Fc%22%2Cnull%5D%7D")),
        // Scalars of all kinds.
        (Simple, json!(true), Ok("true")),
        (Simple, json!(-5), Ok("-5")),
        (Simple, json!(5.0), Ok("5")),
        (Simple, json!(0.1), Ok("0.1")),
        (Simple, json!(u64::MAX), Ok("18446744073709551615")),
        // What would name another path, or none.
        (Simple, json!(""), Err("is empty")),
        (Simple, json!(" "), Err("is empty")),
        (Simple, json!([]), Err("is empty")),
        (Simple, json!({"a": null}), Err("is empty")),
        (Simple, json!(null), Err("is empty")),
        (Matrix, json!(null), Err("is empty")),
        (Simple, json!([".."]), Err("would name another path")),
        (Simple, json!("%2E%2e"), Err("would name another path")),
        (Label, json!("."), Err("would name another path")),
        (LabelExploded, json!(["", ""]), Err("is empty")),
        (Simple, json!(["", " ", null]), Err("is empty")),
        (MatrixExploded, json!(["", ""]), Err("is empty")),
        // Styles of other places.
        (FormExploded, json!({"a": 1}), Ok("a=1")),
        (Deep, json!(["a", "b"]), Ok("a,b")),
    ];
    for (style, value, expected) in cases {
        let value = sorted(&value);
        match (path(style, "v", &value), expected) {
            (Ok(written), Ok(expected)) => assert_eq!(written, expected, "{style:?} {value}"),
            (Err(reason), Err(part)) => assert!(reason.contains(part), "{style:?} {value}: {reason}"),
            (result, _) => panic!("{style:?} {value}: {result:?}"),
        }
    }
}

#[test]
fn values_in_queries() {
    let nested = json!({"a": {"b": [1, {"c": "x y"}], "d": null}, "e": [], "f": {}});
    let cases = [
        (Form, json!("a b&c=d+e"), Ok("q=a%20b%26c%3Dd%2Be")),
        (Form, json!(["a,b", "c"]), Ok("q=a%2Cb,c")),
        (Form, json!(null), Ok("")),
        (Form, json!([]), Ok("")),
        (Form, json!([null]), Ok("")),
        (Form, json!({}), Ok("")),
        (Form, json!(["", ""]), Ok("q=,")),
        (
            Form,
            nested.clone(),
            Ok("q=a,%7B%22b%22%3A%5B1%2C%7B%22c%22%3A%22x%20y%22%7D%5D%2C%22d%22%3Anull%7D,e,%5B%5D,f,%7B%7D"),
        ),
        (FormExploded, json!({"a&b": "c", "d": [1, 2], "e": {"f": 1}}), Ok("a%26b=c&d=1&d=2&e=%7B%22f%22%3A1%7D")),
        (FormExploded, json!([{"a": 1}, [2]]), Ok("q=%7B%22a%22%3A1%7D&q=%5B2%5D")),
        (Deep, nested, Ok("q%5Ba%5D%5Bb%5D%5B0%5D=1&q%5Ba%5D%5Bb%5D%5B1%5D%5Bc%5D=x%20y")),
        (Deep, json!({"a]": "[b"}), Ok("q%5Ba%5D%5D=%5Bb")),
        (Space, json!(["a|b", "c"]), Ok("q=a%7Cb%20c")),
        (Space, json!(["a b", "c"]), Err("would arrive as two")),
        (Space, json!("a b"), Ok("q=a%20b")),
        (Pipe, json!(["a b", "c"]), Ok("q=a%20b%7Cc")),
        (Pipe, json!({"a|b": 1}), Err("would arrive as two")),
        // Styles of other places.
        (Simple, json!(["a", "b"]), Ok("q=a,b")),
        (SimpleExploded, json!(["a", "b"]), Ok("q=a&q=b")),
    ];
    for (style, value, expected) in cases {
        let value = sorted(&value);
        match (query(style, "q", &value), expected) {
            (Ok(written), Ok(expected)) => assert_eq!(written, expected, "{style:?} {value}"),
            (Err(reason), Err(part)) => assert!(reason.contains(part), "{style:?} {value}: {reason}"),
            (result, _) => panic!("{style:?} {value}: {result:?}"),
        }
    }
    assert_eq!(query(Form, "❤️", &json!("love!")).as_deref(), Ok("%E2%9D%A4%EF%B8%8F=love%21"));
}

#[test]
fn reserved_characters_are_kept() {
    let cases = [
        (json!("x/y:?@!$()*,;="), "q=x/y:?@!$()*,;="),
        (json!("a%2Bb"), "q=a%2Bb"),
        (json!("100%"), "q=100%25"),
        (json!("%zz%4"), "q=%25zz%254"),
        (json!("%日%C3%BC"), "q=%25%E6%97%A5%C3%BC"),
        (json!("a b^c"), "q=a%20b%5Ec"),
        // These would end the query, or arrive as something else.
        (json!("#[]&+'"), "q=%23%5B%5D%26%2B%27"),
        (json!(["a/b", "c"]), "q=a/b&q=c"),
        (json!({"b": "x/y"}), "b=x/y"),
        (json!(null), ""),
    ];
    for (value, expected) in cases {
        let value = sorted(&value);
        assert_eq!(reserved_query(FormExploded, "q", &value).as_deref(), Ok(expected), "{value}");
    }
}

#[test]
fn reserved_characters_are_kept_in_every_style() {
    let cases = [
        (Form, json!(["a/b", "c%26d"]), "q=a/b,c%26d"),
        (Form, json!("a,b/c"), "q=a,b/c"),
        // What stands between items is no part of one.
        (Form, json!(["a,b", "c"]), "q=a%2Cb,c"),
        (Form, json!({"k": "x/y,z"}), "q=k,x/y%2Cz"),
        (Space, json!(["a/b", "c:d"]), "q=a/b%20c:d"),
        (Pipe, json!(["a/b", "c:d"]), "q=a/b%7Cc:d"),
        (
            Deep,
            json!({"k": {"l": "x/y"}, "m": ["a:b", 1]}),
            "q%5Bk%5D%5Bl%5D=x/y&q%5Bm%5D%5B0%5D=a:b&q%5Bm%5D%5B1%5D=1",
        ),
        (FormExploded, json!([1, "a/b"]), "q=1&q=a/b"),
        (Json, json!({"k": "x/y"}), "q=%7B%22k%22%3A%22x%2Fy%22%7D"),
    ];
    for (style, value, expected) in cases {
        assert_eq!(reserved_query(style, "q", &sorted(&value)).as_deref(), Ok(expected), "{style:?} {value}");
    }
}

#[test]
fn values_in_headers_are_not_encoded() {
    let cases = [
        (Simple, json!("a b%,\"c\""), Ok(Some("a b%,\"c\""))),
        (Simple, json!(["a", 1, true]), Ok(Some("a,1,true"))),
        (Simple, json!({"a=b": "c d"}), Ok(Some("a=b,c d"))),
        (SimpleExploded, json!({"a": "c d", "b": [1]}), Ok(Some("a=c d,b=[1]"))),
        (SimpleExploded, json!({"a": "Zg=="}), Ok(Some("a=Zg=="))),
        (Json, json!({"a": "ü😀"}), Ok(Some(r#"{"a":"\u00fc\ud83d\ude00"}"#))),
        (Json, json!(["a,b"]), Ok(Some(r#"["a,b"]"#))),
        (Simple, json!(""), Ok(Some(""))),
        (Simple, json!(null), Ok(None)),
        (Simple, json!([]), Ok(None)),
        (Form, json!(["a", "b"]), Ok(Some("a,b"))),
        (Simple, json!(["a,b", "c"]), Err("would arrive as two")),
        (Simple, json!({"a,b": "c"}), Err("would arrive as two")),
        (SimpleExploded, json!({"a": [1, 2]}), Err("would arrive as two")),
        (SimpleExploded, json!({"a=b": "c"}), Err("would arrive as another")),
    ];
    for (style, value, expected) in cases {
        let value = sorted(&value);
        match (header(style, &value), expected) {
            (Ok(written), Ok(expected)) => assert_eq!(written.as_deref(), expected, "{style:?} {value}"),
            (Err(reason), Err(part)) => assert!(reason.contains(part), "{style:?} {value}: {reason}"),
            (result, _) => panic!("{style:?} {value}: {result:?}"),
        }
    }
}

#[test]
fn cookies_hold_what_cookies_can_hold() {
    let cases = [
        (FormExploded, json!("blue"), "c=blue"),
        (FormExploded, json!("a/b=c:d"), "c=a/b=c:d"),
        (FormExploded, json!("a b;c,d\"e\\f%g\r\nü"), "c=a%20b%3Bc%2Cd%22e%5Cf%25g%0D%0A%C3%BC"),
        (FormExploded, json!(["a", "b"]), "c=a; c=b"),
        (FormExploded, json!({"R": 100, "G; x": "y"}), "G%3B%20x=y; R=100"),
        (Form, json!(["a", "b,c"]), "c=a,b%2Cc"),
        (Form, json!({"R": 100, "G": 200}), "c=G,200,R,100"),
        (Json, json!({"a": [1, 2]}), "c={%22a%22:[1%2C2]}"),
        (FormExploded, json!(""), "c="),
        (FormExploded, json!(null), ""),
    ];
    for (style, value, expected) in cases {
        let value = sorted(&value);
        assert_eq!(cookie(style, "c", &value), expected, "{style:?} {value}");
    }
    assert_eq!(cookie(Form, "__Host-id", &json!(1)), "__Host-id=1");
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

proptest! {
    /// Whoever splits first and decodes then reads what was meant.
    #[test]
    fn lists_come_apart_as_they_were(items in prop::collection::vec(".*", 1..4)) {
        let value = json!(items);
        if let Ok(written) = path(Simple, "v", &value) {
            prop_assert!(!written.contains(['/', '?', '#', '\\']) && written.is_ascii(), "{}", written);
            prop_assert_eq!(written.split(',').map(decoded).collect::<Vec<_>>(), items.clone());
        }
        if let Ok(written) = path(MatrixExploded, "v", &value) {
            let read = written.split(';').skip(1).map(|pair| decoded(pair.split_once('=').map_or("", |(_, item)| item)));
            prop_assert_eq!(read.collect::<Vec<_>>(), items.clone());
        }
        let form = query(Form, "q", &value).unwrap();
        prop_assert_eq!(form.trim_start_matches("q=").split(',').map(decoded).collect::<Vec<_>>(), items.clone());
        let pairs = query(FormExploded, "q", &value).unwrap();
        let read: Vec<String> = url::form_urlencoded::parse(pairs.as_bytes()).map(|(_, item)| item.into_owned()).collect();
        prop_assert_eq!(&read, &items);
        let cookies = cookie(FormExploded, "c", &value);
        let read: Vec<String> = cookies.split("; ").map(|pair| decoded(pair.strip_prefix("c=").unwrap())).collect();
        prop_assert_eq!(&read, &items);
    }

    /// What is kept of a text with reserved characters decodes to the same, whatever `%` is in it.
    #[test]
    fn reserved_text_arrives(text in "[^%]*") {
        let pairs = reserved_query(FormExploded, "q", &json!(text)).unwrap();
        let read = url::form_urlencoded::parse(pairs.as_bytes()).next().map(|(_, text)| text.into_owned());
        prop_assert_eq!(read, Some(text));
    }
}

/// As callers' values come: whether JSON keeps the order of members depends on what else the program is made of.
fn sorted(value: &Value) -> Value {
    let mut value = value.clone();
    value.sort_all_objects();
    value
}
