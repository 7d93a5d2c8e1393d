//! Multipart bodies, read by a crate that is not the one that wrote them.

use std::convert::Infallible;

use bytes::Bytes;

/// A part of a multipart body.
#[derive(Debug)]
pub(crate) struct FormPart {
    /// Its name.
    pub(crate) name: String,
    /// The name of its file, where it is one.
    pub(crate) file_name: Option<String>,
    /// Its content type, where it says so.
    pub(crate) content_type: Option<String>,
    /// What it holds.
    pub(crate) content: Bytes,
}

/// The parts of a multipart body, in their order.
pub(crate) async fn parts(content_type: &str, bytes: Bytes) -> Result<Vec<FormPart>, multer::Error> {
    let boundary = multer::parse_boundary(content_type)?;
    let stream = futures_util::stream::iter([Ok::<_, Infallible>(bytes)]);
    let mut fields = multer::Multipart::new(stream, boundary);
    let mut parts = Vec::new();
    while let Some(field) = fields.next_field().await? {
        parts.push(FormPart {
            name: field.name().unwrap_or_default().to_owned(),
            file_name: field.file_name().map(str::to_owned),
            content_type: field.content_type().map(ToString::to_string),
            content: field.bytes().await?,
        });
    }
    Ok(parts)
}
