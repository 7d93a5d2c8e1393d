//! Dedupe: equal shapes are one type that keeps all its origins.
//!
//! Shapes are classed by what they hold, then by the classes of what they hold, until nothing changes: this finds the
//! coarsest partition, also through recursion. Then places that must be one type, because a rule says so or because they
//! were released under one name, are unified member by member.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use crate::error::{Error, Problem};
use crate::lock::Lock;
use crate::merge::Merger;
use crate::model::{Def, DefId, DefKind, Model, Place, Select, Ty, Union};
use crate::name;
use crate::rules::Rules;

/// What `dedupe` did, for the report.
#[derive(Debug, Clone, Default)]
pub struct Deduped {
    /// Definitions before.
    pub before: usize,
    /// Released names whose places no longer fit in one type: a breaking change.
    pub conflicts: Vec<Problem>,
    /// Rules that match nothing.
    pub unmatched: Vec<Problem>,
}

/// Makes equal shapes one definition, and those that must have one name.
///
/// # Errors
///
/// Places that a rule makes one type and that cannot be.
pub fn dedupe(model: &mut Model, rules: &Rules, lock: &Lock) -> Result<Deduped, Error> {
    prune(model);
    let mut report = Deduped { before: model.defs.len(), ..Deduped::default() };
    let names = Wanted::new(model, rules, lock, &mut report.unmatched);
    let said = Said::new(model, &names);
    let mut merger = Merger::new(std::mem::take(&mut model.defs));
    let mut problems = Vec::new();
    loop {
        let merged = join_equal(&mut merger, &names, &said);
        let unified = unify_named(&mut merger, &names, &mut problems, &mut report.conflicts);
        if !merged && !unified {
            break;
        }
    }
    if !problems.is_empty() {
        return Err(Error { problems });
    }
    compact(model, merger);
    Ok(report)
}

/// Whether two definitions have the same shape.
pub fn same_shape(defs: &[Def], a: DefId, b: DefId) -> bool {
    let mut pairs = vec![(a, b)];
    let mut seen: BTreeSet<(DefId, DefId)> = BTreeSet::new();
    while let Some((a, b)) = pairs.pop() {
        if a == b || !seen.insert((a, b)) {
            continue;
        }
        let (mut left, mut right) = (Vec::new(), Vec::new());
        if signature(&defs[a.0], &mut left) != signature(&defs[b.0], &mut right) || left.len() != right.len() {
            return false;
        }
        pairs.extend(left.into_iter().zip(right));
    }
    true
}

/// The name that each place must have.
struct Wanted {
    by_place: HashMap<Place, String>,
    /// The names that people gave: a conflict in one is an error.
    by_rule: BTreeSet<String>,
    /// The place whose type keeps the name when not all fit.
    home: BTreeMap<String, Place>,
}

impl Wanted {
    fn new(model: &Model, rules: &Rules, lock: &Lock, unmatched: &mut Vec<Problem>) -> Self {
        let mut wanted = Wanted { by_place: HashMap::new(), by_rule: BTreeSet::new(), home: BTreeMap::new() };
        if rules.types.is_empty() && lock.homes().next().is_none() {
            return wanted;
        }
        let places: BTreeSet<&Place> = model.defs.iter().flat_map(|def| &def.places).collect();
        for place in &places {
            if let Some(name) = lock.type_at(place) {
                wanted.by_place.insert((*place).clone(), name.to_owned());
            }
        }
        for (name, home) in lock.homes() {
            wanted.home.insert(name.to_owned(), home.clone());
        }
        for rule in rules.types.iter().filter(|rule| rule.releases.contains(&model.release)) {
            for text in &rule.places {
                let Ok(place) = text.parse::<Place>() else { continue };
                if !places.contains(&place) {
                    unmatched.push(crate::rules::stale(&format!("types: {}: {text}", rule.name), &model.release));
                }
                wanted.home.entry(rule.name.clone()).or_insert_with(|| place.clone());
                wanted.by_place.insert(place, rule.name.clone());
            }
            wanted.by_rule.insert(rule.name.clone());
        }
        wanted
    }

