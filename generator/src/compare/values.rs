//! What changed without a change of any type: addresses, limits, defaults, deprecations.

use std::collections::HashMap;

use crate::error::Problem;
use crate::model::{Access, DefKind, Facts, Field, Model, Operation};
use crate::pipeline::Modelled;

/// A line for each change, operations first.
pub(super) fn changed(before: &Modelled, after: &Modelled) -> Vec<Problem> {
    let mut found = Vec::new();
    let known: HashMap<String, &Operation> =
        before.model.operations.iter().map(|operation| (operation.key(), operation)).collect();
    for operation in &after.model.operations {
        if let Some(earlier) = known.get(&operation.key()) {
            operations(earlier, operation, &mut found);
        }
    }
    let known: HashMap<(&str, &str), &Field> = fields(before).collect();
    for ((name, json), field) in fields(after) {
        if let Some(earlier) = known.get(&(name, json)) {
            let at = format!("{name}.{json}");
            limits(&at, &earlier.facts, &field.facts, &mut found);
            deprecation(&at, earlier.deprecated, field.deprecated, &mut found);
        }
    }
    found
}

/// The members of every struct, by the name of the type and on the wire.
fn fields(modelled: &Modelled) -> impl Iterator<Item = ((&str, &str), &Field)> {
    let Modelled { model: Model { defs, .. }, names, .. } = modelled;
    defs.iter().zip(&names.types).flat_map(|(def, names)| {
        let fields = match &def.kind {
            DefKind::Struct(object) => object.fields.as_slice(),
            DefKind::Enum(_) | DefKind::Union(_) => &[],
        };
        fields.iter().map(|field| ((names.name.as_str(), field.json.as_str()), field))
    })
}

fn operations(before: &Operation, after: &Operation, found: &mut Vec<Problem>) {
    let key = after.key();
    let routes = [before, after].map(|operation| format!("{} {}", operation.method, operation.path));
    if routes[0] != routes[1] {
        found.push(Problem::at(&key, format!("was {} and is {}", routes[0], routes[1])));
    }
    if before.security != after.security {
        found.push(Problem::at(&key, "asks for other credentials"));
    }
    deprecation(&key, before.deprecated, after.deprecated, found);
    let params = after.params().zip(after.param_keys());
    let known: HashMap<String, &crate::model::Param> = before.param_keys().into_iter().zip(before.params()).collect();
    for (param, name) in params {
        if let Some(earlier) = known.get(&name) {
            let at = format!("{key} `{name}`");
            limits(&at, &earlier.facts, &param.facts, found);
            deprecation(&at, earlier.deprecated, param.deprecated, found);
        }
    }
}

fn deprecation(at: &str, before: bool, now: bool, found: &mut Vec<Problem>) {
    match (before, now) {
        (false, true) => found.push(Problem::at(at, "is deprecated now")),
        (true, false) => found.push(Problem::at(at, "is not deprecated any more")),
        _ => {}
    }
}

fn limits(at: &str, before: &Facts, now: &Facts, found: &mut Vec<Problem>) {
    for ((name, before), (_, now)) in shown(before).into_iter().zip(shown(now)) {
        if before != now {
            let show = |value: Option<String>| value.map_or_else(|| "none".to_owned(), |value| format!("`{value}`"));
            found.push(Problem::at(at, format!("its {name} was {} and is {}", show(before), show(now))));
        }
    }
}

/// What the document says of a value, by name.
fn shown(facts: &Facts) -> [(&'static str, Option<String>); 8] {
    let bound = |text: &Option<String>, exclusive: bool| {
        text.as_ref().map(|text| if exclusive { format!("{text}, exclusive") } else { text.clone() })
    };
    let access = facts.access.map(|access| match access {
        Access::Read => "the server".to_owned(),
        Access::Write => "the caller".to_owned(),
    });
    let values = (!facts.values.is_empty()).then(|| facts.values.join(", "));
    [
        ("default", facts.default.clone()),
        ("minimum", bound(&facts.min, facts.exclusive_min)),
        ("maximum", bound(&facts.max, facts.exclusive_max)),
        ("pattern", facts.pattern.clone()),
        ("format", facts.format.clone()),
        ("step", facts.multiple_of.clone()),
        ("list of values", values),
        ("only giver", access),
    ]
}
