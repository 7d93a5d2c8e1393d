//! Members that only one side gives: what is required of the other is not required here.

use std::collections::HashSet;

use crate::model::{Access, Def, DefKind, Part, Place};

/// A required member that only the server gives is optional where it is sent, and one that only the caller gives where it
/// is received. A component that goes both ways stays one type, with both optional.
pub(super) fn settle(defs: &mut [Def]) {
    let mut seen: [HashSet<(String, Vec<String>)>; 2] = Default::default();
    for place in defs.iter().flat_map(|def| &def.places) {
        if let Some(index) = way(place) {
            seen[index].insert((place.operation.clone(), place.path.clone()));
        }
    }
    for def in defs {
        let (sent, received) = (def.sent, def.received);
        let DefKind::Struct(object) = &mut def.kind else { continue };
        if object.fields.iter().all(|field| field.facts.access.is_none()) {
            continue;
        }
        let both = def.places.iter().any(|place| {
            let key = (place.operation.clone(), place.path.clone());
            way(place).is_some() && seen.iter().all(|seen| seen.contains(&key))
        });
        for field in &mut object.fields {
            let optional = match field.facts.access {
                None => false,
                Some(Access::Read) => both || sent,
                Some(Access::Write) => both || received,
            };
            field.required &= !optional;
        }
    }
}

/// Which way a component goes.
fn way(place: &Place) -> Option<usize> {
    match place.part {
        Part::Component => Some(0),
        Part::SentComponent => Some(1),
        _ => None,
    }
}