    fn of(&self, def: &Def) -> Option<&str> {
        if self.by_place.is_empty() {
            return None;
        }
        def.places.iter().find_map(|place| self.by_place.get(place)).map(String::as_str)
    }
}

/// What the document says of operations, bodies and replies.
struct Said {
    /// The words of each operation, where names are given.
    truth: Option<name::Truth>,
    /// The components that bodies and replies are.
    called: BTreeMap<Place, String>,
}

impl Said {
    fn new(model: &Model, names: &Wanted) -> Self {
        let truth = (!names.by_place.is_empty()).then(|| name::Truth::new(model));
        Self { truth, called: model.called.clone() }
    }

    /// The component that a definition is: people know it by its name.
    fn component<'a>(&'a self, def: &'a Def) -> Option<&'a str> {
        let component = def.places.iter().find(|place| place.is_component()).map(|place| place.operation.as_str());
        component.or_else(|| def.places.iter().find_map(|place| self.called.get(place)).map(String::as_str))
    }

    /// Whose a definition is. A component is its own, wherever it is used.
    fn owner(&self, def: &Def) -> String {
        match (self.component(def), def.places.first()) {
            (None, Some(place)) => name::owner(place),
            _ => String::new(),
        }
    }

    /// Whether a name says nothing untrue of a definition.
    fn is_true(&self, name: &str, def: &Def) -> bool {
        let is_true = |truth: &name::Truth| truth.of_all(&def.places)(name);
        self.component(def).is_some() || self.truth.as_ref().is_some_and(is_true)
    }
}

/// Joins definitions of one class, but never two that have different names, and never those of different owners. What has no
/// name takes one of the class that says nothing untrue of it. Says whether it joined any.
fn join_equal(merger: &mut Merger, names: &Wanted, said: &Said) -> bool {
    let mut members: BTreeMap<usize, Vec<DefId>> = BTreeMap::new();
    for (id, class) in classes(merger, said) {
        members.entry(class).or_default().push(id);
    }
    let mut joined = false;
    for mut group in members.into_values().filter(|group| group.len() > 1) {
        group.sort_by(|a, b| merger.def(*a).places.first().cmp(&merger.def(*b).places.first()));
        let mut named: BTreeMap<String, DefId> = BTreeMap::new();
        let mut owned: BTreeMap<String, DefId> = BTreeMap::new();
        for id in group {
            let def = merger.def(id);
            let first = match names.of(def) {
                Some(name) => named.entry(name.to_owned()).or_insert(id),
                None => owned.entry(said.owner(def)).or_insert(id),
            };
            if *first != id {
                merger.join(*first, id);
                joined = true;
            }
        }
        for id in owned.into_values() {
            let is_true = |name: &&String| said.is_true(name, merger.def(id));
            if let Some(name) = named.keys().find(is_true) {
                merger.join(named[name], id);
                joined = true;
            }
        }
    }
    joined
}

/// Unifies definitions that must have one name. Says whether it changed any.
fn unify_named(merger: &mut Merger, names: &Wanted, problems: &mut Vec<Problem>, conflicts: &mut Vec<Problem>) -> bool {
    let mut by_name: BTreeMap<String, Vec<DefId>> = BTreeMap::new();
    for (id, def) in merger.roots() {
        if let Some(name) = names.of(def) {
            by_name.entry(name.to_owned()).or_default().push(id);
        }
    }
    let mut changed = false;
    for (name, mut ids) in by_name.into_iter().filter(|(_, ids)| ids.len() > 1) {
        let home = names.home.get(&name);
        ids.sort_by_key(|id| {
            let def = merger.def(*id);
            (home.is_none_or(|home| !def.places.contains(home)), def.places.first().cloned())
        });
        let mut ids = ids.into_iter();
        let Some(first) = ids.next() else { continue };
        for other in ids {
            match merger.unify(first, other) {
                Ok(did) => changed |= did,
                Err(why) => {
                    let place = merger.def(other).places.first().map(Place::to_string).unwrap_or_default();
                    let problem = Problem::at(place, format!("is no longer `{name}`: {why}"));
                    let list = if names.by_rule.contains(&name) { &mut *problems } else { &mut *conflicts };
                    if !list.contains(&problem) {
                        list.push(problem);
                    }
                }
            }
        }
    }
    changed && problems.is_empty()
}

