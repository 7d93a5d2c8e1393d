//! Replies made from the document.

use logto_generator::sample::Fill;
use serde_json::Value;

use crate::answer::Answer;

use super::document::{Document, Media, Operation, Reply, is_json};
use super::sampled::sampled;
use super::schema::Way;

/// Which reply is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Its status, as in the document: `200`, `4XX`, `default`.
    pub status: String,
    /// How much is in it.
    pub fill: Fill,
    /// Chooses among media types, variants and enum values.
    pub seed: u64,
}

/// A reply as it was sent.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) answer: Answer,
    /// The body where it is JSON, and the pointer of its schema.
    pub(super) json: Option<(Value, String)>,
    /// Why no valid body could be made.
    pub(super) unmade: Option<String>,
}

/// Makes the reply that is wanted, in the form that the request prefers.
pub(super) fn answer(
    document: &Document,
    operation: &Operation,
    choice: &Choice,
    accept: Option<&str>,
) -> Option<Sent> {
    if operation.replies.is_empty() {
        return Some(Sent { answer: Answer::empty(200), json: None, unmade: None });
    }
    let reply = operation.replies.iter().find(|reply| reply.status == choice.status)?;
    let status = status(reply, operation, choice.seed);
    let mut answer = Answer::empty(status);
    for header in reply.headers.iter().filter(|header| !is_of_connection(&header.name)) {
        let value = sampled(document, Way::Received, &header.schema, choice.fill, choice.seed).ok();
        let text = value.as_ref().map(|value| text_of(value, header.json));
        if let Some(text) = text.filter(|text| text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')) {
            answer = answer.with(&header.name, text);
        }
    }
    let mut sent = Sent { answer, json: None, unmade: None };
    if (300..400).contains(&status) && !reply.headers.iter().any(|header| header.name.eq_ignore_ascii_case("location"))
    {
        sent.answer = sent.answer.with("Location", "https://app.example.com/there");
    }
    if reply.media.is_empty() || operation.method == "HEAD" || matches!(status, 204 | 205 | 304) {
        return Some(sent);
    }
    // Whoever asks for what a failure is not still gets told what went wrong.
    let any = || (!is_success(reply, operation)).then(|| preferred(&reply.media, None, choice.seed)).flatten();
    let media = preferred(&reply.media, accept, choice.seed).or_else(any)?;
    fill(&mut sent, document, media, choice);
    Some(sent)
}

/// Whether a header says how a reply is sent, which is not for a document to say.
fn is_of_connection(name: &str) -> bool {
    ["connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"]
        .contains(&name.to_lowercase().as_str())
}

fn fill(sent: &mut Sent, document: &Document, media: &Media, choice: &Choice) {
    let kind = media.essence();
    let made = match &media.schema {
        Some(schema) => sampled(document, Way::Received, schema, choice.fill, choice.seed),
        None => Ok(Value::from("anything")),
    };
    let value = match made {
        Ok(value) => value,
        Err(why) => {
            sent.unmade = Some(why);
            Value::Null
        }
    };
    let (content_type, body) = match kind.as_str() {
        kind if is_json(kind) => (media.name.clone(), value.to_string().into_bytes()),
        "*/*" | "application/*" => ("application/json".to_owned(), value.to_string().into_bytes()),
        kind if kind.ends_with("/*") => (format!("{}plain", &kind[..kind.len() - 1]), text(&value).into_bytes()),
        kind if kind.contains("xml") => (media.name.clone(), b"<?xml version=\"1.0\"?><root/>".to_vec()),
        "text/html" => (media.name.clone(), b"<html><body></body></html>".to_vec()),
        "text/event-stream" => (media.name.clone(), format!("data: {value}\n\n").into_bytes()),
        kind if kind.starts_with("text/") => (media.name.clone(), text(&value).into_bytes()),
        // A type of its own, of which the document says what is in it: JSON, as far as anybody can tell.
        kind if kind.starts_with("application/vnd.") && (value.is_object() || value.is_array()) => {
            (media.name.clone(), value.to_string().into_bytes())
        }
        // No text, so that whoever takes it for one fails.
        _ => (media.name.clone(), vec![0xff, 0x00, 0xfe, b'a', b'\n']),
    };
    let is_vendors = content_type.starts_with("application/vnd.") && (value.is_object() || value.is_array());
    if is_vendors || is_json(&super::document::essence(&content_type)) {
        sent.json = Some((value, media.schema.clone().unwrap_or_default()));
    }
    sent.answer.content_type = Some(content_type);
    sent.answer.body = body.into();
}

/// A status that a reply has. The reply of all other statuses is a success where there is no other success, else none.
pub(super) fn status(reply: &Reply, operation: &Operation, seed: u64) -> u16 {
    match reply.status.as_str() {
        "default" if is_success(reply, operation) => 200,
        "default" => 400,
        status => status.parse().unwrap_or_else(|_| {
            let hundred = status.bytes().next().map_or(2, |digit| u16::from(digit.wrapping_sub(b'0')));
            // Others of the hundred have a meaning of their own.
            let others: &[u16] = if hundred == 2 { &[0, 2, 3] } else { &[0, 22, 10] };
            hundred * 100 + others[(seed % 3) as usize]
        }),
    }
}

/// Whether a reply is what a caller hopes for.
pub(super) fn is_success(reply: &Reply, operation: &Operation) -> bool {
    let has = |digit: char| operation.replies.iter().any(|reply| reply.status.starts_with(digit));
    match reply.status.chars().next() {
        Some('2') => true,
        Some('3') => !has('2'),
        Some('d') => !has('2') && !has('3'),
        _ => false,
    }
}

/// One of the forms that a request asks for, which the seed chooses.
fn preferred<'a>(all: &'a [Media], accept: Option<&str>, seed: u64) -> Option<&'a Media> {
    let ranges: Vec<(String, f32)> = accept.unwrap_or("*/*").split(',').map(range).collect();
    let liking = |media: &Media| {
        let essence = media.essence();
        let fitting =
            ranges.iter().filter(|(range, _)| super::body::fits(range, &essence) || super::body::fits(&essence, range));
        // The narrowest range that fits counts.
        let narrowest = fitting.max_by_key(|(range, _)| range.len() - range.matches('*').count());
        // One JSON is as good as another, where there is not the one that was asked for.
        let alike = ranges.iter().filter(|(range, _)| is_json(range) && is_json(&essence));
        let alike = || alike.map(|(_, liking)| liking / 1_000.0).fold(0.0, f32::max);
        narrowest.map_or_else(alike, |(_, liking)| *liking)
    };
    let most = all.iter().map(liking).fold(0.0, f32::max);
    // A server may well have what is liked less, but not what is only a little like what was asked for.
    let least = if most < LEAST { most } else { LEAST };
    let best: Vec<&Media> = all.iter().filter(|media| most > 0.0 && liking(media) >= least).collect();
    best.get((seed % best.len().max(1) as u64) as usize).copied()
}

/// The least liking of what is asked for by its name.
const LEAST: f32 = 0.05;

fn range(text: &str) -> (String, f32) {
    let mut parts = text.split(';').map(str::trim);
    let range = parts.next().unwrap_or_default().to_ascii_lowercase();
    let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok());
    (range, quality.unwrap_or(1.0))
}

/// A value as the text of a header.
fn text_of(value: &Value, json: bool) -> String {
    match value {
        _ if json => value.to_string(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
        Value::Object(members) => {
            members.iter().map(|(name, value)| format!("{name},{}", text(value))).collect::<Vec<_>>().join(",")
        }
        value => text(value),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
