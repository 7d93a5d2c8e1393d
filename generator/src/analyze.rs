//! Analyze: paging by shape, then, when shapes are settled, directions, home tags and recursion.

use crate::error::Problem;
use crate::graph::Graph;
use crate::model::{DefId, DefKind, Model, Operation, Paging, Part, Place, Reply, Ty};
use crate::rules::Rules;

/// Recognises paged lists: a GET with `page` and `page_size`, and a list as its reply or as the only member of it. Where pages
/// begin and how much one holds only rules say; without one such a list stays as it is, which the notes tell.
pub fn find_paging(model: &mut Model, rules: &Rules) -> Vec<Problem> {
    let mut notes = Vec::new();
    for index in 0..model.operations.len() {
        let operation = &model.operations[index];
        let Some(item) = paged_item(model, operation) else { continue };
        let place = Place { operation: operation.id.clone(), part: Part::Reply, path: Vec::new() };
        let (pages, if_asked) = (rules.pages(&place, &model.release), rules.pages_if_asked(&place, &model.release));
        if !(pages || if_asked) {
            let what =
                "`page` and `page_size` are plain parameters: nothing says how the list pages; a rule of `paging` does";
            notes.push(Problem::at(operation.pointer(), what));
            continue;
        }
        let (item, member) = item;
        let operation = &mut model.operations[index];
        operation.query.retain(|param| !is_paging(&param.json));
        operation.paging = Some(Paging { item, member, if_asked });
    }
    notes
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
    let graph = Graph::new(model, &mut |kind, inner| kind.each_ty(&mut |ty| inner.extend(ty.defs())));
    // Who reaches a definition: a bit for the request and one for the reply of each operation.
    let mut roots = Vec::new();
    for operation in &model.operations {
        for types in [operation.sent(), operation.received()] {
            roots.push(types.into_iter().flat_map(Ty::defs).collect::<Vec<DefId>>());
        }
    }
    for webhook in &model.webhooks {
        roots.push(Vec::new());
        roots.push(webhook.ty.defs());
    }
    if let Some(ty) = &model.event {
        roots.push(Vec::new());
        roots.push(ty.defs());
    }
    // Whoever asks for components that nothing refers to may send them, or be sent them.
    for ty in &model.components {
        roots.push(ty.defs());
        roots.push(ty.defs());
    }
    let reached = graph.reached_by(&roots);
    let mut tags: Vec<&str> = model.operations.iter().map(|operation| operation.tag.as_str()).collect();
    tags.sort_unstable();
    tags.dedup();
    let tag_of: Vec<usize> =
        model.operations.iter().filter_map(|operation| tags.binary_search(&operation.tag.as_str()).ok()).collect();
    let mut counts: Vec<usize> = vec![0; tags.len()];
    let mut found: Vec<(bool, bool, Vec<String>)> = Vec::new();
    for by in &reached {
        let (mut sent, mut received) = (false, false);
        let mut used: Vec<usize> = Vec::new();
        for root in ones(by) {
            if root % 2 == 0 {
                sent = true
            } else {
                received = true
            }
            if let Some(tag) = tag_of.get(root / 2) {
                if counts[*tag] == 0 {
                    used.push(*tag);
                }
                counts[*tag] += 1;
            }
        }
        // Home is the tag that uses it most.
        used.sort_by(|a, b| counts[*b].cmp(&counts[*a]).then(a.cmp(b)));
        found.push((sent, received, used.iter().map(|tag| tags[*tag].to_owned()).collect()));
        used.into_iter().for_each(|tag| counts[tag] = 0);
    }
    for (def, (sent, received, tags)) in model.defs.iter_mut().zip(found) {
        (def.sent, def.received, def.tags) = (sent, received, tags);
    }
}

/// The bits that are set.
fn ones(words: &[u64]) -> impl Iterator<Item = usize> {
    words.iter().enumerate().flat_map(|(word, bits)| {
        let rest = std::iter::successors(Some(*bits), |rest| Some(rest & rest.wrapping_sub(1)));
        rest.take_while(|rest| *rest != 0).map(move |rest| word * 64 + rest.trailing_zeros() as usize)
    })
}

/// Boxes where a type would contain itself without a list or a map between: members of structs, and, where a circle has
/// none, variants of unions.
fn box_recursion(model: &mut Model) {
    let graph = Graph::new(model, &mut |kind, within| match kind {
        DefKind::Struct(object) => object.fields.iter().for_each(|field| inline(&field.ty, within)),
        DefKind::Union(union) => union.variants.iter().for_each(|variant| inline(&variant.ty, within)),
        DefKind::Enum(_) => {}
    });
    let circles = graph.circles();
    let same = |a: usize, ty: &Ty| {
        let mut within = Vec::new();
        inline(ty, &mut within);
        within.into_iter().any(|id| circles[id.0] == circles[a])
    };
    let boxed: Vec<Vec<bool>> = model
        .defs
        .iter()
        .enumerate()
        .map(|(index, def)| match &def.kind {
            DefKind::Struct(object) => object.fields.iter().map(|field| same(index, &field.ty)).collect(),
            DefKind::Enum(_) | DefKind::Union(_) => Vec::new(),
        })
        .collect();
    for (def, boxed) in model.defs.iter_mut().zip(boxed) {
        if let DefKind::Struct(object) = &mut def.kind {
            object.fields.iter_mut().zip(boxed).for_each(|(field, boxed)| field.boxed = boxed);
        }
    }
    let graph = Graph::new(model, &mut |kind, within| match kind {
        DefKind::Union(union) => union.variants.iter().for_each(|variant| inline(&variant.ty, within)),
        DefKind::Struct(_) | DefKind::Enum(_) => {}
    });
    let circles = graph.circles();
    for (index, def) in model.defs.iter_mut().enumerate() {
        let DefKind::Union(union) = &mut def.kind else { continue };
        for variant in &mut union.variants {
            let mut within = Vec::new();
            inline(&variant.ty, &mut within);
            variant.boxed = within.into_iter().any(|id| circles[id.0] == circles[index]);
        }
    }
}

/// The definitions that a value of a type holds in itself.
fn inline(ty: &Ty, within: &mut Vec<DefId>) {
    match ty {
        Ty::Def(id) => within.push(*id),
        Ty::Nullable(inner) | Ty::Hidden(inner) => inline(inner, within),
        Ty::Tuple(items) => items.iter().for_each(|item| inline(item, within)),
        _ => {}
    }
}
