//! Parameters: where they stand, how they are written, what type they have.

use openapiv3::{Parameter, ParameterData, ParameterSchemaOrContent, PathItem, PathStyle, QueryStyle};

use super::media::Written;
use super::{Builder, Typed};
use crate::error::push;
use crate::model::{DefKind, Operation, Param, Part, Place, Style, Ty};
use crate::template::{Fixed, Template, plain};

/// Headers that the specification makes something else than parameters (3.0.4 and 3.1.1, Parameter Object, `name`).
const IGNORED: [&str; 3] = ["accept", "content-type", "authorization"];

/// Headers that only the client itself makes: a wrong one would break the connection.
const OWN: [&str; 7] = ["host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"];

/// A parameter of an operation, and where it is declared.
struct Declared<'a, 'b> {
    parameter: &'a Parameter,
    pointer: String,
    /// The pointer of the operation or the path item that lists it.
    list: &'b str,
    /// Whether another place of the request, which comes before this one, has a parameter of the name.
    again: bool,
}

/// What a type looks like when it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Scalar,
    List,
    Other,
}

impl<'a> Builder<'a> {
    /// Puts the parameters of an operation in their places.
    pub(super) fn parameters(
        &mut self,
        item: &'a PathItem,
        operation: &'a openapiv3::Operation,
        template: &Template,
        at: &str,
        to: &mut Operation,
    ) {
        let (path, others): (Vec<_>, Vec<_>) = self.declared(item, operation, at).into_iter().partition(is_path);
        let mut left_out: Vec<&str> = path.iter().map(|declared| declared.data().name.as_str()).collect();
        let mut of_path = |builder: &mut Self, name: &str| {
            let found = path.iter().find(|declared| {
                let known = &declared.data().name;
                known == name || plain(known) == name
            });
            let Some(found) = found else {
                builder.note_at(at, format!("the path has `{{{name}}}` and no parameter of this name: it is a text"));
                return Param { ty: Ty::String, required: true, ..Param::default() };
            };
            left_out.retain(|left| *left != found.data().name);
            builder.param(found, &to.id)
        };
        for name in &template.names {
            if !to.path_params.iter().any(|known| known.json == *name) {
                to.path_params.push(Param { json: name.clone(), ..of_path(self, name) });
            }
        }
        for (key, value) in &template.query {
            if let Fixed::Name(name) = value {
                to.query.push(Param { json: key.clone(), style: None, ..of_path(self, name) });
            }
        }
        for name in left_out {
            self.note_at(at, format!("the path has no `{{{name}}}`: the parameter of this name is left out"));
        }
        for found in &others {
            let name = found.data().name.as_str();
            let header = matches!(found.parameter, Parameter::Header { .. });
            if header && IGNORED.contains(&name.to_ascii_lowercase().as_str()) {
                let what = format!("the header `{name}` is no parameter, as the specification says: it is left out");
                self.note_at(&found.pointer, what);
                continue;
            }
            if let Some(why) = no_header(name).filter(|_| header) {
                self.note_at(&found.pointer, format!("the header `{name}` {why}: it is left out"));
                continue;
            }
            let query = matches!(found.parameter, Parameter::Query { .. });
            if query && template.query.iter().any(|(key, _)| key == name) {
                self.note_at(&found.pointer, format!("`{name}` has its value in the path: the parameter is left out"));
                continue;
            }
            let param = self.param(found, &to.id);
            match found.parameter {
                Parameter::Query { .. } => to.query.push(param),
                Parameter::Header { .. } => to.headers.push(param),
                Parameter::Cookie { .. } => to.cookies.push(param),
                // The template has taken those of the path.
                Parameter::Path { .. } => {}
            }
        }
    }

