//! Documents of schemas that refer to each other in the ways that make naive passes slow.

use serde_json::{Map, Value, json};

/// A document of so many schemas.
type Make = fn(usize) -> Value;

/// Each shape, and the sizes in which it is measured.
pub(super) const ALL: &[(&str, Make, &[usize])] = &[
    ("chain of allOf", chain, &[40, 80, 160, 320]),
    ("chain of members", members, &[250, 500, 1_000, 2_000]),
    ("fan of allOf", fan, &[250, 500, 1_000, 2_000]),
    ("fan of oneOf", choices, &[100, 200, 400, 800]),
    ("grid of allOf", grid, &[49, 100, 196, 400]),
    ("clique of allOf", clique, &[40, 80, 160, 320]),
];

fn reference(index: usize) -> Value {
    json!({ "$ref": format!("#/components/schemas/S{index}") })
}

/// An object with a member of its own.
fn object(index: usize) -> Value {
    json!({ "type": "object", "required": [format!("p{index}")], "properties": { format!("p{index}"): { "type": "string", "description": "d" } } })
}

fn all_of(others: impl Iterator<Item = usize>, index: usize) -> Value {
    json!({ "allOf": others.map(reference).chain([object(index)]).collect::<Vec<_>>() })
}

/// A document whose reply has each schema as a member.
fn document(count: usize, schema: impl Fn(usize) -> Value) -> Value {
    let members: Map<String, Value> = (0..count).map(|index| (format!("q{index}"), reference(index))).collect();
    let schemas: Map<String, Value> = (0..count).map(|index| (format!("S{index}"), schema(index))).collect();
    let content = json!({ "application/json": { "schema": { "type": "object", "properties": members } } });
    json!({
        "openapi": "3.0.3",
        "info": { "title": "t", "version": "1" },
        "paths": { "/x": { "get": { "operationId": "get", "responses": { "200": { "description": "d", "content": content } } } } },
        "components": { "schemas": schemas },
    })
}

fn chain(count: usize) -> Value {
    document(count, |index| all_of(index.checked_sub(1).into_iter(), index))
}

fn members(count: usize) -> Value {
    document(count, |index| {
        let before = index.checked_sub(1).map_or_else(|| json!({ "type": "string" }), reference);
        json!({ "type": "object", "properties": { "before": before, format!("p{index}"): { "type": "string" } } })
    })
}

/// One schema that is `allOf` all the others.
fn fan(count: usize) -> Value {
    document(count, |index| if index == 0 { all_of(1..count, 0) } else { object(index) })
}

/// One schema that is `oneOf` all the others.
fn choices(count: usize) -> Value {
    document(count, |index| match index {
        0 => json!({ "oneOf": (1..count).map(reference).collect::<Vec<_>>() }),
        _ => object(index),
    })
}

/// Each schema is `allOf` the one to its left and the one above it.
fn grid(count: usize) -> Value {
    let side = count.isqrt();
    document(count, |index| {
        let left = index.checked_sub(1).filter(|_| index % side > 0);
        all_of(left.into_iter().chain(index.checked_sub(side)), index)
    })
}

fn clique(count: usize) -> Value {
    document(count, |index| all_of(0..index, index))
}
