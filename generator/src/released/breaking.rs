//! What code that was written against the release before must change.

use std::collections::BTreeSet;

use crate::emit::ClientName;
use crate::error::Problem;
use crate::lock::{Entry, Lock, Member};
use crate::model::{
    BodyKind, Def, DefKind, Field, Model, MultipartField, Operation, PartContent, Presence, Struct, Union,
};
use crate::names::Names;

use super::{body, reply, write};

/// What breaks, of a document as it is: before it is given what it dropped.
pub(super) fn all(model: &Model, names: &Names, lock: &Lock) -> Vec<Problem> {
    let mut found = Found { problems: Vec::new(), names, lock };
    for (def, names) in model.defs.iter().zip(&names.types) {
        found.type_(&names.name, def);
    }
    for operation in &model.operations {
        found.exchanged(operation);
        found.parts(operation);
        if operation.alternative.is_none() {
            found.parameters(operation);
        }
    }
    for name in gone_types(names, lock) {
        found.tell(name.to_owned(), "the type is gone; if it has another name now, a rule (`types`) can keep this one");
    }
    for key in gone_operations(model, lock) {
        found.tell(key.to_owned(), "the document has this operation no more");
    }
    found.problems
}

/// The members that are given in another way than in the release before, without those that the document dropped: how they
/// are given depends on whether their types are sent, which is known once what was dropped is back.
pub fn changed_presences(model: &Model, names: &Names, lock: &Lock, dropped: &[String]) -> Vec<Problem> {
    let dropped: BTreeSet<&str> = dropped.iter().map(String::as_str).collect();
    let mut problems = Vec::new();
    for (def, names) in model.defs.iter().zip(&names.types) {
        let DefKind::Struct(object) = &def.kind else { continue };
        for field in &object.fields {
            let at = format!("{}.{}", names.name, field.json);
            let before = lock.member(&names.name, &field.json).filter(|_| !dropped.contains(at.as_str()));
            let now = presence(field, def);
            // Nobody could make a value of a type that was only received.
            let is_new_argument = |before: &&Member| before.presence == Presence::Optional && now == Presence::Nullable;
            let before = before.filter(|before| !is_new_argument(before) || lock.was_sent(&names.name, &model.release));
            let changed = before.and_then(|member| changed_presence(member.presence, now));
            problems.extend(changed.map(|what| Problem::at(at, what)));
        }
    }
    problems
}

/// The Cargo features that are gone with their tags, and operations that another feature brings now.
pub fn changed_features(model: &Model, names: &Names, lock: &Lock) -> Vec<Problem> {
    let gone = gone_tags(names, lock).filter(|(_, feature)| !feature.is_empty());
    let gone = gone.map(|(tag, feature)| {
        Problem::at(tag, format!("no operation has this tag now: the feature `{feature}` is gone"))
    });
    let moved = model.operations.iter().filter_map(|operation| {
        let tag = lock.operation_tag(&operation.key()).filter(|tag| *tag != operation.tag)?;
        // What is gone with its tag is told once for all of its operations.
        let (before, now) = (names.tags.get(tag)?, names.tags.get(&operation.tag)?);
        let what = format!("was in the feature `{}` and is in `{}`", before.feature, now.feature);
        (before.feature != now.feature).then(|| Problem::at(&operation.id, what))
    });
    gone.chain(moved).collect()
}

/// What changed of the methods for credentials and of the servers.
pub fn changed_client(now: &[ClientName], lock: &Lock) -> Vec<Problem> {
    let told = lock.client().filter_map(|(what, name, before)| {
        let (at, taken) = match what {
            "builder" => (format!("ClientBuilder::{name}"), "took"),
            _ => (format!("Server::{name}"), "had the variables"),
        };
        match now.iter().find(|own| (own.what, own.name.as_str()) == (what, name)) {
            Some(own) if own.takes == before => None,
            Some(own) => Some(Problem::at(at, format!("{taken} `{before}`, and now `{}`", own.takes))),
            None => Some(Problem::at(at, "is gone")),
        }
    });
    told.collect()
}