    /// The parameters of an operation with those of its path item, which it may replace.
    fn declared<'b>(
        &mut self,
        item: &'a PathItem,
        operation: &'a openapiv3::Operation,
        at: &'b str,
    ) -> Vec<Declared<'a, 'b>> {
        let around = at.rsplit_once('/').map_or(at, |(around, _)| around);
        let shared = item.parameters.iter().enumerate().map(|(index, parameter)| (around, index, parameter));
        let own = operation.parameters.iter().enumerate().map(|(index, parameter)| (at, index, parameter));
        let mut declared: Vec<Declared<'a, 'b>> = Vec::new();
        for (at, index, parameter) in shared.chain(own) {
            let pointer = push(&push(at, "parameters"), index);
            let found = self.found(parameter, "parameters", |components| &components.parameters, pointer);
            let Some((parameter, pointer)) = found else { continue };
            let same = declared.iter().position(|other| same_parameter(other.parameter, parameter));
            if let Some(index) = same {
                // One of the operation replaces one of its path item; two in one list are one too many.
                let Declared { parameter, pointer, list, .. } = declared.remove(index);
                if list == at {
                    let name = &parameter.parameter_data_ref().name;
                    self.note_at(&pointer, format!("a later parameter is `{name}`, too: this one is left out"));
                }
            }
            declared.push(Declared { parameter, pointer, list: at, again: false });
        }
        let places: Vec<(String, usize)> = declared.iter().map(|one| (one.data().name.clone(), one.rank())).collect();
        for one in &mut declared {
            one.again = places.iter().any(|(name, rank)| *name == one.data().name && *rank < one.rank());
        }
        declared
    }

    fn param(&mut self, declared: &Declared<'a, '_>, id: &str) -> Param {
        let data = declared.data();
        let step = if declared.again { format!("{} {}", data.name, declared.word()) } else { data.name.clone() };
        let place = Place { operation: id.to_owned(), part: Part::Parameter, path: vec![step] };
        self.stands(&place, &push(&declared.pointer, "schema"));
        let queried = matches!(declared.parameter, Parameter::Query { .. });
        if let Some(known) = self.rules.extern_type(&place, self.release).filter(|_| queried) {
            return Param { ty: Ty::Extern(known.path.clone()), ..named(data) };
        }
        let (typed, json) = match &data.format {
            ParameterSchemaOrContent::Schema(schema) => (self.schema(schema, &place), false),
            ParameterSchemaOrContent::Content(content) => {
                if content.len() > 1 {
                    self.note_at(
                        &push(&declared.pointer, "content"),
                        "a parameter has one media type: the first counts",
                    );
                }
                match content.first() {
                    Some((media_type, media)) if self.written(media_type, media) == Written::Json => {
                        (self.media(media, &place), true)
                    }
                    other => {
                        if let Some((media_type, media)) = other {
                            self.untyped(media_type, media, &push(&push(&declared.pointer, "content"), media_type));
                        }
                        (Typed::from(Ty::String), false)
                    }
                }
            }
        };
        if matches!(declared.parameter, Parameter::Query { allow_empty_value: Some(true), .. })
            && !self.is_text(&typed.ty)
        {
            let what = "`allowEmptyValue` only holds for texts: other values are sent as they are, or not at all";
            self.note_at(&declared.pointer, what);
        }
        let style = if json { Some(Style::Json) } else { self.style(declared, &typed.ty) };
        let allowed = matches!(declared.parameter, Parameter::Query { allow_reserved: true, .. });
        let reserved = allowed && !json && self.has_signs(&typed.ty);
        let deprecated = typed.deprecated || data.deprecated.unwrap_or(false);
        Param { ty: typed.ty, style, reserved, facts: typed.facts, deprecated, ..named(data) }
    }

    /// How a parameter is written; `None`: in the usual way of its place.
    fn style(&self, declared: &Declared<'a, '_>, ty: &Ty) -> Option<Style> {
        let explode = declared.data().explode;
        let shape = self.shape(ty);
        let either = |exploded: bool, yes: Style, no: Style| Some(if exploded { yes } else { no });
        match declared.parameter {
            Parameter::Path { style, .. } => {
                let exploded = explode.unwrap_or(false);
                match style {
                    PathStyle::Simple if shape == Shape::Scalar => None,
                    PathStyle::Simple => either(exploded, Style::SimpleExploded, Style::Simple),
                    PathStyle::Label => either(exploded, Style::LabelExploded, Style::Label),
                    PathStyle::Matrix => either(exploded, Style::MatrixExploded, Style::Matrix),
                }
            }
            Parameter::Query { style, .. } => {
                let exploded = explode.unwrap_or(matches!(style, QueryStyle::Form));
                match (style, shape) {
                    (_, Shape::Scalar) => None,
                    (QueryStyle::DeepObject, _) => Some(Style::Deep),
                    (QueryStyle::SpaceDelimited, _) if !exploded => Some(Style::Space),
                    (QueryStyle::PipeDelimited, _) if !exploded => Some(Style::Pipe),
                    (_, Shape::List) if exploded => None,
                    _ => either(exploded, Style::FormExploded, Style::Form),
                }
            }
            Parameter::Header { .. } => {
                (explode == Some(true) && shape == Shape::Other).then_some(Style::SimpleExploded)
            }
            Parameter::Cookie { .. } => (explode == Some(false) && shape != Shape::Scalar).then_some(Style::Form),
        }
    }

    /// Whether a type is written as one text.
    pub(super) fn is_scalar(&self, ty: &Ty) -> bool {
        self.shape(ty) == Shape::Scalar
    }

    /// Whether values of a type may have characters in them that are reserved in URLs.
    fn has_signs(&self, ty: &Ty) -> bool {
        match ty {
            Ty::List(inner) | Ty::Nullable(inner) => self.has_signs(inner),
            ty => !matches!(ty, Ty::Bool | Ty::Int | Ty::Unsigned | Ty::Float | Ty::Millis | Ty::Seconds),
        }
    }

    /// Whether the scalars of a type are texts.
    fn is_text(&self, ty: &Ty) -> bool {
        match ty {
            Ty::List(inner) | Ty::Nullable(inner) => self.is_text(inner),
            ty => matches!(ty, Ty::String | Ty::Secret) || self.is_choice(ty),
        }
    }

    /// Whether a type is one of a list of texts.
    pub(super) fn is_choice(&self, ty: &Ty) -> bool {
        matches!(ty, Ty::Def(id) if matches!(self.defs[id.0].kind, DefKind::Enum(_)))
    }

    /// What a type looks like when it is written: a list of scalars, one of them, or anything else.
    fn shape(&self, ty: &Ty) -> Shape {
        match ty {
            Ty::List(item) if self.shape(item) == Shape::Scalar => Shape::List,
            Ty::Nullable(inner) => self.shape(inner),
            Ty::Def(_) if self.is_choice(ty) => Shape::Scalar,
            Ty::Any | Ty::List(_) | Ty::Tuple(_) | Ty::Map(_) | Ty::Hidden(_) | Ty::Def(_) => Shape::Other,
            Ty::Bool
            | Ty::Int
            | Ty::Unsigned
            | Ty::Float
            | Ty::String
            | Ty::Millis
            | Ty::Seconds
            | Ty::DateTime
            | Ty::Secret
            | Ty::Extern(_) => Shape::Scalar,
        }
    }
}

