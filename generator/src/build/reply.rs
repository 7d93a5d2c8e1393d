//! Replies: what a success gives, and what says that something went wrong.

use openapiv3::{
    Header, MediaType, ParameterSchemaOrContent, ReferenceOr, Response, Responses, SchemaKind, StatusCode, Type,
};

use super::accept::Accepts;
use super::media::{Written, has_schema, is_media_type, parts};
use super::{Builder, Typed};
use crate::error::push;
use crate::model::{Answer, AnswerContent, Failure, Operation, Part, Place, Reply, ReplyHeader, Status, Ty};
use crate::name;

/// A reply as it is declared.
#[derive(Clone)]
struct Declared<'a> {
    status: Status,
    response: &'a Response,
    pointer: String,
}

/// A media type of a success that is not the preferred one.
struct Left<'a> {
    written: Written,
    media_type: &'a str,
    media: &'a MediaType,
    pointer: String,
}

/// What successes offer besides what the preferred media type holds.
#[derive(Default)]
struct Offered<'a> {
    left: Vec<Left<'a>>,
    accepts: Accepts,
    or_text: bool,
}

/// A reply that comes where it is asked for.
pub(super) struct Other {
    /// What tells it from the preferred one.
    pub alternative: String,
    /// The media type.
    pub accept: String,
    /// The media types to ask for, those of failures too.
    pub accepts: Vec<String>,
    /// The reply.
    pub reply: Reply,
}

/// What a reply holds, before all successes are seen.
enum Held {
    Content(AnswerContent),
    /// JSON, and the document says no more.
    Untyped,
}

impl<'a> Builder<'a> {
    /// Says what an operation gives, and what else it gives when it is asked for another media type.
    pub(super) fn replies(&mut self, responses: &'a Responses, at: &str, to: &mut Operation) -> Vec<Other> {
        let at = push(at, "responses");
        let mut declared: Vec<Declared<'a>> = Vec::new();
        for (status, response) in &responses.responses {
            let pointer = push(&at, status);
            let status = match status {
                StatusCode::Code(code) => Status::Code(*code),
                StatusCode::Range(range) => Status::Range(*range),
            };
            declared.extend(self.declared_reply(status, response, pointer));
        }
        let default = responses.default.as_ref();
        let default = default.and_then(|response| self.declared_reply(Status::Default, response, push(&at, "default")));
        let class = |declared: &Declared<'a>, class: u16| declared.status.class() == Some(class);
        for switch in declared.iter().filter(|declared| declared.status == Status::Code(101)) {
            self.note_at(&switch.pointer, "left out: a connection that becomes one of another protocol cannot be made");
        }
        for interim in declared.iter().filter(|declared| class(declared, 1) && declared.status != Status::Code(101)) {
            self.note_at(&interim.pointer, "left out: callers see no interim reply, only the final one");
        }
        // 304 answers a condition that the caller sent itself.
        for unchanged in declared.iter().filter(|declared| declared.status == Status::Code(304)) {
            self.note_at(
                &unchanged.pointer,
                "a reply that nothing has changed is an error of the call, of this status",
            );
        }
        let redirect = |declared: &Declared<'a>| class(declared, 3);
        declared.retain(|declared| declared.status != Status::Code(304) && !class(declared, 1));
        let mut successes: Vec<_> = declared.iter().filter(|declared| class(declared, 2)).cloned().collect();
        let redirects: Vec<_> = declared.iter().filter(|declared| redirect(declared)).cloned().collect();
        let mut failures: Vec<_> = declared.into_iter().filter(|declared| !class(declared, 2)).collect();
        // Where no success is named, the default reply is it.
        match default {
            Some(default) if successes.is_empty() && redirects.is_empty() => successes.push(default),
            default => failures.extend(default),
        }
        let mut offered = Offered::default();
        to.reply = self.reply(&successes, !redirects.is_empty(), to, &mut offered);
        if to.reply == Reply::Redirect {
            for redirect in redirects.iter().filter(|declared| !declared.response.content.is_empty()) {
                self.note_at(&push(&redirect.pointer, "content"), "the body of a redirect is not read");
            }
            failures.retain(|declared| !redirect(declared));
            successes.extend(redirects);
        } else {
            for left in redirects.iter().filter(|declared| declared.response.content.is_empty()) {
                self.note_at(&left.pointer, "a redirect beside a reply of another kind is an error of the call");
            }
        }
        to.failures = self.failures(&failures, to);
        to.reply_headers = self.reply_headers(&successes);
        let Offered { left, mut accepts, or_text } = offered;
        if to.reply == Reply::Redirect {
            described(&successes).for_each(|media_type| accepts.add(media_type));
        }
        let failures: Vec<&str> = described(&failures).collect();
        failures.iter().for_each(|media_type| accepts.add(media_type));
        (to.accepts, to.or_text) = (accepts.into_inner(), or_text);
        self.others(left, &failures, to)
    }

