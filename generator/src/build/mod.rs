//! Build: from a lowered document to the model. Afterwards nobody sees `openapiv3`.

mod accept;
mod alike;
mod body;
mod direction;
mod event;
mod facts;
mod family;
mod find;
mod gist;
mod ids;
mod list;
mod media;
mod object;
mod operation;
mod parameter;
mod part;
mod reply;
mod same;
mod scalar;
mod schema;
mod security;
mod server;
mod union;
mod view;
mod webhook;
mod whole;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use openapiv3::{OpenAPI, ReferenceOr, Schema};
use typed_arena::Arena;

use crate::error::{Error, Problem};
use crate::lower;
use crate::model::{
    AnswerContent, BodyKind, Def, DefId, DefKind, Model, Operation, PartContent, Place, Reply, Scheme, Struct, Ty,
};
use crate::rules::Rules;

pub(crate) use schema::Typed;
pub(crate) use union::union_of_values;

/// What `build` makes: the model, and what a person should know of it.
#[derive(Debug)]
pub struct Built {
    /// The model, with one definition for each schema that needs a name.
    pub model: Model,
    /// Decisions that lose something, for the report.
    pub notes: Vec<Problem>,
    /// The JSON pointers of members of requests that are required and may be left out.
    pub optional: Vec<String>,
}

/// Builds the model of a document; with `all` it has the components, too, that nothing refers to. Of a document that has
/// nothing else it always has.
///
/// # Errors
///
/// Everything in the document that cannot be generated, each with its JSON pointer.
pub fn build(api: &OpenAPI, rules: &Rules, release: &str, all: bool) -> Result<Built, Error> {
    let sent_by_itself = webhook::items(api)?;
    let arena = Arena::new();
    let mut builder = Builder::new(api, &arena, rules, release);
    let servers = builder.servers();
    builder.find_schemes();
    let (mut operations, callbacks) = builder.operations(&servers);
    let untagged = operation::tags_of_paths(&mut operations);
    let mut webhooks = builder.webhooks(&sent_by_itself, "/webhooks");
    let event = builder.event(&webhooks);
    webhooks.extend(callbacks);
    let apart = builder.defs.len();
    let nothing_else = operations.is_empty() && webhooks.is_empty();
    let components = if all || nothing_else { builder.unreached() } else { Vec::new() };
    let security = builder.settle_security(&mut operations);
    builder.settle_tags();
    let optional = direction::settle(&mut builder.defs, apart);
    builder.optional.extend(optional.iter().map(ToString::to_string));
    let problems = std::mem::take(&mut builder.problems);
    Error::check((), problems.into_iter().map(|problem| builder.located(problem)).collect())?;
    let notes = std::mem::take(&mut builder.notes);
    let notes = lower::joined(notes.into_iter().map(|note| builder.located_note(note)).collect());
    let optional = std::mem::take(&mut builder.optional);
    let optional = builder.pointers_of(optional);
    let release = release.to_owned();
    let called = builder.called();
    let (defs, schemes, value_names) = (builder.defs, builder.schemes, builder.value_names);
    let mut model = Model {
        release,
        operations,
        defs,
        servers,
        schemes,
        security,
        webhooks,
        event,
        components,
        called,
        value_names,
        untagged,
    };
    substitute(&mut model, &builder.substitutions);
    Ok(Built { model, notes, optional })
}

