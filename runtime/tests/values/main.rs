//! The value types: what they read, what they write, what they refuse.

mod fits;
mod moments;
mod told;

use std::collections::BTreeMap;

use logto_runtime::{
    Hidden, Json, Patch, Query, QueryValue, Secret, Timestamp, object, open_enum, query_json, tagged_union,
    untagged_union,
};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

#[derive(Debug, Clone, Default, PartialEq)]
struct UpdateUserBody {
    primary_email: Patch<String>,
}
object!(UpdateUserBody { primary_email: "primaryEmail" });

#[derive(Debug, Clone, PartialEq)]
struct LogPayload {
    key: String,
    ip: Option<String>,
    user: Option<Box<LogPayload>>,
    rest: BTreeMap<String, Value>,
}
object!(LogPayload { key: "key", ip: "ip" or null, user: "user", ..rest });

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum ApplicationType {
    Native,
    Spa,
    Unknown(String),
}
open_enum!(ApplicationType { Native = "Native", Spa = "SPA" });

#[derive(Debug, Clone, PartialEq, Eq)]
enum Only {
    One,
    Unknown(String),
}
open_enum!(Only { One = "one" } default One);

#[derive(Debug, Clone, PartialEq)]
struct Password {
    value: String,
}
object!(Password { value: "value" });

#[derive(Debug, Clone, PartialEq)]
struct Social {
    tokens: Vec<Password>,
    nested: Option<Box<Record>>,
}
object!(Social { tokens: "tokens", nested: "nested" });

#[derive(Clone, PartialEq)]
enum Record {
    Password(Password),
    Social(Social),
    Unknown(Value),
}
tagged_union!(Record, "type" { Password = "Password" | "secret", Social = "Social" });

#[derive(Debug, Clone, PartialEq)]
struct Disabled {}
object!(Disabled {});

#[derive(Debug, Clone, PartialEq)]
struct Enabled {
    days: i64,
}
object!(Enabled { days: "days" });

#[derive(Clone, PartialEq)]
enum Expiration {
    Disabled(Disabled),
    Enabled(Enabled),
    Unknown(Value),
}
tagged_union!(Expiration, "enabled" { Disabled = false, Enabled = true } missing Disabled);

#[derive(Debug, Clone, PartialEq, Default)]
struct Off {
    enabled: Option<bool>,
}
object!(Off { enabled: "enabled" });

#[derive(Clone, PartialEq)]
enum Switch {
    Off(Off),
    On(Enabled),
    Unknown(Value),
}
tagged_union!(Switch, "enabled" { Off keeps false, On = true } missing Off);