    /// The replies of media types that hold something else than the preferred one.
    fn others(&mut self, left: Vec<Left<'a>>, failures: &[&str], to: &Operation) -> Vec<Other> {
        let mut others: Vec<Other> = Vec::new();
        for Left { written, media_type, media, pointer } in left {
            if media_type.contains('*') || !is_media_type(media_type) {
                let what = match media_type.contains('*') {
                    true => "left out: a server cannot be asked for a media type with a `*`".to_owned(),
                    false => format!("left out: `{media_type}` is no media type"),
                };
                self.note_at(&pointer, what);
                continue;
            }
            self.untyped(media_type, media, &pointer);
            let alternative = alternative(media_type);
            if others.iter().any(|other| other.alternative == alternative) {
                self.note_at(&pointer, format!("left out: another reply of this operation is `{alternative}`, too"));
                continue;
            }
            let reply = match written {
                Written::Json if has_schema(media) => {
                    let path = vec![format!("|{alternative}")];
                    let place = Place { operation: to.id.clone(), part: Part::Reply, path };
                    self.stands(&place, &push(&pointer, "schema"));
                    Reply::Json(self.media(media, &place).element())
                }
                Written::Json => Reply::Content,
                Written::Text | Written::Form => Reply::Text,
                Written::Binary | Written::Multipart => Reply::Binary,
            };
            let mut accepts = Accepts::default();
            accepts.add(media_type);
            failures.iter().for_each(|media_type| accepts.add(media_type));
            others.push(Other { alternative, accept: media_type.to_owned(), accepts: accepts.into_inner(), reply });
        }
        others
    }

