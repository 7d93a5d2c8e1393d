//! What tells the variants of a union without a tag apart: all that is said of their members.

use std::collections::BTreeMap;

use logto_runtime::{Hidden, Json, Patch, object, open_enum, tagged_union, untagged_union};
use serde_json::{Value, json};

macro_rules! variants {
    ($union:ident: $($name:ident { $($field:ident: $ty:ty as $wire:literal $(or $null:ident)? $(if $($limit:ident($($given:expr),*))+)?),* $(,)? } $($closed:ident)?)|+) => {
        $(
            #[derive(Debug, Clone, PartialEq)]
            struct $name { $($field: $ty),* }
            object!($name { $($field: $wire $(or $null)? $(if $($limit($($given),*))+)?),* } $($closed)?);
        )+
        #[derive(Clone, PartialEq)]
        enum $union { $($name($name),)+ Unknown(Value) }
        untagged_union!($union { $($name: object),+ });
    };
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Failed {
    Failed,
    Unknown(String),
}
open_enum!(Failed { Failed = "failed" });

#[derive(Debug, Clone, PartialEq, Eq)]
enum Bank {
    Ach,
    Plaid,
    Unknown(String),
}
open_enum!(Bank { Ach = "ach", Plaid = "ach_plaid" });

#[derive(Debug, Clone, PartialEq, Eq)]
enum Plastic {
    Scheme,
    Card,
    Unknown(String),
}
open_enum!(Plastic { Scheme = "scheme", Card = "card" });

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    On,
    Off,
    Unknown(String),
}
open_enum!(State { On = "on", Off = "off" });

variants! { Job: Done { status: Option<String> as "status", result: Option<String> as "result" }
| Broken { status: Failed as "status", reason: Option<String> as "reason" } }
variants! { Price: Flat { amount: f64 as "amount" }
| Tiered { tiers: Vec<i64> as "tiers", amount: Option<Vec<f64>> as "amount" }
| Computed { formula: String as "formula", amount: Option<String> as "amount" } }
variants! { Method: Account { kind: Option<Bank> as "type", token: Option<String> as "token" }
| Paper { kind: Option<Plastic> as "type", token: Option<String> as "token", number: Option<String> as "number" } }
variants! { Answer: Success { id: i64 as "id", result: String as "result" }
| Failure { id: i64 as "id", error: BTreeMap<String, i64> as "error" } }
variants! { Level: Low { level: i64 as "level" if max(5.0) } | High { level: i64 as "level" if above(5.0), note: Option<String> as "note" } }
variants! { Code: Short { code: String as "code" if max(2.0), more: Option<bool> as "more" } | Long { code: String as "code" if min(3.0) } }
variants! { Even: Double { n: i64 as "n" if step(2.0) } | Odd { n: i64 as "n" if only(&["1", "3", "5"]), odd: Option<bool> as "odd" } }
variants! { Flag: Yes { on: bool as "on" if only(&["true"]) } | No { on: bool as "on" if only(&["false"]), why: Option<String> as "why" } }
variants! { Shut: Closed { a: Option<i64> as "a" } closed | Open { a: Option<i64> as "a", b: Option<i64> as "b" } }
variants! { Nulls: Never { v: Option<String> as "v" } | May { v: Option<String> as "v" if nullable(), w: Option<i64> as "w" }
| Must { v: Option<String> as "v" or null, x: i64 as "x" } }
variants! { Two: First { a: i64 as "a" } | Second { b: i64 as "b" } | Both { a: i64 as "a", c: i64 as "c" } }
variants! { Device: Lamp { id: i64 as "id", state: Option<State> as "state" } | Lock { code: i64 as "code", state: Option<State> as "state" } }
variants! { Deep: Near { at: Option<Box<Low>> as "at" } | Far { at: Option<Box<High>> as "at", by: Patch<String> as "by" } }

#[derive(Debug, Clone, PartialEq)]
struct Free {
    id: i64,
    rest: Hidden<BTreeMap<String, i64>>,
}
object!(Free { id: "id", ..rest });

#[derive(Debug, Clone, PartialEq)]
struct Known {
    id: i64,
    name: String,
}
object!(Known { id: "id", name: "name" });