/// The lines that the lock must have for them.
pub fn client_entries(now: &[ClientName], lock: &Lock) -> Vec<Entry> {
    let here = now.iter().map(|own| Entry::new(&[own.what, &own.name, &own.takes]));
    let gone =
        lock.client().filter(|(what, name, _)| !now.iter().any(|own| (own.what, own.name.as_str()) == (*what, *name)));
    here.chain(gone.map(|(what, name, _)| Entry::new(&["gone", what, name]))).collect()
}

/// The lines that say what is gone, so that it is told once.
pub(super) fn gone(model: &Model, names: &Names, lock: &Lock) -> Vec<Entry> {
    let mut entries: Vec<Entry> = gone_tags(names, lock).map(|(tag, _)| Entry::new(&["gone", "tag", tag])).collect();
    entries.extend(gone_operations(model, lock).map(|key| Entry::new(&["gone", "operation", key])));
    for operation in &model.operations {
        let key = operation.key();
        entries.extend(gone_parts(operation, lock).map(|(json, _)| Entry::new(&["gone", "part", &key, json])));
        if operation.alternative.is_none() {
            let renamed = renamed(operation, names, lock);
            entries.extend(renamed.iter().map(|name| Entry::new(&["gone", "parameter", &operation.id, name])));
        }
    }
    for (def, named) in model.defs.iter().zip(&names.types) {
        entries.extend(gone_inside(def, &named.name, names, lock));
    }
    entries.extend(gone_types(names, lock).map(|name| Entry::new(&["gone", "type", name])));
    entries
}

/// Released path parameters that have another name now: as arguments they are what they were.
pub(super) fn renamed(operation: &Operation, names: &Names, lock: &Lock) -> BTreeSet<String> {
    let keys = operation.param_keys();
    let gone =
        |key: &str, member: &Member| !member.optional && !key.contains(' ') && !keys.iter().any(|own| own == key);
    let mut renamed = BTreeSet::new();
    for param in operation.path_params.iter().filter(|param| lock.parameter(&operation.id, &param.json).is_none()) {
        let ty = write(&param.ty, names);
        let mut before = lock.parameters(&operation.id).filter(|(key, member)| gone(key, member) && member.ty == ty);
        if let Some((key, _)) = before.find(|(key, _)| !renamed.contains(*key)) {
            renamed.insert(key.to_owned());
        }
    }
    renamed
}

fn gone_types<'a>(names: &Names, lock: &'a Lock) -> impl Iterator<Item = &'a str> {
    let known: BTreeSet<&str> = names
        .types
        .iter()
        .flat_map(|names| std::iter::once(&names.name).chain(&names.aliases))
        .map(String::as_str)
        .collect();
    let gone: Vec<&str> = lock
        .homes()
        .map(|(name, _)| name)
        .filter(|name| !known.contains(name) && !lock.is_gone("type", name))
        .collect();
    gone.into_iter()
}

/// The members and variants that could not be kept.
fn gone_inside(def: &Def, name: &str, names: &Names, lock: &Lock) -> Vec<Entry> {
    match &def.kind {
        DefKind::Struct(object) => {
            let gone = lock.members(name).filter(|(json, _)| !object.fields.iter().any(|field| field.json == *json));
            gone.map(|(json, _)| Entry::new(&["gone", "member", name, json])).collect()
        }
        DefKind::Enum(_) => Vec::new(),
        DefKind::Union(union) => {
            let steps: Vec<String> =
                union.variants.iter().map(|variant| crate::name::step(variant, &names.types)).collect();
            let gone = lock.variants(name).filter(|(step, _)| !steps.iter().any(|own| own == step));
            gone.map(|(step, _)| Entry::new(&["gone", "variant", name, step])).collect()
        }
    }
}

fn gone_operations<'a>(model: &Model, lock: &'a Lock) -> impl Iterator<Item = &'a str> {
    let known: BTreeSet<String> = model.operations.iter().map(Operation::key).collect();
    lock.operations().filter(move |key| !known.contains(*key) && !lock.is_gone("operation", key))
}