    fn declared_reply(
        &mut self,
        status: Status,
        response: &'a ReferenceOr<Response>,
        pointer: String,
    ) -> Option<Declared<'a>> {
        let (response, pointer) = self.found(response, "responses", |components| &components.responses, pointer)?;
        Some(Declared { status, response, pointer })
    }

    fn reply(
        &mut self,
        successes: &[Declared<'a>],
        redirects: bool,
        to: &Operation,
        offered: &mut Offered<'a>,
    ) -> Reply {
        let mut held: Vec<(Status, Held)> = Vec::new();
        for success in successes {
            // Each is a place of its own, the first that of the reply.
            let path = (!held.is_empty()).then(|| format!("|{}", success.status)).into_iter().collect();
            let place = Place { operation: to.id.clone(), part: Part::Reply, path };
            held.push((success.status, self.held(success, &place, to, offered)));
        }
        if redirects && successes.iter().all(is_page) {
            for page in successes {
                let what = "read as the page of the redirect beside it: a call that ends with this status is an error";
                self.note_at(&page.pointer, what);
            }
            return Reply::Redirect;
        }
        let json = held.iter().any(|(_, held)| matches!(held, Held::Content(AnswerContent::Json(_))));
        let untyped = held.iter().any(|(_, held)| matches!(held, Held::Untyped));
        if untyped && !json {
            return Reply::Content;
        }
        let answers = held.into_iter().map(|(status, held)| match held {
            Held::Content(content) => Answer { status, content },
            Held::Untyped => Answer { status, content: AnswerContent::Json(Ty::Any) },
        });
        self.one_or_several(answers.collect())
    }

    /// One reply where all are the same, but for some that hold nothing.
    fn one_or_several(&self, answers: Vec<Answer>) -> Reply {
        let mut kinds: Vec<&AnswerContent> = Vec::new();
        for answer in &answers {
            if !kinds.iter().any(|known| self.same_content(known, &answer.content)) {
                kinds.push(&answer.content);
            }
        }
        let empty = kinds.contains(&&AnswerContent::Empty);
        kinds.retain(|kind| **kind != AnswerContent::Empty);
        match kinds.as_slice() {
            [] => Reply::Empty,
            [AnswerContent::Json(ty)] if empty => Reply::JsonOrEmpty(ty.clone()),
            [AnswerContent::Json(ty)] => Reply::Json(ty.clone()),
            [AnswerContent::Text] => Reply::Text,
            [AnswerContent::Binary] => Reply::Binary,
            _ => Reply::Several(answers),
        }
    }

    fn same_content(&self, a: &AnswerContent, b: &AnswerContent) -> bool {
        match (a, b) {
            (AnswerContent::Json(a), AnswerContent::Json(b)) => self.same_type(a, b, &mut Vec::new()),
            (a, b) => a == b,
        }
    }

    /// What a success holds.
    fn held(&mut self, declared: &Declared<'a>, place: &Place, to: &Operation, offered: &mut Offered<'a>) -> Held {
        let content = &declared.response.content;
        if content.is_empty() {
            return Held::Content(AnswerContent::Empty);
        }
        let at = push(&declared.pointer, "content");
        // RFC 9110, sections 9.3.2, 15.3.5 and 15.3.6.
        if to.method == "HEAD" || matches!(declared.status, Status::Code(204 | 205)) {
            self.note_at(&at, "a reply to HEAD or of status 204 or 205 never has a body: none is read");
            return Held::Content(AnswerContent::Empty);
        }
        let mut offers: Vec<(Written, &'a str, &'a MediaType)> =
            content.iter().map(|(name, media)| (self.written(name, media), name.as_str(), media)).collect();
        // The least common one can hold all that is not JSON.
        offers.sort_by_key(|(written, name, media)| {
            let json = *written == Written::Json;
            (!json, json && !has_schema(media), std::cmp::Reverse(*written), parts(name).0 != "application/json")
        });
        let Some((written, name, media)) = offers.first().copied() else {
            return Held::Content(AnswerContent::Empty);
        };
        // Bytes and texts hold whatever comes; so does JSON that is only written in another way.
        let others = offers.into_iter().skip(1).filter(|(_, _, other)| other.schema != media.schema);
        for (written, media_type, media) in others.filter(|_| written == Written::Json) {
            offered.left.push(Left { written, media_type, media, pointer: push(&at, media_type) });
        }
        self.untyped(name, media, &push(&at, name));
        // A range of media types is asked for as what it is read as, too.
        if written == Written::Json && name.contains('*') {
            offered.accepts.add("application/json");
        }
        offered.accepts.add(name);
        let held = match written {
            Written::Json if has_schema(media) => {
                self.stands(place, &push(&push(&at, name), "schema"));
                Held::Content(AnswerContent::Json(self.media(media, place).element()))
            }
            Written::Json => Held::Untyped,
            Written::Text | Written::Form => Held::Content(AnswerContent::Text),
            Written::Binary | Written::Multipart => Held::Content(AnswerContent::Binary),
        };
        let ty = match &held {
            Held::Content(AnswerContent::Json(ty)) => Some(ty),
            _ => None,
        };
        let (accepts, or_text) = self.also_read(content, written, media, ty);
        accepts.iter().for_each(|media_type| offered.accepts.add(media_type));
        offered.or_text |= or_text;
        held
    }

    /// The replies that say what went wrong in JSON of a type of their own.
    fn failures(&mut self, declared: &[Declared<'a>], to: &Operation) -> Vec<Failure> {
        let mut failures = Vec::new();
        for declared in declared {
            let found = declared
                .response
                .content
                .iter()
                .find(|(media_type, media)| has_schema(media) && self.written(media_type, media) == Written::Json);
            let Some((media_type, media)) = found else { continue };
            let place =
                Place { operation: to.id.clone(), part: Part::Failure, path: vec![declared.status.to_string()] };
            self.stands(&place, &push(&push(&push(&declared.pointer, "content"), media_type), "schema"));
            let ty = self.media(media, &place).element();
            if ty != Ty::Any {
                failures.push(Failure { status: declared.status, ty });
            }
        }
        failures
    }

    /// The headers that successes declare, each once. `Content-Type` is no header of its own, as the specification says.
    fn reply_headers(&mut self, declared: &[Declared<'a>]) -> Vec<ReplyHeader> {
        let mut headers: Vec<ReplyHeader> = Vec::new();
        for declared in declared {
            for (name, header) in &declared.response.headers {
                let known = headers.iter().any(|known| known.name.eq_ignore_ascii_case(name));
                if known || name.eq_ignore_ascii_case("content-type") {
                    continue;
                }
                let at = push(&push(&declared.pointer, "headers"), name);
                if let Some((header, _)) = self.found(header, "headers", |components| &components.headers, at) {
                    headers.push(ReplyHeader { name: name.clone(), ty: self.header_type(header) });
                }
            }
        }
        headers
    }

    fn header_type(&self, header: &'a Header) -> Ty {
        let ParameterSchemaOrContent::Schema(schema) = &header.format else { return Ty::String };
        match self.find(schema).map(|schema| &schema.schema_kind) {
            Some(SchemaKind::Type(Type::Integer(_))) => Ty::Int,
            Some(SchemaKind::Type(Type::Number(_))) => Ty::Float,
            Some(SchemaKind::Type(Type::Boolean(_))) => Ty::Bool,
            _ => Ty::String,
        }
    }

    /// The type of the content of a media type.
    pub(super) fn media(&mut self, media: &'a MediaType, place: &Place) -> Typed {
        media.schema.as_ref().map(|schema| self.schema(schema, place)).unwrap_or_default()
    }
}

/// Whether a success beside a redirect is only what the redirect shows to people: it has no content, or a web page.
fn is_page(success: &Declared<'_>) -> bool {
    let web = |media_type: &String| matches!(parts(media_type).0.as_str(), "text/html" | "application/xhtml+xml");
    !matches!(success.status, Status::Code(201..=299)) && success.response.content.keys().all(web)
}

/// The media types of replies.
fn described<'a>(declared: &[Declared<'a>]) -> impl Iterator<Item = &'a str> {
    declared.iter().flat_map(|one| one.response.content.keys()).map(String::as_str)
}

/// What tells a reply of a media type from the preferred one.
fn alternative(media_type: &str) -> String {
    let (essence, _) = parts(media_type);
    match essence.as_str() {
        "text/event-stream" => "stream".to_owned(),
        "text/plain" => "text".to_owned(),
        "application/octet-stream" => "binary".to_owned(),
        essence => {
            let subtype = essence.split('/').next_back().unwrap_or_default().replace('+', " ");
            name::snake(&subtype).trim_start_matches("r#").to_owned()
        }
    }
}

impl Status {
    /// The hundred that it is in; `None` for all.
    pub fn class(self) -> Option<u16> {
        match self {
            Status::Code(code) => Some(code / 100),
            Status::Range(class) => Some(class),
            Status::Default => None,
        }
    }
}

/// As in the document: `404`, `4XX`, `default`.
impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Status::Code(code) => write!(f, "{code}"),
            Status::Range(class) => write!(f, "{class}XX"),
            Status::Default => f.write_str("default"),
        }
    }
}