/// The state of the pass.
struct Builder<'a> {
    api: &'a OpenAPI,
    /// Schemas that `openapiv3` keeps as JSON.
    arena: &'a Arena<ReferenceOr<Schema>>,
    rules: &'a Rules,
    release: &'a str,
    /// Whether rules say anything of scalars.
    ruled: bool,
    /// The names of components, by the address of their schemas.
    names: HashMap<*const Schema, &'a str>,
    /// The components that are `allOf` another, by its name.
    heirs: HashMap<&'a str, Vec<&'a str>>,
    /// The components that are `allOf` one with a discriminator, through others too.
    inheriting: HashSet<&'a str>,
    defs: Vec<Def>,
    /// What schemas became: what is reached twice is built once.
    memo: HashMap<Key, Memo>,
    /// What schemas say with all that they are `allOf`, where that is simple.
    gists: HashMap<*const Schema, Option<gist::Gist>>,
    /// Definitions that were reserved for a recursion and turned out to be another type.
    substitutions: HashMap<DefId, Ty>,
    /// Definitions that are reserved for a recursion and have no content yet.
    reserved: HashSet<DefId>,
    /// How many alternatives unions may still have.
    alternatives_left: usize,
    /// Variants without their tags, which may get them back.
    tagged: Vec<union::Tagged<'a>>,
    /// The security schemes of the document.
    schemes: Vec<Scheme>,
    /// The JSON pointers of schemas outside of components.
    pointers: HashMap<Place, String>,
    /// The names that the document gives to values.
    value_names: BTreeMap<Place, Vec<(String, String)>>,
    problems: Vec<Problem>,
    notes: Vec<Problem>,
    /// Members of requests that are required and may be left out: places, or pointers.
    optional: Vec<String>,
}

/// Schemas that say together what a value is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    schemas: Schemas,
    /// The tag of the union that they are a variant of, where they do not have it.
    tag: Option<String>,
    sent: bool,
}

/// Schemas by their addresses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Schemas {
    One(*const Schema),
    Several(Vec<*const Schema>),
}

impl Key {
    fn one(schema: &Schema, place: &Place) -> Self {
        Self { schemas: Schemas::One(std::ptr::from_ref(schema)), tag: None, sent: place.is_sent() }
    }

    fn of(whole: &whole::Whole<'_>, tag: Option<&str>, place: &Place) -> Self {
        let schemas = match whole.parts.as_slice() {
            [only] => Schemas::One(std::ptr::from_ref(only.schema)),
            _ => Schemas::Several(whole.key()),
        };
        Self { schemas, tag: tag.map(str::to_owned), sent: place.is_sent() }
    }
}

/// How far a schema is.
enum Memo {
    /// Being built; the definition that stands for it, if a recursion asked for one.
    Started(Option<DefId>),
    /// Built.
    Done(Box<Typed>),
}

impl<'a> Builder<'a> {
    fn new(api: &'a OpenAPI, arena: &'a Arena<ReferenceOr<Schema>>, rules: &'a Rules, release: &'a str) -> Self {
        let schemas = api.components.iter().flat_map(|components| &components.schemas);
        let heirs = family::heirs(api);
        let items = schemas.filter_map(|(name, schema)| Some((std::ptr::from_ref(schema.as_item()?), name.as_str())));
        Self {
            api,
            arena,
            rules,
            release,
            ruled: rules.say_scalars(),
            names: items.collect(),
            inheriting: family::inheriting(api, &heirs),
            heirs,
            defs: Vec::new(),
            memo: HashMap::new(),
            gists: HashMap::new(),
            substitutions: HashMap::new(),
            reserved: HashSet::new(),
            alternatives_left: union::MOST_OF_ALL,
            tagged: Vec::new(),
            schemes: Vec::new(),
            pointers: HashMap::new(),
            value_names: BTreeMap::new(),
            problems: Vec::new(),
            notes: Vec::new(),
            optional: Vec::new(),
        }
    }

    fn define(&mut self, place: &Place, kind: DefKind, deprecated: bool) -> Ty {
        let id = DefId(self.defs.len());
        self.defs.push(Def {
            places: BTreeSet::from([place.clone()]),
            kind,
            sent: place.is_sent(),
            received: !place.is_sent(),
            tags: Vec::new(),
            deprecated,
        });
        Ty::Def(id)
    }

    fn reserve(&mut self, place: &Place) -> DefId {
        let id = DefId(self.defs.len());
        self.define(place, DefKind::Struct(Struct::default()), false);
        self.reserved.insert(id);
        id
    }