/// The class of each definition that stands for itself; equal shapes have equal classes. Components of different names are
/// different, whatever their shapes: people know them by their names.
fn classes(merger: &Merger, said: &Said) -> Vec<(DefId, usize)> {
    let mut texts: HashMap<(String, Option<&str>), usize> = HashMap::new();
    let mut shapes: Vec<(DefId, usize, Vec<DefId>)> = Vec::new();
    let mut class: Vec<usize> = vec![usize::MAX; merger.len()];
    for (id, def) in merger.roots() {
        let mut inner = Vec::new();
        let text = signature(def, &mut inner);
        let fresh = texts.len();
        class[id.0] = *texts.entry((text, said.component(def))).or_insert(fresh);
        shapes.push((id, class[id.0], inner.into_iter().map(|id| merger.root(id)).collect()));
    }
    // What is alone in its class stays alone: only the others are looked at again.
    let mut open: Vec<usize> = (0..shapes.len()).collect();
    let mut fresh = texts.len();
    loop {
        let mut sizes: HashMap<usize, usize> = HashMap::with_capacity(open.len());
        open.iter().for_each(|index| *sizes.entry(class[shapes[*index].0.0]).or_default() += 1);
        open.retain(|index| sizes[&class[shapes[*index].0.0]] > 1);
        let mut numbers: HashMap<(usize, Vec<usize>), usize> = HashMap::with_capacity(open.len());
        let mut next = Vec::with_capacity(open.len());
        for index in &open {
            let (id, _, inner) = &shapes[*index];
            let key = (class[id.0], inner.iter().map(|id| class[id.0]).collect());
            let number = fresh + numbers.len();
            next.push((*id, *numbers.entry(key).or_insert(number)));
        }
        let classes = sizes.values().filter(|size| **size > 1).count();
        let grown = numbers.len();
        fresh += grown;
        for (id, number) in next {
            class[id.0] = number;
        }
        if grown == classes {
            return shapes.into_iter().map(|(id, ..)| (id, class[id.0])).collect();
        }
    }
}

/// A text that equal shapes share, but for the definitions inside, which are collected in their order. Docs, limits and
/// the order of members do not count.
fn signature(def: &Def, inner: &mut Vec<DefId>) -> String {
    let mut text = String::new();
    match &def.kind {
        DefKind::Struct(object) => {
            text.push_str("struct");
            let mut fields: Vec<_> = object.fields.iter().collect();
            fields.sort_by(|a, b| a.json.cmp(&b.json));
            // Three states are for what is sent: such a shape is one type in each direction.
            if fields.iter().any(|field| field.nullable && !field.required) {
                text.push_str(if def.sent { " sent" } else { " received" });
            }
            if fields.is_empty() {
                // Two variants without members are alike by chance only.
                let _ = write!(text, " at={:?}", def.places.first().and_then(|place| place.path.last()));
            }
            for field in fields {
                write_text(&mut text, &field.json);
                text.push(if field.required { '!' } else { '?' });
                text.push(if field.nullable { '~' } else { '=' });
                if let Some(constant) = &field.constant {
                    write_text(&mut text, &constant.to_string());
                }
                write_ty(&mut text, &field.ty, inner);
            }
            if let Some(rest) = &object.rest {
                text.push_str(" rest=");
                write_ty(&mut text, rest, inner);
            }
        }
        DefKind::Enum(values) => {
            text.push_str("enum");
            let sorted: BTreeSet<&String> = values.values.iter().collect();
            sorted.into_iter().for_each(|value| write_text(&mut text, value));
        }
        DefKind::Union(union) => {
            let _ = write!(text, "union {:?} {:?}", union.tag, union.missing);
            for variant in &union.variants {
                let _ = match &variant.select {
                    Select::Tag(values) => write!(text, " tag {values:?}="),
                    Select::Keys(keys) => write!(text, " keys {keys:?}="),
                    Select::Json(json) => write!(text, " json {json:?}="),
                    Select::Fits(json) => write!(text, " fits {json:?}="),
                };
                write_ty(&mut text, &variant.ty, inner);
            }
        }
    }
    text
}

