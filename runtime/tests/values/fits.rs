//! Unions whose variants nothing but their content tells apart, also where they have themselves inside.

use std::time::Duration;

use logto_runtime::clock::{Clock, SystemClock};
use logto_runtime::{object, untagged_union};
use serde_json::{Value, json};

use super::read;

#[derive(Debug, Clone, PartialEq)]
struct All {
    kind: Option<String>,
    children: Vec<Filter>,
}
object!(All { kind: "kind", children: "children" });

#[derive(Debug, Clone, PartialEq)]
struct Any {
    kind: Option<String>,
    children: Vec<Filter>,
    weight: Option<i64>,
}
object!(Any { kind: "kind", children: "children", weight: "weight" });

#[derive(Debug, Clone, PartialEq)]
struct Leaf {
    field: String,
}
object!(Leaf { field: "field" });

#[derive(Clone, PartialEq)]
enum Filter {
    All(All),
    Any(Any),
    Leaf(Leaf),
    Unknown(Value),
}
untagged_union!(Filter { All: fits object "kind" = "all", Any: fits object "kind" = "any", Leaf: fits object });

#[derive(Debug, Clone, PartialEq)]
struct Side {
    side: i64,
}
object!(Side { side: "side" });

#[derive(Clone, PartialEq)]
enum Shape {
    Side(Side),
    Box(Inside),
    Unknown(Value),
}
untagged_union!(Shape { Side: fits object, Box: fits object });

#[derive(Debug, Clone, PartialEq)]
struct Inside {
    inside: Vec<Shape>,
}
object!(Inside { inside: "inside" });

#[derive(Debug, Clone, PartialEq)]
struct Filters {
    data: Vec<Filter>,
}
object!(Filters { data: "data" });

#[derive(Debug, Clone, PartialEq)]
struct Shapes {
    data: Vec<Shape>,
}
object!(Shapes { data: "data" });

#[derive(Clone, PartialEq)]
enum Found {
    Filters(Filters),
    Shapes(Shapes),
    Unknown(Value),
}
untagged_union!(Found { Filters: fits object, Shapes: fits object });

/// So many filters, one inside of the other, the innermost around `end`.
fn nested(depth: usize, end: Value, filter: fn(usize, Value) -> Value) -> Value {
    (0..depth).rev().fold(end, |inner, level| filter(level, inner))
}

#[test]
fn nested_unions_are_read_in_bounded_time() {
    let leaf = || json!({"field": "a"});
    let told: fn(usize, Value) -> Value =
        |level, inner| json!({"kind": (["all", "any"][level % 2]), "children": [inner]});
    let untold: fn(usize, Value) -> Value = |_, inner| json!({"children": [inner]});
    let weighed: fn(usize, Value) -> Value = |level, inner| json!({"children": [inner], "weight": level});
    let wide: fn(usize, Value) -> Value = |_, inner| json!({"children": vec![inner; 2]});
    // A value; how often each variant is in what is read of it, or the end of why it cannot be read.
    let cases = [
        (nested(60, leaf(), told), Ok([30, 30, 1, 0])),
        (nested(60, leaf(), untold), Ok([60, 0, 1, 0])),
        (nested(60, leaf(), weighed), Ok([0, 60, 1, 0])),
        (nested(8, leaf(), wide), Ok([255, 0, 256, 0])),
        (nested(60, json!(1), told), Ok([30, 30, 0, 1])),
        (nested(60, json!({"field": 1}), told), Err("Leaf: at `field`: invalid type: integer, expected a string)")),
        (nested(60, json!({"field": 1}), untold), Err("Leaf: at `field`: invalid type: integer, expected a string)")),
        (nested(60, json!({"children": {}, "field": 1, "kind": 1}), untold), Err("All: `kind` is not \"all\"; Any:")),
    ];
    for (value, expected) in cases {
        let text = value.to_string();
        let clock = SystemClock::new();
        let begin = clock.now();
        let filter = read::<Filter>(value.clone());
        let time = clock.now().saturating_sub(begin);
        // It takes far less; tries that multiply take years.
        assert!(time < Duration::from_secs(1), "{time:?}: {text}");
        match (filter, expected) {
            (Ok(filter), Ok(expected)) => {
                let shown = format!("{filter:?}");
                let count = ["All(All", "Any(Any", "Leaf(Leaf", "Unknown("].map(|name| shown.matches(name).count());
                assert_eq!(count, expected, "{shown}");
                assert_eq!(serde_json::to_value(&filter).unwrap(), value);
            }
            (Err(reason), Err(part)) => assert!(reason.contains(part) && reason.len() < 2500, "{reason}"),
            (result, _) => panic!("{text}: {result:?}"),
        }
    }
}

#[test]
fn what_is_inside_of_nested_unions_tells_variants_apart() {
    let shapes = |data| Ok(Found::Shapes(Shapes { data }));
    let side = |side| Shape::Side(Side { side });
    let inside = |inside| Shape::Box(Inside { inside });
    let cases = [
        (json!([{"side": 1}]), shapes(vec![side(1)])),
        (
            json!([{"inside": [{"side": 1}, {"inside": [{"side": 2}]}]}]),
            shapes(vec![inside(vec![side(1), inside(vec![side(2)])])]),
        ),
        (
            json!([{"field": "a"}]),
            Ok(Found::Filters(Filters { data: vec![Filter::Leaf(Leaf { field: "a".to_owned() })] })),
        ),
        (json!([{"kind": "none"}]), Err("missing field `side`")),
    ];
    for (data, expected) in cases {
        match (read::<Found>(json!({ "data": data })), expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected),
            (Err(reason), Err(part)) => assert!(reason.contains(part), "{reason}"),
            (result, _) => panic!("{result:?}"),
        }
    }
}
