//! Random replies to typed calls: each call ends, without a panic, and its error repeats nothing that was sent.

use std::io::Write;
use std::time::Duration;

use fastrand::Rng;
use logto_management::types::CreateOrganizationBody;
use logto_management::{Client, Error as CallError, Pattern};
use logto_runtime::clock::ManualClock;
use logto_runtime::reqwest;
use tokio::time::timeout;

use super::{Attack, Case, Ended, Error, one_of};
use crate::fault::tls::Authority;
use crate::fault::{FaultServer, Script};

pub(super) const NAME: &str = "replies";

const BOUND: Duration = Duration::from_secs(60);
/// How long a call may take; its pauses take no time.
const LONGEST: Duration = Duration::from_secs(40);
/// How long an error's text may be.
const LONGEST_TEXT: usize = 8000;
/// The most attempts of a call: three, and one after another token. Those that the edge refuses do not count.
const MOST_ATTEMPTS: u32 = 4;

const SECRET: &str = "zqsecret-9f2b71aa40";
const TOKEN: &str = "zqtokenx.77aa31bb.c5";
const USER: &str = "zquserid-51c0de2277";
const SEARCH: &str = "zqsearch-ab12cd3388";
const NAME_OF_ROW: &str = "zqnameis-e4f5a64499";
/// What servers repeat; what of it was sent must not be shown.
const CANARIES: [&str; 5] = [SECRET, TOKEN, USER, SEARCH, NAME_OF_ROW];
/// So many signs of one are a part of it that must not be repeated either.
const PREFIX: usize = 8;

/// The attack.
pub(super) struct Replies(reqwest::Client);

impl Replies {
    pub(super) fn begin() -> Result<Self, Error> {
        Ok(Self(Authority::new()?.client()?.build()?))
    }

    async fn answer(&self, chance: &mut Rng) -> Ended {
        let token = format!(r#"{{"access_token":"{TOKEN}","expires_in":3600,"token_type":"Bearer","scope":"all"}}"#);
        let token = Script::new().read_request().last_reply(200, &[("content-type", "application/json")], &token);
        let mut scripts = if chance.u8(0..4) > 0 { vec![token] } else { Vec::new() };
        scripts.extend((0..chance.usize(0..4)).map(|_| random(chance)));
        let server = FaultServer::start(scripts).await.map_err(|error| error.to_string())?;
        server.otherwise(random(chance));
        let builder = Client::builder().self_hosted(server.endpoint()).client_credentials("app", SECRET);
        let builder = builder.http_client(self.0.clone()).clock(ManualClock::skipping_pauses());
        let client = builder.build().map_err(|error| error.to_string())?;
        let call = chance.u8(0..6);
        let Ok(result) = timeout(LONGEST, run(&client, call)).await else {
            return Err(format!("call {call} hangs"));
        };
        match result {
            Ok(()) => Ok("Ok"),
            Err(error) => judge(&error, call),
        }
    }
}

impl Attack for Replies {
    fn bound(&self) -> Duration {
        BOUND
    }

    fn case<'a>(&'a mut self, _: u64, chance: &'a mut Rng) -> Case<'a> {
        Box::pin(self.answer(chance))
    }
}

async fn run(client: &Client, call: u8) -> Result<(), CallError> {
    match call {
        0 => client.get_user(USER).send().await.map(drop),
        1 => client.list_users().search(Pattern::contains(SEARCH)).send().await.map(drop),
        2 => client.list_users().all().await.map(drop),
        3 => client.create_organization(CreateOrganizationBody::new(NAME_OF_ROW)).send().await.map(drop),
        4 => client.delete_user(USER).send().await,
        _ => client.token().await.map(drop),
    }
}

/// Whether an error is what it may be.
fn judge(error: &CallError, call: u8) -> Ended {
    let shown = format!("{error} {error:?}");
    let lower = shown.to_lowercase();
    if let Some(canary) = sent(error, call).iter().find(|canary| lower.contains(&canary[..PREFIX])) {
        return Err(format!("`{canary}` is in {shown}"));
    }
    if shown.len() > LONGEST_TEXT {
        return Err(format!("an error's text has {} bytes", shown.len()));
    }
    if error.attempts() > MOST_ATTEMPTS && !error.is_paused() {
        return Err(format!("{} attempts: {shown}", error.attempts()));
    }
    Ok(match error.status() {
        _ if error.is_token() => "token errors",
        Some(_) if error.is_decode() => "decode errors",
        Some(_) => "status errors",
        None => "other errors",
    })
}

/// What was sent with the request that failed: a server may say anything else.
fn sent(error: &CallError, call: u8) -> &'static [&'static str] {
    match call {
        _ if error.is_token() => &[SECRET],
        0 | 4 => &[SECRET, TOKEN, USER],
        1 => &[SECRET, TOKEN, SEARCH],
        3 => &[SECRET, TOKEN, NAME_OF_ROW],
        _ => &[SECRET, TOKEN],
    }
}

