//! POSTs whose request or reply is cut at every byte, by the end of the connection in good order or by a reset.

use std::time::Duration;

use fastrand::Rng;
use logto_runtime::clock::ManualClock;
use logto_runtime::{Client, Method, Profile, reqwest};
use serde_json::json;

use super::{Attack, Case, Ended, Error};
use crate::fault::tls::{Authority, Identity, Validity};
use crate::fault::{FaultServer, Script};

pub(super) const NAME: &str = "cuts";

/// A case is one call on loopback.
const BOUND: Duration = Duration::from_secs(30);
const BODY: &str = r#"{"id":"row","name":"Company"}"#;

/// The attack.
pub(super) struct Cuts {
    http: reqwest::Client,
    identity: Identity,
    ways: Vec<Way>,
}

/// What is cut.
#[derive(Debug, Clone, Copy)]
enum What {
    /// The request, of which the server reads no more.
    Request,
    /// A reply with a length.
    Reply,
    /// A reply in chunks.
    Chunks,
    /// A reply of HTTP/2.
    Frames,
}

/// What is cut, how long it is as a whole, and whether by a reset.
#[derive(Debug, Clone, Copy)]
struct Way(What, usize, bool);

impl Cuts {
    pub(super) async fn begin() -> Result<Self, Error> {
        let authority = Authority::new()?;
        let identity = authority.identity("localhost", Validity::Now)?.h2();
        let mut cuts = Self { http: authority.client()?.build()?, identity, ways: Vec::new() };
        // One call shows how long a request is.
        let server = FaultServer::start([Script::new().read_request().write(reply(What::Reply)).close()]).await?;
        cuts.call(&server.endpoint()).await?;
        let request = server.connections().first().map_or(0, |connection| connection.received.len());
        let lengths = [
            (What::Request, request.saturating_sub(1)),
            (What::Reply, reply(What::Reply).len()),
            (What::Chunks, reply(What::Chunks).len()),
            (What::Frames, Script::h2_reply_length(201, BODY)?),
        ];
        cuts.ways =
            lengths.iter().flat_map(|(what, whole)| [false, true].map(|reset| Way(*what, *whole, reset))).collect();
        Ok(cuts)
    }

    async fn call(&self, endpoint: &str) -> Result<String, logto_runtime::Error> {
        let builder = Client::builder(Profile::new("attack/1.0")).base_url(endpoint).anonymous();
        let client = builder.http_client(self.http.clone()).clock(ManualClock::skipping_pauses()).build()?;
        let request = client.request(Method::POST, "Create", "/things");
        request.json_body(&json!({ "name": "Company" })).text().send().await
    }

    async fn cut(&self, Way(what, whole, reset): Way, at: usize) -> Ended {
        let script = match what {
            What::Request => Script::new().read_bytes(at),
            What::Frames => Script::new().handshake(&self.identity).h2_read_request().h2_reply_part(201, BODY, at),
            _ => Script::new().read_request().write(reply(what)[..at].to_owned()),
        };
        let script = if reset { script.reset() } else { script.close() };
        let server = FaultServer::start([script]).await.map_err(|error| error.to_string())?;
        // Whoever sends again gets a whole reply, and is seen by that.
        let again = if matches!(what, What::Frames) {
            Script::new().handshake(&self.identity).h2_read_request().h2_reply(201, BODY)
        } else {
            Script::new().read_request().write(reply(What::Reply)).close()
        };
        server.otherwise(again);
        let endpoint = if matches!(what, What::Frames) { server.https() } else { server.endpoint() };
        let result = self.call(&endpoint).await;
        let requests = server.requests();
        let here = format!("{what:?} cut after {at} of {whole}, reset {reset}");
        match &result {
            _ if requests > 1 => Err(format!("{here}: the server had the request {requests} times")),
            Ok(text) if text != BODY => Err(format!("{here}: a part of the reply is Ok")),
            Ok(_) if requests == 0 => Err(format!("{here}: Ok without a request")),
            Ok(_) if at < whole && !matches!(what, What::Request) => Err(format!("{here}: Ok without the whole reply")),
            Ok(_) => Ok("whole"),
            Err(error) if requests == 1 && !error.may_have_been_executed() => {
                Err(format!("{here}: executed, and the error does not say so: {error}"))
            }
            Err(_) if at == whole && !reset && !matches!(what, What::Request) => {
                Err(format!("{here}: a whole reply is an error"))
            }
            Err(error) if error.may_have_been_executed() => Ok("ambiguous"),
            Err(_) => Ok("not executed"),
        }
    }
}

impl Attack for Cuts {
    fn bound(&self) -> Duration {
        BOUND
    }

    /// Cases go through all ways and all bytes, in steps of a prime so that a few are of all parts; chance has no part in it.
    fn case<'a>(&'a mut self, number: u64, _: &'a mut Rng) -> Case<'a> {
        let number = usize::try_from(number).unwrap_or(0);
        let way = self.ways[number % self.ways.len()];
        let at = (number / self.ways.len()).wrapping_mul(7919) % (way.1 + 1);
        Box::pin(self.cut(way, at))
    }
}

/// A whole reply.
fn reply(what: What) -> String {
    let head = "HTTP/1.1 201 Created\r\ncontent-type: text/plain\r\n";
    match what {
        What::Chunks => {
            let (first, second) = BODY.split_at(10);
            let chunks = format!("a\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\n\r\n", second.len());
            format!("{head}transfer-encoding: chunked\r\n\r\n{chunks}")
        }
        _ => format!("{head}content-length: {}\r\n\r\n{BODY}", BODY.len()),
    }
}
