//! Hostile texts in documents stay texts in the crate, and in requests they stay values.

use std::path::Path;
use std::time::Duration;

use fastrand::Rng;
use logto_runtime::clock::ManualClock;
use logto_runtime::{Client, FilePart, Method, Multipart, Profile, reqwest};
use percent_encoding::percent_decode_str;
use proc_macro2::{TokenStream, TokenTree};
use serde_json::{Value, json};

use super::{Attack, Case, Ended, Error, documents, mutation, one_of};
use crate::fault::tls::Authority;
use crate::fault::{FaultServer, Script};

pub(super) const NAME: &str = "injection";

const BOUND: Duration = Duration::from_secs(30);

/// A name that none is written like: where it stands among the identifiers, a text has left its place.
const MARKER: &str = "lEft_Its_pLace";

/// What leaves a place in Rust, TOML, YAML, Markdown, URLs and heads of HTTP, around `@` for the marker.
const HOSTILE: [&str; 26] = [
    "\"; @!(); //",
    "\"#; @!(); r#\"",
    "*/ @!(); /*",
    "\n@!();\n",
    "]\n#[@]\n",
    "'; @; '",
    "{@}",
    "{0}{@}",
    "\\\"@\\",
    "\"]\n@ = \"1\"\n[@]\n",
    "\n---\n@: 1\n",
    "```\n@!();\n```",
    "\n\n    @!();\n\n",
    "<script>@</script>",
    "${@}",
    "\r\n@: 1\r\n\r\nGET /@ HTTP/1.1\r\n",
    "../@",
    "..%2f@",
    "/@/../@",
    "%0d%0a@: 1",
    "@\0",
    "?@=1#@",
    "&@=1",
    ";@=1",
    "\u{202e}@\u{2028}",
    "\"; filename=\"@\"",
];

/// The names of headers that a request of this attack may have.
const HEADERS: [&str; 10] = [
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "user-agent",
    "x-text",
    "transfer-encoding",
];

/// The attack.
pub(super) struct Injection {
    documents: Vec<Value>,
    http: reqwest::Client,
}

impl Injection {
    pub(super) fn begin(folder: &Path) -> Result<Self, Error> {
        Ok(Self { documents: documents::read(folder)?, http: Authority::new()?.client()?.build()? })
    }

    fn document(&self, chance: &mut Rng) -> Ended {
        let mut document = self.documents[chance.usize(0..self.documents.len())].clone();
        for _ in 0..chance.usize(1..=4) {
            mutation::put_text(&mut document, &hostile(chance), chance);
        }
        let project = logto_generator::Project {
            document: document.to_string().into_bytes(),
            name: "attacked".to_owned(),
            tests: Some("document.yaml".to_owned()),
            ..Default::default()
        };
        let Ok(output) = logto_generator::project(&project, &logto_generator::load::Files::NONE, &mut |_| ()) else {
            return Ok("document errors");
        };
        for file in output.files.iter().filter(|file| file.path.ends_with(".rs")) {
            let tokens: TokenStream =
                file.text.parse().map_err(|error| format!("{} is not Rust: {error}", file.path))?;
            if stands(tokens) {
                return Err(format!("the marker stands in {}", file.path));
            }
        }
        // In TOML a text is in quotes and in one line, so an even number of quotes is before the marker.
        for line in output.cargo_toml.lines().filter(|line| line.contains(MARKER)) {
            let before = line.split(MARKER).next().unwrap_or_default().replace("\\\\", "").replace("\\\"", "");
            if before.matches('"').count() % 2 == 0 {
                return Err(format!("the marker stands in Cargo.toml: {line}"));
            }
        }
        Ok("crates")
    }

