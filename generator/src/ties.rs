//! Variants of a union that no value tells apart: types of equal shape that the document keeps apart.

use crate::error::{Problem, push};
use crate::model::{Def, DefKind, Field, Model, Part, Select, Struct, Ty, Variant};
use crate::names::Names;

/// What is noted of the unions that have such variants, each with all of them.
pub(crate) fn notes(model: &Model, names: &Names) -> Vec<Problem> {
    let mut notes = Vec::new();
    for def in &model.defs {
        let DefKind::Union(union) = &def.kind else { continue };
        let mut alike: Vec<Vec<(usize, &Struct)>> = Vec::new();
        for (id, object) in union.variants.iter().filter_map(|variant| tried(variant, model)) {
            match alike.iter_mut().find(|known| known.iter().any(|(_, known)| equal(known, object))) {
                Some(known) => known.push((id, object)),
                None => alike.push(vec![(id, object)]),
            }
        }
        for same in alike.iter().filter(|same| same.len() > 1) {
            let of = |(id, _): &(usize, &Struct)| format!("`{}`", names.types[*id].name);
            let all: Vec<String> = same.iter().map(of).collect();
            let (first, others) = (all.first().map_or("", String::as_str), all.get(1..).unwrap_or_default().join(", "));
            let what = format!("no value tells {first} from {others}, which have equal members: it is read as {first}");
            notes.push(Problem::at(pointer(def), what));
        }
    }
    notes
}

/// The struct of a variant that is tried, by its number.
fn tried<'a>(variant: &Variant, model: &'a Model) -> Option<(usize, &'a Struct)> {
    match (&variant.select, &variant.ty) {
        (Select::Fits(_), Ty::Def(id)) => match &model.def(*id).kind {
            DefKind::Struct(object) => Some((id.0, object)),
            DefKind::Enum(_) | DefKind::Union(_) => None,
        },
        _ => None,
    }
}

fn equal(one: &Struct, other: &Struct) -> bool {
    let alike = |one: &Field, other: &Field| {
        (&one.json, &one.ty, one.required, one.nullable, &one.constant, &one.facts.values)
            == (&other.json, &other.ty, other.required, other.nullable, &other.constant, &other.facts.values)
            && crate::told::limits(one, false) == crate::told::limits(other, false)
    };
    let within = |one: &Struct, other: &Struct| {
        one.fields.iter().all(|field| other.fields.iter().any(|known| alike(field, known)))
    };
    one.fields.len() == other.fields.len() && one.rest == other.rest && one.closed == other.closed && within(one, other)
}

fn pointer(def: &Def) -> String {
    match def.places.first() {
        Some(place) if place.path.is_empty() && matches!(place.part, Part::Component | Part::SentComponent) => {
            push("/components/schemas", &place.operation)
        }
        Some(place) => place.to_string(),
        None => String::new(),
    }
}
