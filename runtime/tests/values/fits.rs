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
object!(All { kind: "kind" if only(&[r#""all""#]), children: "children" });

#[derive(Debug, Clone, PartialEq)]
struct Any {
    kind: Option<String>,
    children: Vec<Filter>,
    weight: Option<i64>,
}
object!(Any { kind: "kind" if only(&[r#""any""#]), children: "children", weight: "weight" });

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
untagged_union!(Filter { All: object, Any: object, Leaf: object });

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
untagged_union!(Shape { Side: object, Box: object });

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
untagged_union!(Found { Filters: object, Shapes: object });

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
    // A value, and how often each variant is in what is read of it.
    let cases = [
        (nested(60, leaf(), told), [30, 30, 1, 0]),
        (nested(60, leaf(), untold), [60, 0, 1, 0]),
        (nested(60, leaf(), weighed), [0, 60, 1, 0]),
        (nested(8, leaf(), wide), [255, 0, 256, 0]),
        (nested(60, json!(1), told), [30, 30, 0, 1]),
        (nested(60, json!({"field": 1}), told), [30, 30, 0, 1]),
        (nested(60, json!({"field": 1}), untold), [60, 0, 0, 1]),
        (nested(60, json!({"children": {}, "field": 1, "kind": 1}), untold), [60, 0, 0, 1]),
        (nested(10, json!({"field": 1}), wide), [1023, 0, 0, 1024]),
    ];
    for (value, expected) in cases {
        let text = value.to_string();
        let clock = SystemClock::new();
        let begin = clock.now();
        let filter = read::<Filter>(value.clone());
        let time = clock.now().saturating_sub(begin);
        // It takes far less; tries that multiply take years.
        assert!(time < Duration::from_secs(1), "{time:?}: {text}");
        let filter = filter.unwrap();
        let shown = format!("{filter:?}");
        let count = ["All(All", "Any(Any", "Leaf(Leaf", "Unknown"].map(|name| shown.matches(name).count());
        assert_eq!(count, expected, "{shown}");
        assert_eq!(serde_json::to_value(&filter).unwrap(), value);
    }
}

#[test]
fn what_is_inside_of_nested_unions_tells_variants_apart() {
    let shapes = |data| Found::Shapes(Shapes { data });
    let side = |side| Shape::Side(Side { side });
    let inside = |inside| Shape::Box(Inside { inside });
    let cases = [
        (json!([{"side": 1}]), shapes(vec![side(1)])),
        (
            json!([{"inside": [{"side": 1}, {"inside": [{"side": 2}]}]}]),
            shapes(vec![inside(vec![side(1), inside(vec![side(2)])])]),
        ),
        (json!([{"field": "a"}]), Found::Filters(Filters { data: vec![Filter::Leaf(Leaf { field: "a".to_owned() })] })),
        (json!({}), Found::Unknown(json!({"data": {}}))),
    ];
    for (data, expected) in cases {
        let found = read::<Found>(json!({ "data": data })).unwrap();
        assert_eq!(found, expected);
        assert_eq!(serde_json::to_value(&found).unwrap(), json!({ "data": data }));
    }
}