fn gone_tags<'a>(names: &Names, lock: &'a Lock) -> impl Iterator<Item = (&'a str, &'a str)> {
    lock.tags().filter(|(tag, _)| !names.tags.contains_key(*tag) && !lock.is_gone("tag", tag))
}

/// The released parts that a multipart body has no more.
fn gone_parts<'a>(operation: &'a Operation, lock: &'a Lock) -> impl Iterator<Item = (&'a str, &'a Member)> {
    let multipart = matches!(operation.body.as_ref().map(|body| &body.kind), Some(BodyKind::Multipart(_)));
    let key = operation.key();
    let parts: Vec<_> = if multipart { lock.parts(&key).collect() } else { Vec::new() };
    parts.into_iter().filter(|(json, _)| !operation.parts().iter().any(|part| part.json == *json))
}

/// What a part holds, as the lock writes it.
pub(super) fn part(part: &MultipartField, names: &Names) -> String {
    let content = match &part.content {
        PartContent::File => "%file".to_owned(),
        PartContent::Text(ty) | PartContent::Json(ty) => write(ty, names),
    };
    if part.list { format!("[{content}]") } else { content }
}

/// How the type of a member shows that it may be absent. What is only received is an `Option` wherever it may be `null`.
pub(super) fn presence(field: &Field, def: &Def) -> Presence {
    match Presence::of(field, def) {
        Presence::Nullable if !def.sent => Presence::Optional,
        presence => presence,
    }
}

/// What it means for code that a member is given in another way.
fn changed_presence(before: Presence, now: Presence) -> Option<&'static str> {
    use Presence::{Nullable, Optional, Patch, Required};
    match (before, now) {
        (Required, Required) | (Nullable, Nullable) | (Optional, Optional) | (Patch, Patch) => None,
        (Required, Nullable) => Some("was never `null` and may be `null` now"),
        (Required, Optional | Patch) => Some("was always there and is optional now"),
        (Nullable | Optional | Patch, Required) => Some("was optional and must now be sent"),
        (Optional | Patch, Nullable) => Some("was optional and must now be given, be it as `null`"),
        (Nullable, Optional | Patch) => Some("had to be given, be it as `null`, and is optional now"),
        (Optional, Patch) => Some("was an `Option` and is a `Patch`: it may be `null` now"),
        (Patch, Optional) => Some("was a `Patch` and is an `Option`: it may not be `null` now"),
    }
}

struct Found<'a> {
    problems: Vec<Problem>,
    names: &'a Names,
    lock: &'a Lock,
}

