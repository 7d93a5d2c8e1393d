//! Request bodies: the way that is preferred, and every other that says something else.

use openapiv3::{Encoding, MediaType, QueryStyle, ReferenceOr, RequestBody};

use super::Builder;
use super::media::{Written, has_schema, is_media_type, parts};
use crate::error::push;
use crate::model::{Body, BodyKind, DefKind, MultipartField, Part, PartContent, Place, Style, StyledMember, Ty};
use crate::name;

/// A way to write a body.
pub(super) struct Way {
    /// What tells it from the preferred one, which has none.
    pub alternative: Option<String>,
    /// The body.
    pub body: Body,
    /// Whether a call may say of which of several media types it is.
    pub open: bool,
}

/// A media type of a body.
#[derive(Clone, Copy)]
struct Offer<'a> {
    written: Written,
    media_type: &'a str,
    media: &'a MediaType,
}

impl<'a> Builder<'a> {
    /// The ways to write a body, the preferred one first; none where it has no content.
    pub(super) fn bodies(&mut self, id: &str, body: &'a ReferenceOr<RequestBody>, at: &str) -> Vec<Way> {
        let at = push(at, "requestBody");
        let found = self.found(body, "requestBodies", |components| &components.request_bodies, at);
        let Some((body, at)) = found else { return Vec::new() };
        let at = push(&at, "content");
        let offer = |(media_type, media): (&'a String, &'a MediaType)| {
            let written = self.written(media_type, media);
            Offer { written, media_type, media }
        };
        let mut offers: Vec<Offer<'a>> = body.content.iter().map(offer).collect();
        offers.sort_by_key(|offer| (offer.written, rank(offer.media_type)));
        if offers.is_empty() {
            self.note_at(&at, "the body has no media type: the operation is called without one");
        }
        let mut kept: Vec<Offer<'a>> = Vec::new();
        let mut ways: Vec<Way> = Vec::new();
        for offer in offers {
            let pointer = push(&at, offer.media_type);
            let alternative = (!ways.is_empty()).then(|| alternative(offer, &ways));
            let path = alternative.iter().map(|word| format!("|{word}")).collect();
            let place = Place { operation: id.to_owned(), part: Part::Body, path };
            self.stands(&place, &push(&pointer, "schema"));
            let fields = match offer.written {
                Written::Multipart => self.fields(offer.media, &place, &pointer),
                _ => Vec::new(),
            };
            if let Some(index) = kept.iter().position(|kept| kept.covers(offer, &fields)) {
                let (same, way) = (kept[index], &mut ways[index]);
                let open = same.is_open(offer);
                way.open |= open;
                let what = match open {
                    true => "this one is, where a call says so by its `Content-Type`",
                    false => "this one, which says the same, is left out",
                };
                self.note_at(&pointer, format!("`{}` is sent; {what}", same.media_type));
                continue;
            }
            if !is_media_type(offer.media_type) {
                self.note_at(&pointer, format!("`{}` is no media type: it is sent as it is written", offer.media_type));
            }
            if offer.written != Written::Form && offer.written != Written::Multipart {
                self.untyped(offer.media_type, offer.media, &pointer);
            }
            let open = offer.media_type.contains('*') && matches!(offer.written, Written::Text | Written::Binary);
            ways.push(Way { alternative, body: self.way(offer, fields, body.required, &place, &pointer), open });
            kept.push(offer);
        }
        ways
    }

    fn way(&mut self, offer: Offer<'a>, fields: Vec<MultipartField>, required: bool, place: &Place, at: &str) -> Body {
        let Offer { written, media_type, media } = offer;
        let told = written.told(media_type);
        // A form with a required part is required, whatever the document leaves out.
        let required = required || fields.iter().any(|part| part.required);
        let kind = match written {
            Written::Json => BodyKind::Json(self.media(media, place).element()),
            Written::Form => match self.media(media, place).ty {
                ty if !has_schema(media) || ty == Ty::Any => BodyKind::Form(Ty::Map(Box::new(Ty::Any)), Vec::new()),
                ty if matches!(ty, Ty::Map(_) | Ty::Hidden(_) | Ty::Def(_)) && !self.is_choice(&ty) => {
                    let styles = self.styles(media, &ty, at);
                    BodyKind::Form(ty, styles)
                }
                _ => {
                    self.note_at(at, "a form that is no object: it is given as the text that is sent");
                    return Body { kind: BodyKind::Text, required, media: Some(media_type.to_owned()) };
                }
            },
            Written::Multipart => BodyKind::Multipart(fields),
            Written::Text => BodyKind::Text,
            Written::Binary => BodyKind::Binary,
        };
        Body { kind, required, media: told }
    }