    fn problem(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Problem::at(pointer, message));
    }

    /// Remembers where in the document a place is.
    fn stands(&mut self, place: &Place, pointer: &str) {
        self.pointers.entry(place.clone()).or_insert_with(|| pointer.to_owned());
    }

    fn note_at(&mut self, pointer: &str, message: impl Into<String>) {
        self.notes.push(Problem::at(pointer, message));
    }

    fn note(&mut self, place: &Place, message: impl Into<String>) {
        self.notes.push(Problem::at(place.to_string(), message));
    }
}

/// Puts what a reserved definition turned out to be in its place.
fn substitute(model: &mut Model, substitutions: &HashMap<DefId, Ty>) {
    if substitutions.is_empty() {
        return;
    }
    for def in &mut model.defs {
        def.kind.each_ty_mut(&mut |ty| replace(ty, substitutions, 0));
    }
    model.each_root_mut(&mut |ty| replace(ty, substitutions, 0));
}

fn replace(ty: &mut Ty, substitutions: &HashMap<DefId, Ty>, depth: usize) {
    match ty {
        // A type that is nothing but itself has no content: any value fits.
        Ty::Def(id) if substitutions.contains_key(id) && depth > substitutions.len() => *ty = Ty::Any,
        Ty::Def(id) => {
            if let Some(other) = substitutions.get(id) {
                *ty = other.clone();
                replace(ty, substitutions, depth + 1);
            }
        }
        Ty::List(inner) | Ty::Map(inner) | Ty::Nullable(inner) | Ty::Hidden(inner) => {
            replace(inner, substitutions, depth)
        }
        Ty::Tuple(items) => items.iter_mut().for_each(|item| replace(item, substitutions, depth)),
        _ => {}
    }
}

impl Model {
    /// Visits each type that operations and webhooks mention.
    pub fn each_root_mut(&mut self, visit: &mut dyn FnMut(&mut Ty)) {
        self.operations.iter_mut().for_each(|operation| operation.each_ty_mut(visit));
        self.webhooks.iter_mut().for_each(|webhook| visit(&mut webhook.ty));
        self.event.iter_mut().for_each(&mut *visit);
        self.components.iter_mut().for_each(visit);
    }
}

impl DefKind {
    /// Visits each type that it mentions, not those inside of other definitions.
    pub fn each_ty_mut(&mut self, visit: &mut dyn FnMut(&mut Ty)) {
        match self {
            DefKind::Struct(object) => {
                object.fields.iter_mut().for_each(|field| visit(&mut field.ty));
                object.rest.iter_mut().for_each(visit);
            }
            DefKind::Enum(_) => {}
            DefKind::Union(union) => union.variants.iter_mut().for_each(|variant| visit(&mut variant.ty)),
        }
    }

    /// Visits each type that it mentions, not those inside of other definitions.
    pub fn each_ty(&self, visit: &mut dyn FnMut(&Ty)) {
        match self {
            DefKind::Struct(object) => {
                object.fields.iter().for_each(|field| visit(&field.ty));
                object.rest.iter().for_each(visit);
            }
            DefKind::Enum(_) => {}
            DefKind::Union(union) => union.variants.iter().for_each(|variant| visit(&variant.ty)),
        }
    }
}

impl Ty {
    /// The definition that it mentions, through lists, maps and nulls; not those of a tuple, which may be several.
    pub fn def(&self) -> Option<DefId> {
        match self {
            Ty::Def(id) => Some(*id),
            Ty::List(inner) | Ty::Map(inner) | Ty::Nullable(inner) | Ty::Hidden(inner) => inner.def(),
            _ => None,
        }
    }

    /// Every definition that it mentions, in order.
    pub fn defs(&self) -> Vec<DefId> {
        let mut defs = Vec::new();
        self.each_def(&mut |id| defs.push(id));
        defs
    }