impl Found<'_> {
    fn tell(&mut self, at: String, what: impl Into<String>) {
        self.problems.push(Problem::at(at, what));
    }

    fn type_(&mut self, name: &str, def: &Def) {
        let was = self.kind(name);
        let is = match &def.kind {
            DefKind::Struct(_) => "a struct",
            DefKind::Enum(_) => "an enum",
            DefKind::Union(_) => "a union",
        };
        if let Some(was) = was.filter(|was| *was != is) {
            self.tell(name.to_owned(), format!("was {was} and is {is}"));
            return;
        }
        match &def.kind {
            DefKind::Struct(object) => self.members(name, def, object),
            DefKind::Enum(_) => {}
            DefKind::Union(union) => self.variants(name, union),
        }
    }

    /// What a released type was; `None` where the lock does not say, or says several: it was told then.
    fn kind(&self, name: &str) -> Option<&'static str> {
        let members = self.lock.members(name).next().is_some();
        let holds = self.lock.variants(name).any(|(_, variant)| !variant.ty.is_empty());
        let plain = self.lock.variants(name).any(|(_, variant)| variant.ty.is_empty());
        match (members, plain, holds) {
            (true, false, false) => Some("a struct"),
            (false, true, false) => Some("an enum"),
            (false, false, true) => Some("a union"),
            _ => None,
        }
    }

    fn members(&mut self, name: &str, def: &Def, object: &Struct) {
        let released = self.lock.members(name).next().is_some();
        for field in &object.fields {
            let at = format!("{name}.{}", field.json);
            let Some(member) = self.lock.member(name, &field.json) else {
                if released && def.sent && matches!(presence(field, def), Presence::Required | Presence::Nullable) {
                    self.tell(at, "is new and must be sent");
                }
                continue;
            };
            let now = write(&field.ty, self.names);
            if now != member.ty {
                self.tell(at, format!("was `{}` and is `{now}`", member.ty));
            }
        }
    }

    fn variants(&mut self, name: &str, union: &Union) {
        for variant in &union.variants {
            let Some(before) = self.lock.variant(name, &crate::name::step(variant, &self.names.types)) else {
                continue;
            };
            let (was, now) = (before.ty.trim_start_matches('^'), write(&variant.ty, self.names));
            if was != now {
                self.tell(format!("{name}::{}", before.name), format!("held `{was}` and holds `{now}`"));
            }
        }
    }

    /// The body and the reply.
    fn exchanged(&mut self, operation: &Operation) {
        let key = operation.key();
        for (what, now) in [("body", body(operation, self.names)), ("reply", reply(operation, self.names))] {
            if let Some(before) = self.lock.exchanged(what, &key).filter(|before| *before != now) {
                self.tell(operation.id.clone(), format!("its {what} was `{before}` and is `{now}`"));
            }
        }
    }

    fn parameters(&mut self, operation: &Operation) {
        let id = &operation.id;
        if self.lock.operation(&operation.key()).is_none() {
            return;
        }
        let renamed = renamed(operation, self.names, self.lock);
        let mut moved = renamed.len();
        let keys = operation.param_keys();
        for (index, (key, param)) in keys.iter().zip(operation.params()).enumerate() {
            let Some(before) = self.lock.parameter(id, key) else {
                if index < operation.path_params.len() && moved > 0 {
                    moved -= 1;
                } else if param.required {
                    self.tell(id.clone(), format!("`{}` is new and must be given", param.json));
                }
                continue;
            };
            let (before, now) = (before.clone(), write(&param.ty, self.names));
            self.given(operation, &format!("`{}`", param.json), &before, (param.required, now));
        }
        let gone = self
            .lock
            .parameters(id)
            .filter(|(key, member)| !member.optional && !renamed.contains(*key) && !keys.iter().any(|own| own == key));
        for key in gone.map(|(key, _)| key.to_owned()).collect::<Vec<_>>() {
            self.tell(id.clone(), format!("`{key}` had to be given and is gone"));
        }
    }

    fn parts(&mut self, operation: &Operation) {
        let (id, key) = (&operation.id, operation.key());
        let gone: Vec<&str> = gone_parts(operation, self.lock).map(|(json, _)| json).collect();
        for json in gone {
            self.tell(id.clone(), format!("the part `{json}` of its body is gone"));
        }
        if self.lock.parts(&key).next().is_none() {
            return;
        }
        for field in operation.parts() {
            let what = format!("the part `{}` of its body", field.json);
            let before = self.lock.parts(&key).find(|(json, _)| *json == field.json).map(|(_, member)| member.clone());
            match before {
                Some(before) => {
                    self.given(operation, &what, &before, (operation.requires(field), part(field, self.names)));
                }
                None if operation.requires(field) => self.tell(id.clone(), format!("{what} is new and must be given")),
                None => {}
            }
        }
    }

    /// A parameter or a part that was there before.
    fn given(&mut self, operation: &Operation, what: &str, before: &Member, (required, now): (bool, String)) {
        let id = &operation.id;
        if now != before.ty {
            self.tell(id.clone(), format!("{what} was `{}` and is `{now}`", before.ty));
        }
        if required && before.optional {
            self.tell(id.clone(), format!("{what} was optional and must now be given"));
        }
        // Of a wide operation everything is a setter.
        if !required && !before.optional && !operation.is_wide() {
            self.tell(id.clone(), format!("{what} had to be given and is optional now"));
        }
    }
}
