//! What a call asks for: the media types of replies that can be read.

use indexmap::IndexMap;
use openapiv3::MediaType;

use super::Builder;
use super::media::{Written, is_media_type, parts};
use crate::model::{DefKind, Ty};

/// Media types, each once, in the order in which they were added.
#[derive(Default)]
pub(super) struct Accepts(Vec<String>);

impl Accepts {
    /// Adds a media type with its parameters. What is none is left out: nobody can ask for it.
    pub(super) fn add(&mut self, media_type: &str) {
        let media_type = media_type.trim();
        let is_sendable = media_type.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        if is_sendable
            && is_media_type(media_type)
            && !self.0.iter().any(|known| known.eq_ignore_ascii_case(media_type))
        {
            self.0.push(media_type.to_owned());
        }
    }

    pub(super) fn into_inner(self) -> Vec<String> {
        self.0
    }
}

impl<'a> Builder<'a> {
    /// The media types of a reply that are read as the preferred one is, and whether a text is among them where that is JSON
    /// of a type. Texts and bytes hold whatever is no JSON; JSON of the same schema may be called by other names, and be a text.
    pub(super) fn also_read(
        &self,
        content: &'a IndexMap<String, MediaType>,
        preferred: Written,
        media: &MediaType,
        ty: Option<&Ty>,
    ) -> (Vec<&'a str>, bool) {
        let text = ty.is_some_and(|ty| self.reads_text(ty));
        let mut or_text = false;
        let read = content.iter().filter(|(media_type, other)| {
            let same = other.schema == media.schema;
            match (preferred, self.written(media_type, other)) {
                (Written::Json, Written::Json) => same,
                (Written::Json, Written::Text) if text && same && is_plain(media_type) => {
                    or_text = true;
                    true
                }
                (Written::Json, _) => false,
                _ => true,
            }
        });
        let mut read: Vec<(&String, &MediaType)> = read.collect();
        read.sort_by_key(|(media_type, other)| self.written(media_type, other) != preferred);
        (read.into_iter().map(|(media_type, _)| media_type.as_str()).collect(), or_text)
    }

    /// Whether a text that is no JSON can be a value of a type.
    fn reads_text(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Any => true,
            Ty::Nullable(inner) | Ty::Hidden(inner) => self.reads_text(inner),
            Ty::Def(id) => match &self.defs[id.0].kind {
                DefKind::Enum(_) => true,
                DefKind::Struct(_) => false,
                DefKind::Union(union) => union.variants.iter().any(|variant| self.is_scalar(&variant.ty)),
            },
            ty => self.is_scalar(ty),
        }
    }
}

/// Whether a media type is that of a text, and not of the pages that other servers answer with.
fn is_plain(media_type: &str) -> bool {
    let (essence, _) = parts(media_type);
    essence.starts_with("text/") && essence != "text/html"
}