/// A connection that answers a request with whatever comes to mind.
fn random(chance: &mut Rng) -> Script {
    let status = match chance.u8(0..4) {
        0 | 1 => 200,
        2 => chance.u16(200..600),
        _ => [201, 204, 206, 302, 304, 400, 401, 403, 404, 409, 422, 429, 500, 503][chance.usize(0..14)],
    };
    let mut body = body(chance);
    let mut head = format!("HTTP/1.1 {status} {}\r\n", leak(chance));
    let kinds = [
        "application/json",
        "application/json; charset=utf-16",
        "text/plain",
        "text/html; charset=iso-8859-1",
        "a/b/c",
        "application/octet-stream",
        "application/problem+json",
        "",
        "application/json;charset=\"",
    ];
    if chance.u8(0..8) > 0 {
        let told = format!("text/{}", leak(chance));
        let kind = if chance.u8(0..6) == 0 { &told } else { one_of(chance, &kinds) };
        head.push_str(&format!("content-type: {kind}\r\n"));
    }
    if chance.u8(0..6) == 0 {
        head.push_str(&format!("logto-core-request-id: {}\r\n", leak(chance)));
    }
    for _ in 0..chance.usize(0..4) {
        let number = one_of(chance, &["0", "-1", "1", "3", "1e9", "99999999999999999999", "abc", ""]);
        let name = one_of(chance, &["retry-after", "total-number", "x-any", "logto-core-request-id", "date"]);
        head.push_str(&format!("{name}: {number}\r\n"));
    }
    if chance.u8(0..6) == 0 {
        let target = leak(chance);
        let host = if chance.bool() { "127.0.0.1:1" } else { target.as_str() };
        head.push_str(&format!(
            "location: http://{host}/{target}\r\nlink: <http://127.0.0.1:1/?page={target}>; rel=\"next\"\r\n"
        ));
    }
    match chance.u8(0..8) {
        0 => {
            body = gzip(&body);
            head.push_str("content-encoding: gzip\r\n");
        }
        1 => head.push_str("content-encoding: gzip\r\n"),
        2 => head.push_str("content-encoding: br\r\n"),
        _ => {}
    }
    match chance.u8(0..10) {
        0 => head.push_str(&format!("content-length: {}\r\n", body.len() + 7)),
        1 => head.push_str(&format!("content-length: {}\r\n", body.len() / 2)),
        2 => head.push_str("transfer-encoding: chunked\r\n"),
        3 => {}
        _ => head.push_str(&format!("content-length: {}\r\n", body.len())),
    }
    head.push_str("connection: close\r\n\r\n");
    Script::new().read_request().write([head.into_bytes(), body].concat()).close()
}

/// Something that was sent, in one of the forms in which servers repeat it.
fn leak(chance: &mut Rng) -> String {
    let canary = one_of(chance, &CANARIES);
    match chance.u8(0..5) {
        0 => canary.to_owned(),
        1 => canary.to_uppercase(),
        2 => canary[..chance.usize(PREFIX..canary.len())].to_owned(),
        3 => format!("a{canary}b"),
        _ => canary.bytes().map(|byte| format!("%{byte:02x}")).collect(),
    }
}

fn body(chance: &mut Rng) -> Vec<u8> {
    let leak = leak(chance);
    let escaped: String = leak.chars().map(|sign| format!("\\u{:04x}", u32::from(sign))).collect();
    let said = if chance.bool() { escaped } else { leak };
    let text = match chance.u8(0..16) {
        0 => String::new(),
        1 => "[".repeat(chance.usize(1..50_000)),
        2 => format!("{{\"id\":\"{said}\",\"name\":1e999}}"),
        3 => format!("\u{feff}{{\"code\":\"{said}\",\"message\":\"{said}\"}}"),
        4 => format!(
            "{{\"code\":\"a.b\",\"message\":\"{said}\",\"data\":{{\"{said}\":\"{said}\"}},\"details\":\"{said}\"}}"
        ),
        5 => format!("<html>{said}</html>"),
        6 => format!("[{{\"id\":\"{said}\"}}]"),
        7 => format!("{{\"id\":\"u\",\"identities\":{{\"{said}\":7}},\"customData\":{{}}}}"),
        8 => format!("{{\"access_token\":\"{said}\",\"expires_in\":{},\"token_type\":\"Bearer\"}}", chance.i64(..)),
        9 => format!("{{\"error\":\"{said}\",\"error_description\":\"{said}\"}}"),
        10 => format!("\"{said}\""),
        11 => format!("[{}null]", "{},".repeat(chance.usize(1..20_000))),
        12 => chance.i64(..).to_string(),
        13 => format!("{{\"message\":\"{}{said}\"}}", "x".repeat(chance.usize(0..2000))),
        14 => return (0..chance.usize(1..600)).map(|_| chance.u8(..)).collect(),
        _ => " ".repeat(chance.usize(1..1 << 20)),
    };
    let mut bytes = text.into_bytes();
    match chance.u8(0..6) {
        0 => bytes.truncate(chance.usize(0..=bytes.len())),
        1 if !bytes.is_empty() => {
            let at = chance.usize(0..bytes.len());
            bytes[at] = chance.u8(..);
        }
        _ => {}
    }
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // Into memory, where nothing fails.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