#[derive(Debug, Clone, PartialEq)]
struct Input {
    r#type: String,
    label: String,
}
object!(Input { r#type: "type", label: "label" });

#[derive(Clone, PartialEq)]
enum FormItem {
    Input(Input),
    Password(Password),
    Unknown(Value),
}
tagged_union!(FormItem, "type" { Input keeps "Text" | "Number", Password = "Password" });

#[derive(Clone, PartialEq)]
enum Audience {
    One(String),
    Many(Vec<String>),
    Count(i64),
    Flag(bool),
    Object(BTreeMap<String, i64>),
    Unknown(Value),
}
untagged_union!(Audience { One: string, Many: array, Count: number, Flag: bool, Object: object });

#[derive(Debug, Clone, PartialEq)]
struct Email {
    email: String,
}
object!(Email { email: "email" });

#[derive(Debug, Clone, PartialEq)]
struct EmailLink {
    email: String,
    link: String,
}
object!(EmailLink { email: "email", link: "link" });

#[derive(Clone, PartialEq)]
enum Target {
    Email(Email),
    EmailLink(EmailLink),
    Unknown(Value),
}
untagged_union!(Target { EmailLink: object, Email: object });

fn read<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

#[test]
fn patch_has_three_states() {
    for (json, state) in [
        (json!({}), Patch::Keep),
        (json!({"primaryEmail": null}), Patch::Clear),
        (json!({"primaryEmail": "a@b"}), Patch::Set("a@b".to_owned())),
    ] {
        let body = UpdateUserBody { primary_email: state };
        assert_eq!(serde_json::to_value(&body).unwrap(), json);
        assert_eq!(read::<UpdateUserBody>(json).unwrap(), body);
    }
    assert_eq!(Patch::set_or_clear(None::<u8>), Patch::Clear);
    assert_eq!(Patch::set_or_keep(None::<u8>), Patch::Keep);
    assert_eq!(Patch::from(1).value(), Some(&1));
}

#[test]
fn secrets_do_not_show() {
    let secret: Secret = read(json!("hunter2")).unwrap();
    assert_eq!(
        format!("{secret:?} {:#?}", std::slice::from_ref(&secret)),
        "Secret(redacted) [\n    Secret(redacted),\n]"
    );
    assert_eq!(secret.expose(), "hunter2");
    assert_eq!(serde_json::to_value(&secret).unwrap(), json!("hunter2"));
}

#[test]
fn enums_keep_unknown_values() {
    for (text, value) in [
        ("Native", ApplicationType::Native),
        ("SPA", ApplicationType::Spa),
        ("Spa", ApplicationType::Unknown("Spa".to_owned())),
        ("", ApplicationType::Unknown(String::new())),
    ] {
        assert_eq!(ApplicationType::from(text), value);
        assert_eq!(read::<ApplicationType>(json!(text)).unwrap(), value);
        assert_eq!(serde_json::to_value(&value).unwrap(), json!(text));
        assert_eq!((value.as_str(), value.to_string().as_str(), value.as_ref()), (text, text, text));
    }
    assert_eq!(Only::default(), Only::One);
    assert!(read::<Only>(json!(1)).is_err());
}

#[test]
fn tagged_unions_choose_by_their_tag() {
    let record = |value: &str| Password { value: value.to_owned() };
    for (json, union) in [
        (json!({"type": "Password", "value": "x"}), Record::Password(record("x"))),
        (json!({"type": "Totp", "key": 1}), Record::Unknown(json!({"type": "Totp", "key": 1}))),
        (json!({"value": "x"}), Record::Unknown(json!({"value": "x"}))),
        (json!([1]), Record::Unknown(json!([1]))),
    ] {
        assert_eq!(read::<Record>(json.clone()).unwrap(), union);
        assert_eq!(serde_json::to_value(&union).unwrap(), json);
    }
    // Where it may have several values, the first is written.
    let union = read::<Record>(json!({"type": "secret", "value": "x"})).unwrap();
    assert_eq!(serde_json::to_value(&union).unwrap(), json!({"type": "Password", "value": "x"}));
    for (json, union) in [
        (json!({"enabled": true, "days": 3}), Expiration::Enabled(Enabled { days: 3 })),
        (json!({"enabled": false}), Expiration::Disabled(Disabled {})),
    ] {
        assert_eq!(read::<Expiration>(json.clone()).unwrap(), union);
        assert_eq!(serde_json::to_value(&union).unwrap(), json);
    }
    assert_eq!(read::<Expiration>(json!({})).unwrap(), Expiration::Disabled(Disabled {}));
    for (json, union) in [
        (
            json!({"type": "Number", "label": "n"}),
            FormItem::Input(Input { r#type: "Number".to_owned(), label: "n".to_owned() }),
        ),
        (json!({"type": "Password", "value": "x"}), FormItem::Password(record("x"))),
    ] {
        assert_eq!(read::<FormItem>(json.clone()).unwrap(), union);
        assert_eq!(serde_json::to_value(&union).unwrap(), json);
    }
}

/// A tag that can have one value only is always written, also where the content holds it and leaves it out.
#[test]
fn a_constant_tag_is_always_written() {
    for (union, json) in [
        (Switch::Off(Off::default()), json!({"enabled": false})),
        (Switch::Off(Off { enabled: Some(false) }), json!({"enabled": false})),
        (Switch::On(Enabled { days: 1 }), json!({"enabled": true, "days": 1})),
    ] {
        assert_eq!(serde_json::to_value(&union).unwrap(), json, "{union:?}");
    }
    assert_eq!(read::<Switch>(json!({})).unwrap(), Switch::Off(Off::default()), "what lacks it is read all the same");
    // Where it can have several, the content says which.
    let input = FormItem::Input(Input { r#type: "Number".to_owned(), label: "n".to_owned() });
    assert_eq!(serde_json::to_value(&input).unwrap(), json!({"type": "Number", "label": "n"}));
}

#[test]
fn untagged_unions_choose_by_type_and_members() {
    for (json, union) in [
        (json!("a"), Audience::One("a".to_owned())),
        (json!(["a"]), Audience::Many(vec!["a".to_owned()])),
        (json!(1), Audience::Count(1)),
        (json!(true), Audience::Flag(true)),
        (json!({"a": 1}), Audience::Object(BTreeMap::from([("a".to_owned(), 1)]))),
        (json!(null), Audience::Unknown(json!(null))),
    ] {
        assert_eq!(read::<Audience>(json.clone()).unwrap(), union);
        assert_eq!(serde_json::to_value(&union).unwrap(), json);
    }
    let (email, link) = ("e".to_owned(), "l".to_owned());
    for (json, union) in [
        (json!({"email": "e"}), Target::Email(Email { email: email.clone() })),
        (json!({"email": "e", "link": "l"}), Target::EmailLink(EmailLink { email, link })),
        (json!({"phone": "p"}), Target::Unknown(json!({"phone": "p"}))),
    ] {
        assert_eq!(read::<Target>(json.clone()).unwrap(), union);
        assert_eq!(serde_json::to_value(&union).unwrap(), json);
    }
}

#[test]
fn a_known_variant_that_does_not_fit_is_an_error_with_its_path() {
    for (json, expected) in [
        (json!({"type": "Password"}), "missing field `value`"),
        (
            json!({"type": "Social", "tokens": [{"value": "x"}, {"value": 1}]}),
            "at `tokens[1].value`: invalid type: integer, expected a string",
        ),
        (
            json!({"type": "Social", "tokens": [], "nested": {"type": "Password", "value": []}}),
            "at `nested.value`: invalid type: sequence, expected a string",
        ),
    ] {
        assert_eq!(read::<Record>(json).unwrap_err(), expected);
    }
}

#[test]
fn objects_read_and_write_their_members() {
    for json in
        [json!({"key": "k", "ip": "1", "more": [1], "user": {"key": "u", "ip": null}}), json!({"key": "k", "ip": null})]
    {
        let payload: LogPayload = read(json.clone()).unwrap();
        assert_eq!(serde_json::to_value(&payload).unwrap(), json);
    }
    let short: LogPayload = read(json!({"key": "k"})).unwrap();
    assert_eq!(serde_json::to_value(&short).unwrap(), json!({"key": "k", "ip": null}));
    for (json, expected) in [
        (json!([]), "invalid type: sequence, expected a map"),
        (json!({}), "missing field `key`"),
        (json!({"key": null}), "at `key`: invalid type: null, expected a string"),
        (json!({"key": "k", "user": {"key": 1}}), "at `user.key`: invalid type: integer, expected a string"),
    ] {
        let mismatch = LogPayload::from_json(json).unwrap_err();
        assert_eq!(mismatch.to_string(), expected);
    }
}

#[test]
fn a_member_wins_over_a_rest_of_its_name() {
    let rest = BTreeMap::from([("key".to_owned(), json!("other")), ("x".to_owned(), json!(1))]);
    let payload = LogPayload { key: "k".to_owned(), ip: None, user: None, rest };
    assert_eq!(payload.to_json(), json!({"key": "k", "ip": null, "x": 1}));
}

#[derive(Serialize)]
struct Range {
    from: i64,
    to: Option<i64>,
}
query_json!(Range);

fn pairs(value: impl QueryValue) -> Vec<String> {
    let mut query = Query::default();
    value.append("q", &mut query);
    assert_eq!(query.rejected(), None);
    query.pairs().iter().map(|(name, value)| format!("{name}={value}")).collect()
}

#[test]
fn query_values_have_one_form_each() {
    assert_eq!(pairs("a b"), ["q=a b"]);
    assert_eq!(pairs(true), ["q=true"]);
    assert_eq!(pairs(-7_i64), ["q=-7"]);
    assert_eq!(pairs(1.5), ["q=1.5"]);
    assert_eq!(pairs(Timestamp::from_millis(9)), ["q=9"]);
    assert_eq!(pairs(ApplicationType::Spa), ["q=SPA"]);
    assert_eq!(pairs(["a", "b"]), ["q=a", "q=b"]);
    assert_eq!(pairs(vec![ApplicationType::from("x")]), ["q=x"]);
    assert_eq!(pairs(None::<i64>), [""; 0]);
    assert_eq!(pairs(json!({"a": [1, "x"], "b": null})), ["q[a]=1", "q[a]=x"]);
    assert_eq!(pairs(BTreeMap::from([("gte".to_owned(), 3)])), ["q[gte]=3"]);
    assert_eq!(pairs(Range { from: 1, to: None }), ["q[from]=1"]);
}

#[test]
fn a_query_keeps_its_first_rejection() {
    let mut query = Query::default();
    f64::NAN.append("ratio", &mut query);
    query.reject("later");
    assert_eq!(query.rejected(), Some("query parameter `ratio` must be a finite number, not NaN"));
    let mut query = Query::default();
    query.push_json("ratios", &(None::<i64>, f64::NAN));
    assert_eq!(query.rejected(), Some("query parameter `ratios` has a number that is infinite or none at all"));
    assert_eq!(query.pairs(), []);
}

/// Any JSON that is not too deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-e]|type|email", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_survives_an_enum(text in ".*") {
        prop_assert_eq!(ApplicationType::from(text.as_str()).to_string(), text);
    }

    #[test]
    fn any_value_without_a_known_tag_survives_a_union(value in any_json()) {
        let known = ["Password", "secret", "Social"].iter().any(|tag| value.get("type") == Some(&json!(tag)));
        prop_assume!(!known);
        let union: Record = serde_json::from_value(value.clone()).unwrap();
        prop_assert_eq!(&union, &Record::Unknown(value.clone()));
        prop_assert_eq!(serde_json::to_value(&union).unwrap(), value);
    }
}

#[test]
fn numbers_are_read_and_written_as_servers_write_them() {
    let cases = [
        ("1.5", Some(1.5), "1.5"),
        ("2", Some(2.0), "2"),
        ("2.0", Some(2.0), "2"),
        ("-3e2", Some(-300.0), "-300"),
        ("-0.0", Some(-0.0), "-0.0"),
        (r#""1""#, None, ""),
        ("null", None, ""),
        ("true", None, ""),
    ];
    for (text, expected, written) in cases {
        let read = f64::from_json(serde_json::from_str(text).unwrap());
        assert_eq!(read.as_ref().ok(), expected.as_ref(), "{text}");
        assert_eq!(read.map(|number| number.to_json().to_string()).unwrap_or_default(), written, "{text}");
    }
}

/// `null` is a value like any other where any is taken, and not the same as a member that is absent.
#[test]
fn null_of_any_value_is_kept() {
    #[derive(Debug, Clone, PartialEq)]
    struct Op {
        op: String,
        value: Option<Value>,
        boxed: Option<Box<Value>>,
        hidden: Option<Hidden<Value>>,
        patch: Patch<Value>,
        text: Option<String>,
    }
    object!(Op { op: "op", value: "value", boxed: "boxed", hidden: "hidden", patch: "patch", text: "text" });
    let absent = json!({"op": "remove"});
    let nulls = json!({"op": "replace", "value": null, "boxed": null, "hidden": null, "patch": null});
    for value in [absent, nulls.clone()] {
        let op: Op = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(&op).unwrap(), value);
        assert_eq!(op.value.is_some(), value.get("value").is_some());
    }
    // A member of a type that has no `null` of its own is absent.
    let text: Op = serde_json::from_value(json!({"op": "add", "text": null})).unwrap();
    assert_eq!((text.text, text.value), (None, None));
    let list: Vec<Op> = serde_json::from_value(json!([nulls])).unwrap();
    assert_eq!(serde_json::to_string(&list).unwrap(), serde_json::to_string(&json!([nulls])).unwrap());
}
