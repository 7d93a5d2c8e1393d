//! Analyze: paging by shape, then, when shapes are settled, directions, home tags and recursion.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{DefId, DefKind, Model, Operation, Paging, Part, Place, Reply, Ty};
use crate::rules::Rules;

/// Recognises paged lists: a GET with `page` and `page_size`, and a list as its reply or as the only member of it.
pub fn find_paging(model: &mut Model, rules: &Rules) {
    for index in 0..model.operations.len() {
        let operation = &model.operations[index];
        let Some(item) = paged_item(model, operation) else { continue };
        let place = Place { operation: operation.id.clone(), part: Part::Reply, path: Vec::new() };
        let if_asked = rules.pages_if_asked(&place, &model.release);
        let (item, member) = item;
        let operation = &mut model.operations[index];
        operation.query.retain(|param| !is_paging(&param.json));
        operation.paging = Some(Paging { item, member, if_asked });
    }
}

fn is_paging(name: &str) -> bool {
    name == "page" || name == "page_size"
}

fn paged_item(model: &Model, operation: &Operation) -> Option<(Ty, Option<String>)> {
    let asks = operation.query.iter().filter(|param| is_paging(&param.json) && param.ty == Ty::Int).count() == 2;
    if !asks || operation.method != "GET" {
        return None;
    }
    match &operation.reply {
        Reply::Json(Ty::List(item)) | Reply::JsonOrEmpty(Ty::List(item)) => Some(((**item).clone(), None)),
        Reply::Json(Ty::Def(id)) => {
            let DefKind::Struct(object) = &model.def(*id).kind else { return None };
            match object.fields.as_slice() {
                [only] => match &only.ty {
                    Ty::List(item) => Some(((**item).clone(), Some(only.json.clone()))),
                    _ => None,
                },
                _ => None,
            }
        }
        _ => None,
    }
}

/// Completes the definitions: which way each travels, which tags use it, and which members must be boxed.
pub fn complete(model: &mut Model) {
    direct(model);
    box_recursion(model);
}

fn direct(model: &mut Model) {
    let mut sent = BTreeSet::new();
    let mut received = BTreeSet::new();
    let mut tags: Vec<BTreeMap<String, usize>> = vec![BTreeMap::new(); model.defs.len()];
    for operation in &model.operations {
        let defs = |types: Vec<&Ty>| types.into_iter().flat_map(Ty::defs).collect::<Vec<DefId>>();
        let (reply, request, tag) = (defs(operation.received()), defs(operation.sent()), &operation.tag);
        for (roots, seen) in [(reply, &mut received), (request, &mut sent)] {
            for id in reach(model, roots) {
                *tags[id.0].entry(tag.clone()).or_default() += 1;
                seen.insert(id);
            }
        }
    }
    let payloads = model.webhooks.iter().flat_map(|webhook| webhook.ty.defs()).collect();
    received.extend(reach(model, payloads));
    for (index, (def, counts)) in model.defs.iter_mut().zip(tags).enumerate() {
        def.sent = sent.contains(&DefId(index));
        def.received = received.contains(&DefId(index));
        // Home is the tag that uses it most.
        let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        def.tags = counts.into_iter().map(|(tag, _)| tag).collect();
    }
}

/// Everything that definitions mention, themselves included.
fn reach(model: &Model, mut open: Vec<DefId>) -> BTreeSet<DefId> {
    let mut reached = BTreeSet::new();
    while let Some(id) = open.pop() {
        if reached.insert(id) {
            model.def(id).kind.each_ty(&mut |ty| open.extend(ty.defs()));
        }
    }
    reached
}

/// A member is boxed where its type would contain itself without a list or a map between.
fn box_recursion(model: &mut Model) {
    for index in 0..model.defs.len() {
        let DefKind::Struct(object) = &model.defs[index].kind else { continue };
        let boxed: Vec<bool> = object
            .fields
            .iter()
            .map(|field| inline(&field.ty).is_some_and(|inner| contains(model, inner, DefId(index))))
            .collect();
        if let DefKind::Struct(object) = &mut model.defs[index].kind {
            object.fields.iter_mut().zip(boxed).for_each(|(field, boxed)| field.boxed = boxed);
        }
    }
}

fn inline(ty: &Ty) -> Option<DefId> {
    match ty {
        Ty::Def(id) => Some(*id),
        Ty::Nullable(inner) => inline(inner),
        _ => None,
    }
}

fn contains(model: &Model, outer: DefId, wanted: DefId) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![outer];
    while let Some(id) = open.pop() {
        if id == wanted {
            return true;
        }
        if seen.insert(id) {
            model.def(id).kind.each_ty(&mut |ty| open.extend(inline(ty)));
        }
    }
    false
}