fn named(data: &ParameterData) -> Param {
    let deprecated = data.deprecated.unwrap_or(false);
    Param { json: data.name.clone(), required: data.required, deprecated, ..Param::default() }
}

fn is_path(declared: &Declared<'_, '_>) -> bool {
    matches!(declared.parameter, Parameter::Path { .. })
}

impl<'a> Declared<'a, '_> {
    fn data(&self) -> &'a ParameterData {
        self.parameter.parameter_data_ref()
    }

    fn rank(&self) -> usize {
        match self.parameter {
            Parameter::Path { .. } => 0,
            Parameter::Query { .. } => 1,
            Parameter::Header { .. } => 2,
            Parameter::Cookie { .. } => 3,
        }
    }

    fn word(&self) -> &'static str {
        ["path", "query", "header", "cookie"][self.rank()]
    }
}

/// Why a call cannot be given this header; `None`: it can.
pub(super) fn no_header(name: &str) -> Option<&'static str> {
    // A `token` of RFC 9110, section 5.6.2.
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_token) {
        return Some("has no name that a header can have");
    }
    let own = OWN.contains(&name.to_ascii_lowercase().as_str());
    own.then_some("is made by the client itself")
}

/// Header names are the same in any case (RFC 9110, section 5.1).
fn same_parameter(a: &Parameter, b: &Parameter) -> bool {
    let (one, other) = (&a.parameter_data_ref().name, &b.parameter_data_ref().name);
    match (a, b) {
        (Parameter::Header { .. }, Parameter::Header { .. }) => one.eq_ignore_ascii_case(other),
        _ => std::mem::discriminant(a) == std::mem::discriminant(b) && one == other,
    }
}