    /// The members of a form that are written in a style of their own.
    fn styles(&mut self, media: &'a MediaType, ty: &Ty, at: &str) -> Vec<StyledMember> {
        let mut styles = Vec::new();
        for (name, encoding) in &media.encoding {
            let at = push(&push(at, "encoding"), name);
            if self.lacks(ty, name) {
                self.note_at(&at, "the form has no member of this name: the encoding has no effect");
                continue;
            }
            let told = encoding.content_type.as_deref();
            let written = told.and_then(Written::of);
            if told.is_some() && !matches!(written, None | Some(Written::Json)) && self.is_compound(ty, name) {
                self.note_at(&at, format!("the member is not written as `{}`", told.unwrap_or_default()));
            }
            let reserved = encoding.allow_reserved;
            styles.extend(style(encoding).map(|style| StyledMember { json: name.clone(), style, reserved }));
        }
        styles
    }

    /// The member of a struct.
    fn member(&self, ty: &Ty, name: &str) -> Option<Option<&Ty>> {
        let Ty::Def(id) = ty else { return None };
        let DefKind::Struct(object) = &self.defs[id.0].kind else { return None };
        let member = object.fields.iter().find(|field| field.json == name).map(|field| &field.ty);
        Some(member.or(object.rest.as_ref()))
    }

    /// Whether a struct has no such member.
    fn lacks(&self, ty: &Ty, name: &str) -> bool {
        matches!(self.member(ty, name), Some(None))
    }

    /// Whether a member is neither a scalar nor a list of such.
    fn is_compound(&self, ty: &Ty, name: &str) -> bool {
        match self.member(ty, name).flatten() {
            Some(Ty::List(item)) => !self.is_scalar(item),
            Some(ty) => !self.is_scalar(ty),
            None => false,
        }
    }
}

impl Offer<'_> {
    /// Whether a call may have to be of another media type that it covers: not where both are only names of JSON.
    fn is_open(&self, other: Offer<'_>) -> bool {
        let patch = other.media_type.contains("patch");
        self.written == other.written && (matches!(self.written, Written::Text | Written::Binary) || patch)
    }

    /// Whether another way says nothing that this one does not.
    fn covers(&self, other: Offer<'_>, fields: &[MultipartField]) -> bool {
        let same_schema = self.media.schema.is_some() && self.media.schema == other.media.schema;
        match (self.written, other.written) {
            (Written::Text, Written::Text) | (Written::Binary, Written::Binary) => true,
            // JSON has no files.
            (Written::Json | Written::Form, Written::Multipart) => {
                same_schema && !fields.iter().any(|field| field.content == PartContent::File)
            }
            (_, Written::Binary) => false,
            (one, other) => same_schema || one == other && !has_schema(self.media),
        }
    }
}

/// Among media types of one kind the usual one comes first, and a patch that is an object before one that is a list.
fn rank(media_type: &str) -> usize {
    let (essence, parameters) = parts(media_type);
    match essence.as_str() {
        "application/json" | "text/plain" | "application/octet-stream" if parameters.is_empty() => 0,
        "application/json" => 1,
        "application/merge-patch+json" => 2,
        "application/json-patch+json" => 4,
        _ if essence.contains('*') => 5,
        _ => 3,
    }
}

/// What tells a way from the others: its kind, else the words of its media type.
fn alternative(offer: Offer<'_>, ways: &[Way]) -> String {
    let (essence, _) = parts(offer.media_type);
    let subtype = essence.split('/').next_back().unwrap_or_default().replace('+', " ");
    let preferred = ways.first().map(|way| written(&way.body.kind));
    let kind = Some(offer.written.word().to_owned()).filter(|_| preferred != Some(offer.written));
    let wishes = kind.into_iter().chain([name::snake(&subtype), name::snake(&offer.media_type.replace('+', " "))]);
    let taken = |wish: &String| ways.iter().any(|way| way.alternative.as_ref() == Some(wish));
    let plain = |wish: String| wish.trim_start_matches("r#").to_owned();
    wishes.map(plain).find(|wish| !taken(wish)).unwrap_or_else(|| essence.clone())
}

fn written(kind: &BodyKind) -> Written {
    match kind {
        BodyKind::Json(_) => Written::Json,
        BodyKind::Form(..) => Written::Form,
        BodyKind::Multipart(_) => Written::Multipart,
        BodyKind::Text => Written::Text,
        BodyKind::Binary => Written::Binary,
    }
}

/// The style of a member of a form; `None`: as usual.
fn style(encoding: &Encoding) -> Option<Style> {
    if encoding.content_type.as_deref().and_then(Written::of) == Some(Written::Json) {
        return Some(Style::Json);
    }
    // `lower` has said of each whether it is exploded.
    let style = match encoding.style.as_ref() {
        None if encoding.explode && !encoding.allow_reserved => return None,
        Some(QueryStyle::DeepObject) => Style::Deep,
        Some(QueryStyle::SpaceDelimited) if !encoding.explode => Style::Space,
        Some(QueryStyle::PipeDelimited) if !encoding.explode => Style::Pipe,
        Some(QueryStyle::Form) | None if !encoding.explode => Style::Form,
        _ => Style::FormExploded,
    };
    Some(style)
}