    /// Visits every definition that it mentions, in order.
    pub fn each_def(&self, visit: &mut dyn FnMut(DefId)) {
        match self {
            Ty::Def(id) => visit(*id),
            Ty::Tuple(items) => items.iter().for_each(|item| item.each_def(visit)),
            Ty::List(inner) | Ty::Map(inner) | Ty::Nullable(inner) | Ty::Hidden(inner) => inner.each_def(visit),
            _ => {}
        }
    }
}

impl Operation {
    /// Visits each type that it mentions.
    pub fn each_ty_mut(&mut self, visit: &mut dyn FnMut(&mut Ty)) {
        let params =
            self.path_params.iter_mut().chain(&mut self.query).chain(&mut self.headers).chain(&mut self.cookies);
        params.for_each(|param| visit(&mut param.ty));
        match self.body.as_mut().map(|body| &mut body.kind) {
            Some(BodyKind::Json(ty) | BodyKind::Form(ty, _)) => visit(ty),
            Some(BodyKind::Multipart(parts)) => parts.iter_mut().for_each(|part| match &mut part.content {
                PartContent::Text(ty) | PartContent::Json(ty) => visit(ty),
                PartContent::File => {}
            }),
            Some(BodyKind::Text | BodyKind::Binary) | None => {}
        }
        match &mut self.reply {
            Reply::Json(ty) | Reply::JsonOrEmpty(ty) => visit(ty),
            Reply::Several(answers) => answers.iter_mut().for_each(|answer| {
                if let AnswerContent::Json(ty) = &mut answer.content {
                    visit(ty);
                }
            }),
            Reply::Empty | Reply::Text | Reply::Binary | Reply::Redirect | Reply::Content => {}
        }
        if let Some(paging) = &mut self.paging {
            visit(&mut paging.item);
        }
        self.failures.iter_mut().for_each(|failure| visit(&mut failure.ty));
    }

    /// The types that a request mentions.
    pub fn sent(&self) -> Vec<&Ty> {
        let params = self.path_params.iter().chain(&self.query).chain(&self.headers).chain(&self.cookies);
        let mut types: Vec<&Ty> = params.map(|param| &param.ty).collect();
        match self.body.as_ref().map(|body| &body.kind) {
            Some(BodyKind::Json(ty) | BodyKind::Form(ty, _)) => types.push(ty),
            Some(BodyKind::Multipart(parts)) => types.extend(parts.iter().filter_map(|part| match &part.content {
                PartContent::Text(ty) | PartContent::Json(ty) => Some(ty),
                PartContent::File => None,
            })),
            Some(BodyKind::Text | BodyKind::Binary) | None => {}
        }
        types
    }

    /// The types of its body and of its successes.
    pub fn exchanged(&self) -> [Vec<&Ty>; 2] {
        let body = match self.body.as_ref().map(|body| &body.kind) {
            Some(BodyKind::Json(ty) | BodyKind::Form(ty, _)) => vec![ty],
            _ => Vec::new(),
        };
        [body, self.successes()]
    }

    /// The types that its replies mention.
    pub fn received(&self) -> Vec<&Ty> {
        let mut types: Vec<&Ty> = self.failures.iter().map(|failure| &failure.ty).collect();
        types.extend(self.successes());
        types.extend(self.paging.as_ref().map(|paging| &paging.item));
        types
    }

    fn successes(&self) -> Vec<&Ty> {
        let mut types = Vec::new();
        match &self.reply {
            Reply::Json(ty) | Reply::JsonOrEmpty(ty) => types.push(ty),
            Reply::Several(answers) => types.extend(answers.iter().filter_map(|answer| match &answer.content {
                AnswerContent::Json(ty) => Some(ty),
                AnswerContent::Empty | AnswerContent::Text | AnswerContent::Binary => None,
            })),
            Reply::Empty | Reply::Text | Reply::Binary | Reply::Redirect | Reply::Content => {}
        }
        types
    }
}