#[derive(Clone, PartialEq)]
enum Loose {
    Known(Known),
    Free(Free),
    Map(BTreeMap<String, Value>),
    Pairs(Vec<(i64, String)>),
    Numbers(Vec<Option<i64>>),
    Texts(Vec<String>),
    Unknown(Value),
}
untagged_union!(Loose { Known: object, Free: object, Map: object, Pairs: array, Numbers: array, Texts: array });

#[derive(Clone, PartialEq)]
enum Event {
    Low(Low),
    High(High),
    Unknown(Value),
}
tagged_union!(Event, "type" { Low = "low", High = "high" | "very-high" });

#[derive(Clone, PartialEq)]
enum Mixed {
    Event(Event),
    Flat(Flat),
    Unknown(Value),
}
untagged_union!(Mixed { Event: object, Flat: object });

/// Reads a value, checks that it is written as it came, and says its variant.
fn variant<T: Json + std::fmt::Debug>(value: &Value) -> String {
    let read = T::from_json(value.clone()).unwrap_or_else(|error| panic!("{value}: {error}"));
    assert_eq!(read.to_json(), *value, "{read:?}");
    format!("{read:?}").split(['(', ' ']).next().unwrap_or_default().to_owned()
}

fn check<T: Json + std::fmt::Debug>(cases: &[(Value, &str)]) {
    for (value, expected) in cases {
        assert_eq!(variant::<T>(value), *expected, "{value}");
    }
}

#[test]
fn types_values_and_limits_of_members_tell_variants_apart() {
    check::<Job>(&[
        (json!({"status": "done", "result": "r"}), "Done"),
        (json!({"status": "failed", "reason": "r"}), "Broken"),
        (json!({"status": "failed"}), "Done"),
        (json!({}), "Done"),
    ]);
    check::<Price>(&[
        (json!({"amount": 1}), "Flat"),
        (json!({"tiers": [1], "amount": [1.5]}), "Tiered"),
        (json!({"formula": "x", "amount": "y"}), "Computed"),
        (json!({"formula": "x"}), "Computed"),
    ]);
    check::<Method>(&[
        (json!({"type": "card"}), "Paper"),
        (json!({"type": "ach_plaid", "token": "t"}), "Account"),
        (json!({"number": "1"}), "Paper"),
    ]);
    check::<Level>(&[(json!({"level": 5}), "Low"), (json!({"level": 6}), "High")]);
    check::<Code>(&[(json!({"code": "ab"}), "Short"), (json!({"code": "éèê"}), "Long")]);
    check::<Even>(&[(json!({"n": 4}), "Double"), (json!({"n": 3}), "Odd")]);
    check::<Flag>(&[(json!({"on": true}), "Yes"), (json!({"on": false}), "No")]);
    check::<Shut>(&[(json!({"a": 1}), "Closed"), (json!({"a": 1, "b": 2}), "Open")]);
    check::<Deep>(&[
        (json!({"at": {"level": 1}}), "Near"),
        (json!({"at": {"level": 9}}), "Far"),
        (json!({"at": {"level": 9}, "by": null}), "Far"),
    ]);
    check::<Loose>(&[
        (json!({"id": 1, "name": "n"}), "Known"),
        (json!({"id": 1, "size": 2}), "Free"),
        (json!({"id": 1, "name": "n", "size": 2}), "Map"),
        (json!([[1, "a"], [2, "b"]]), "Pairs"),
        (json!([1, null]), "Numbers"),
        (json!(["a"]), "Texts"),
    ]);
}