    async fn request(&self, chance: &mut Rng) -> Ended {
        let reply = Script::new().read_request().last_reply(200, &[], "");
        let server = FaultServer::start([]).await.map_err(|error| error.to_string())?;
        server.otherwise(reply);
        let builder = Client::builder(Profile::new("attack/1.0")).base_url(server.endpoint()).anonymous();
        let client = builder.http_client(self.http.clone()).clock(ManualClock::skipping_pauses()).build();
        let client = client.map_err(|error| error.to_string())?;
        let (first, second, query) = (hostile(chance), hostile(chance), hostile(chance));
        let mut request = client.request(Method::POST, "Op", "/things/{a}/parts/{b}").path(&first).path(&second);
        request = request.query("q", query.as_str());
        if chance.u8(0..4) == 0 {
            request = request.header("x-text", &hostile(chance));
        }
        if chance.bool() {
            request = request.cookie("c", &hostile(chance));
        }
        request = match chance.u8(0..3) {
            0 => request.form_body(&json!({ hostile(chance): hostile(chance) })),
            1 => {
                let file = FilePart::bytes("content").file_name(hostile(chance));
                request.multipart(Multipart::new().part(hostile(chance), file).part("text", "content".to_owned()))
            }
            _ => request,
        };
        let result = request.empty().send().await;
        let connections = server.connections();
        match (&result, connections.as_slice()) {
            (Err(error), []) if error.is_input() => Ok("refused before sending"),
            (Ok(()), [one]) if one.requests == 1 => check(&one.received, [&first, &second], &query),
            _ => Err(format!("{} connections, {result:?}", connections.len())),
        }
    }
}

impl Attack for Injection {
    fn bound(&self) -> Duration {
        BOUND
    }

    fn case<'a>(&'a mut self, number: u64, chance: &'a mut Rng) -> Case<'a> {
        Box::pin(
            async move { if number.is_multiple_of(2) { self.document(chance) } else { self.request(chance).await } },
        )
    }
}

fn hostile(chance: &mut Rng) -> String {
    let text = one_of(chance, &HOSTILE).replace('@', MARKER);
    match chance.u8(0..3) {
        0 => format!("a{text}"),
        1 => format!("{text}{}", one_of(chance, &HOSTILE).replace('@', MARKER)),
        _ => text,
    }
}

/// Whether the marker is among the identifiers.
fn stands(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident.to_string().contains(MARKER),
        TokenTree::Group(group) => stands(group.stream()),
        TokenTree::Literal(_) | TokenTree::Punct(_) => false,
    })
}

/// Whether the bytes are one request whose values are those that were given.
fn check(received: &[u8], path: [&str; 2], query: &str) -> Ended {
    let text = String::from_utf8_lossy(received);
    let (head, body) = text.split_once("\r\n\r\n").ok_or("a request without a head")?;
    let mut lines = head.split("\r\n");
    let target = lines.next().and_then(|line| line.strip_prefix("POST ")?.strip_suffix(" HTTP/1.1"));
    let (given, pairs) = target.and_then(|target| target.split_once('?')).ok_or("no target with a query")?;
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let segments: Vec<String> = given.split('/').map(decode).collect();
    if segments != ["", "things", path[0], "parts", path[1]] {
        return Err(format!("the path is {given}"));
    }
    let pairs: Vec<(String, String)> = form_urlencoded::parse(pairs.as_bytes()).into_owned().collect();
    if pairs != [("q".to_owned(), query.to_owned())] {
        return Err(format!("the query is {pairs:?}"));
    }
    for line in lines {
        let name = line.split(':').next().unwrap_or_default();
        if !HEADERS.contains(&name) || line.contains(['\r', '\n']) {
            return Err(format!("a header line is {line:?}"));
        }
    }
    // Two parts with a blank line each after their heads; a name with a line break would add a line.
    let is_left = || body.split("\r\n").any(|line| line.starts_with(MARKER)) || body.matches("\r\n\r\n").count() != 2;
    if head.contains("multipart/form-data") && is_left() {
        return Err(format!("a part has a line of its own: {body:?}"));
    }
    Ok("requests")
}