/// A text with its length before it, so that no two lists of texts look alike.
fn write_text(text: &mut String, part: &str) {
    let _ = write!(text, " {}:", part.len());
    text.push_str(part);
}

fn write_ty(text: &mut String, ty: &Ty, inner: &mut Vec<DefId>) {
    match ty {
        Ty::Def(id) => {
            text.push('#');
            inner.push(*id);
        }
        Ty::List(item) => wrap(text, '[', item, inner),
        Ty::Tuple(items) => {
            items.iter().for_each(|item| wrap(text, '(', item, inner));
            text.push(')');
        }
        Ty::Map(value) => wrap(text, '{', value, inner),
        Ty::Hidden(value) => wrap(text, '!', value, inner),
        Ty::Nullable(value) => wrap(text, '?', value, inner),
        Ty::String => text.push('s'),
        Ty::Bool => text.push('b'),
        Ty::Int => text.push('i'),
        scalar => {
            let _ = write!(text, "{scalar:?}");
        }
    }
}

fn wrap(text: &mut String, mark: char, ty: &Ty, inner: &mut Vec<DefId>) {
    text.push(mark);
    write_ty(text, ty, inner);
}

/// Puts the definitions that now stand for others in their places.
fn compact(model: &mut Model, merger: Merger) {
    let (defs, root) = merger.finish();
    model.defs = defs;
    let stands = |id: DefId| root[id.0];
    for def in &mut model.defs {
        def.kind.each_ty_mut(&mut |ty| crate::merge::renumber(ty, &stands));
    }
    model.each_root_mut(&mut |ty| crate::merge::renumber(ty, &stands));
    for def in &mut model.defs {
        if let DefKind::Union(union) = &mut def.kind {
            join_variants(union);
        }
    }
    prune(model);
}

/// Variants of one type that only their content tells apart are one; what stands alone then is told by its JSON type.
fn join_variants(union: &mut Union) {
    if union.tag.is_some() {
        return;
    }
    let mut seen: Vec<(Select, Ty)> = Vec::new();
    union.variants.retain(|variant| {
        let fits = matches!(variant.select, Select::Fits(_));
        let known = fits && seen.iter().any(|(select, ty)| *select == variant.select && *ty == variant.ty);
        seen.push((variant.select.clone(), variant.ty.clone()));
        !known
    });
    let selects: Vec<Select> = union.variants.iter().map(|variant| variant.select.clone()).collect();
    for variant in &mut union.variants {
        if let Select::Fits(json) = variant.select
            && selects.iter().filter(|select| **select == variant.select).count() == 1
        {
            variant.select = Select::Json(json);
        }
    }
}

/// Leaves the definitions that operations reach, in the order of their first places.
fn prune(model: &mut Model) {
    let mut reached = vec![false; model.defs.len()];
    let mut order: Vec<usize> = Vec::new();
    let mut open: Vec<DefId> = Vec::new();
    model.each_root_mut(&mut |ty| ty.each_def(&mut |id| open.push(id)));
    while let Some(id) = open.pop() {
        if !std::mem::replace(&mut reached[id.0], true) {
            order.push(id.0);
            model.defs[id.0].kind.each_ty(&mut |ty| ty.each_def(&mut |id| open.push(id)));
        }
    }
    order.sort_by(|a, b| (model.defs[*a].places.first(), a).cmp(&(model.defs[*b].places.first(), b)));
    let mut number: Vec<DefId> = (0..model.defs.len()).map(DefId).collect();
    order.iter().enumerate().for_each(|(new, old)| number[*old] = DefId(new));
    let find = |id: DefId| number[id.0];
    model.each_root_mut(&mut |ty| crate::merge::renumber(ty, &find));
    let mut defs: Vec<Option<Def>> = std::mem::take(&mut model.defs).into_iter().map(Some).collect();
    model.defs = order.iter().filter_map(|old| defs[*old].take()).collect();
    for def in &mut model.defs {
        def.kind.each_ty_mut(&mut |ty| crate::merge::renumber(ty, &find));
    }
}