#[test]
fn null_is_no_sign_of_a_variant_that_does_not_allow_it() {
    let answer = Answer::from_json(json!({"id": 1, "result": null, "error": {"code": 5}})).unwrap();
    assert_eq!(answer, Answer::Failure(Failure { id: 1, error: BTreeMap::from([("code".to_owned(), 5)]) }));
    let of = |value: Value| format!("{:?}", Nulls::from_json(value).unwrap());
    assert_eq!(of(json!({"v": "a"})), r#"Never(Never { v: Some("a") })"#);
    assert_eq!(of(json!({"v": null})), "May(May { v: None, w: None })");
    assert_eq!(of(json!({"v": null, "x": 1})), "Must(Must { v: None, x: 1 })");
}

#[test]
fn nothing_is_lost_of_what_is_valid_for_several() {
    check::<Two>(&[
        (json!({"a": 1}), "First"),
        (json!({"a": 1, "c": 2}), "Both"),
        (json!({"a": 1, "b": 2}), "Unknown"),
        (json!({"a": 1, "b": 2, "c": 3}), "Unknown"),
    ]);
    let two = Two::from_json(json!({"a": 1, "c": 2, "new": 3})).unwrap();
    assert_eq!(two, Two::Both(Both { a: 1, c: 2 }), "what no variant has tells nothing");
    let why = Two::from_json(json!({"a": 1, "b": 2})).unwrap().why_unknown().unwrap().to_string();
    assert!(why.contains("First: it fits as others do") && why.contains("Both: missing field `c`"), "{why}");
}

#[test]
fn what_a_newer_server_sends_is_the_variant_that_stands_out_or_unknown() {
    check::<Device>(&[
        (json!({"id": 1, "state": "dimmed"}), "Lamp"),
        (json!({"code": 1, "state": "dimmed"}), "Lock"),
        (json!({"name": "n", "state": "on"}), "Unknown"),
        (json!({"state": "dimmed"}), "Unknown"),
    ]);
    // A value that neither lists is of a third variant.
    check::<Method>(&[(json!({"type": "cash", "token": "t"}), "Unknown"), (json!({"type": "cash"}), "Unknown")]);
    check::<Flag>(&[(json!({"on": "maybe"}), "Unknown")]);
    check::<Level>(&[(json!({"level": "high"}), "Unknown"), (json!({}), "Unknown"), (json!([]), "Unknown")]);
    check::<Mixed>(&[
        (json!({"type": "very-low", "level": 1}), "Unknown"),
        (json!({"type": "low", "level": 1}), "Event"),
        (json!({"amount": 1}), "Flat"),
    ]);
}

#[test]
fn an_unknown_value_says_why_without_showing_itself() {
    let why = |value| Level::from_json(value).unwrap().why_unknown().unwrap().to_string();
    assert_eq!(
        why(json!({"level": "secret"})),
        "no variant fits (Low: at `level`: invalid type: string, expected a whole number of 64 bits; High: at `level`: \
         invalid type: string, expected a whole number of 64 bits)"
    );
    assert_eq!(why(json!([1])), "invalid type: sequence, expected another type");
    let event = |value| Event::from_json(value).unwrap().why_unknown().unwrap().to_string();
    assert_eq!(event(json!({"type": "new"})), "the tag `type` has a value that is not listed");
    assert_eq!(event(json!({"level": 1})), "the tag `type` is absent");
    assert_eq!(Level::Low(Low { level: 1 }).why_unknown(), None);
    assert_eq!(
        Method::from_json(json!({"type": "cash"})).unwrap().why_unknown().unwrap().to_string(),
        "no variant fits (Account: at `type`: is none of the listed values; Paper: at `type`: is none of the listed values)"
    );
}

#[derive(Debug, Clone, PartialEq)]
struct Dog {
    kind: Option<String>,
    barks: Option<bool>,
}
object!(Dog { kind: "kind", barks: "barks" });

#[derive(Clone, PartialEq)]
enum Pet {
    Dog(Dog),
    Unknown(Value),
}
tagged_union!(Pet, "kind" { Dog or "dog" | "Dog" });

#[test]
fn a_tag_is_written_as_it_came() {
    check::<Pet>(&[
        (json!({"kind": "dog", "barks": true}), "Dog"),
        (json!({"kind": "Dog"}), "Dog"),
        (json!({"kind": "cat"}), "Unknown"),
    ]);
    let dog = |kind| Pet::Dog(Dog { kind, barks: None });
    assert_eq!(Pet::from_json(json!({"kind": "Dog"})).unwrap(), dog(Some("Dog".to_owned())));
    assert_eq!(dog(None).to_json(), json!({"kind": "dog"}));
    assert_eq!(dog(Some("Dog".to_owned())).to_json(), json!({"kind": "Dog"}));
}
