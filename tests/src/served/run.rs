//! Every operation of a generated crate against a server made from the same document, and a row of what came of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use logto_generator::sample::Fill;
use logto_runtime::Error;
use serde_json::Value;

use super::answer::{Choice, is_success};
use super::called::{Called, Got, Read};
use super::case::{Case, Unsent};
use super::document::{Document, Operation};
use super::given::plain;
use super::kept::{lists, lost, unknown, with_nulls};
use super::schema::Way;
use super::security;
use super::server::{Exchange, Server};

/// How often each operation is called at least: with what is required, then with everything, in turn.
const ROUNDS: u64 = 4;
/// The most problems that are shown.
const SHOWN: usize = 40;

/// How an operation of the generated crate is called.
pub struct Entry<C> {
    /// The operation, by method and template.
    pub operation: &'static str,
    /// The content type of its body.
    pub media: Option<&'static str>,
    /// Calls it.
    pub call: fn(&C, &Case) -> Result<Called, Unsent>,
}

/// What came of it all.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Row {
    /// Operations of the document.
    pub operations: usize,
    /// Those of them that were called.
    pub called: usize,
    /// Requests that arrived.
    pub requests: usize,
    /// Those of them that the document allows, and that said what was meant.
    pub valid: usize,
    /// Successes and failures that the document describes and that were answered with.
    pub replies: usize,
    /// Those of them that were read, and written again as they were.
    pub decoded: usize,
    /// What could not be tried because no valid value could be made for it.
    pub skipped: BTreeSet<String>,
    /// What is wrong.
    pub problems: BTreeSet<Wrong>,
}

/// Something that is wrong with an operation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wrong {
    /// What, without the values: the same for other operations that fail for the same reason.
    pub what: String,
    /// The operation.
    pub operation: String,
    /// The values.
    pub with: String,
}

/// A server, and the operations that are called on it.
#[derive(Debug)]
pub struct Run {
    server: Server,
    document: Arc<Document>,
    row: Row,
}

impl Run {
    /// Starts a server made from a document; `None` where the document is not there, which is said.
    ///
    /// # Panics
    ///
    /// When the document cannot be read, or no port on loopback can be had.
    pub async fn start(path: &str) -> Option<Self> {
        if !Path::new(path).exists() {
            say(&format!("skipped: there is no document at {path}"));
            return None;
        }
        let document = match Document::open(Path::new(path)) {
            Ok(document) => Arc::new(document),
            Err(error) => panic!("{error}"),
        };
        let server = match Server::start(Arc::clone(&document)).await {
            Ok(server) => server,
            Err(error) => panic!("no port on loopback: {error}"),
        };
        let row = Row { operations: document.operations.len(), ..Row::default() };
        Some(Self { server, document, row })
    }

    /// Where the API is.
    pub fn base_url(&self) -> String {
        self.server.base_url()
    }

    /// Calls every operation, with what is required and with everything, and has it answered with every reply that the
    /// document knows; says what came of it.
    ///
    /// # Panics
    ///
    /// When a request was not as the document says, a reply could not be read, or an operation is missing.
    pub async fn all<C>(self, client: Result<C, Error>, modules: &[&[Entry<C>]]) {
        let client = match client {
            Ok(client) => client,
            Err(error) => panic!("no client: {error}"),
        };
        let row = self.row(&client, modules).await;
        say(&format!("served: {row}"));
        row.skipped.iter().take(SHOWN).for_each(|what| say(&format!("  skipped: {}", short(what))));
        assert!(row.problems.is_empty(), "{} problems:\n{}", row.problems.len(), row.shown());
    }

    /// As [`Run::all`], but gives what came of it.
    pub async fn row<C>(mut self, client: &C, modules: &[&[Entry<C>]]) -> Row {
        let mut called = BTreeSet::new();
        for entry in modules.iter().copied().flatten() {
            let found = self.document.operations.iter().position(|operation| operation.name == entry.operation);
            let Some(index) = found else {
                self.problem(entry.operation, "the document has no such operation".to_owned(), String::new());
                continue;
            };
            if !security::is_possible(&self.document.operations[index], &self.document) {
                self.row.skipped.insert(format!("{}: no credentials that it takes can be given", entry.operation));
                continue;
            }
            called.insert(entry.operation);
            for (full, choice) in cases(&self.document.operations[index]) {
                let case = Case::new(&self.document, index, entry.media, full, choice);
                self.one(client, entry, case).await;
            }
        }
        let missing = self.document.operations.iter().map(|operation| operation.name.clone());
        let missing: Vec<String> = missing.filter(|name| !called.contains(name.as_str())).collect();
        for name in missing {
            if !self.row.skipped.iter().any(|skipped| skipped.starts_with(&format!("{name}: "))) {
                self.problem(&name, "it is not in the crate".to_owned(), String::new());
            }
        }
        self.row.called = called.len();
        self.row
    }

    async fn one<C>(&mut self, client: &C, entry: &Entry<C>, case: Case) {
        let at = |what: String| format!("{}: {what}", entry.operation);
        let called = match (entry.call)(client, &case) {
            Ok(called) => called,
            Err(Unsent::NoValue(why)) => {
                self.row.skipped.insert(at(why));
                return;
            }
            Err(Unsent::Misfit(what, with)) => {
                self.problem(entry.operation, what, with);
                return;
            }
        };
        if case.is_full() {
            for name in case.left_out() {
                self.problem(entry.operation, format!("parameter `{name}` cannot be given"), String::new());
            }
        }
        self.server.expect(case.choice().clone(), case.meant());
        let got = called.0.await;
        let exchanges = self.server.take();
        self.row.requests += exchanges.len();
        for exchange in &exchanges {
            self.row.valid += usize::from(exchange.issues.is_empty());
            for issue in &exchange.issues {
                self.problem(entry.operation, issue.to_string(), format!("{} ({})", issue.with, exchange.line));
            }
        }
        match exchanges.as_slice() {
            [exchange] => self.reply(&case, exchange, got),
            [] => {
                let why = got.map_or_else(|error| error.to_string(), |_| String::new());
                self.problem(entry.operation, "it was not sent".to_owned(), why);
            }
            several => self.problem(entry.operation, format!("it was sent {} times", several.len()), String::new()),
        }
    }

    fn reply(&mut self, case: &Case, exchange: &Exchange, got: Result<Got, Error>) {
        let Some(reply) = case.operation().replies.iter().find(|reply| reply.status == case.choice().status) else {
            return;
        };
        if exchange.status == 404 && exchange.operation.is_none() || exchange.status == 406 {
            return;
        }
        if let Some(why) = &exchange.unmade {
            self.row.skipped.insert(format!("{}: {why}", case.operation().name));
            return;
        }
        self.row.replies += 1;
        let found = match (is_success(reply, case.operation()), got) {
            (true, Ok(got)) => self.success(exchange, &got),
            (true, Err(error)) => vec![format!("{error}")],
            (false, Ok(_)) => vec!["a failure was taken for a success".to_owned()],
            (false, Err(error)) => self.failure(case, exchange, &error),
        };
        self.row.decoded += usize::from(found.is_empty());
        let (operation, status, seed) = (case.operation().name.clone(), reply.status.clone(), case.choice().seed);
        for what in found {
            let with = format!("reply {status}, seed {seed}: {}", short(&String::from_utf8_lossy(&exchange.body)));
            self.problem(&operation, what, with);
        }
    }

    fn success(&self, exchange: &Exchange, got: &Got) -> Vec<String> {
        let mut found = Vec::new();
        if got.status != exchange.status {
            found.push(format!("the status is {} and not {}", got.status, exchange.status));
        }
        for (name, value) in &exchange.headers {
            let arrived = got.headers.get_all(name).iter().any(|found| found.as_bytes() == value.as_bytes());
            if !arrived {
                found.push(format!("header `{name}` is lost"));
            }
        }
        match (&got.read, &exchange.json) {
            (Read::Json(again, debug), Some((body, schema))) => found.extend(self.again(body, schema, again, debug)),
            (Read::Json(again, _), None) if again.is_null() && exchange.body.is_empty() => {}
            // A text that is described beside JSON of the same schema.
            (Read::Json(again, _), None) if plain(again).as_bytes() == exchange.body => {}
            (Read::Text(text), _) if text.as_bytes() == exchange.body => {}
            (Read::Bytes(bytes), _) if *bytes == exchange.body => {}
            (Read::Redirect(target), _) if exchange.headers.iter().any(|(_, value)| value == target) => {}
            (Read::Nothing, _) if exchange.body.is_empty() => {}
            (read, _) => {
                let read = format!("{read:?}");
                found.push(format!("it was read as {}", short(&read)));
            }
        }
        found
    }

    fn failure(&self, case: &Case, exchange: &Exchange, error: &Error) -> Vec<String> {
        let status = error.status().map(|status| status.as_u16());
        if status != Some(exchange.status) {
            return vec![format!("the error is {error} and not of status {}", exchange.status)];
        }
        let Some((body, schema)) = &exchange.json else { return Vec::new() };
        match case.failure(&case.choice().status) {
            Some(read) => match read(error) {
                Some(Ok(Read::Json(again, debug))) => self.again(body, schema, &again, &debug),
                Some(Ok(other)) => vec![format!("the body of the error was read as {other:?}")],
                Some(Err(error)) => vec![error],
                None => vec!["the error has no body".to_owned()],
            },
            None if case.is_typed(schema) => vec!["no type reads the body of the error".to_owned()],
            None => Vec::new(),
        }
    }

    /// What is wrong with a body that was written again.
    fn again(&self, body: &Value, schema: &str, again: &Value, debug: &str) -> Vec<String> {
        let mut found = Vec::new();
        lost(body, again, "", &mut found);
        if !schema.is_empty() {
            let faults = self.document.faults(Way::Received, schema, &with_nulls(body, again.clone()));
            found.extend(faults.into_iter().map(|fault| format!("written again it is not valid: {fault}")));
        }
        if let Some(unknown) = unknown(debug).filter(|unknown| self.is_listed(unknown)) {
            found.push(format!("a value that the document knows is unknown: {unknown}"));
        }
        found
    }

    /// Whether the document lists what was kept without being known; a text that it does not list may be any.
    fn is_listed(&self, unknown: &str) -> bool {
        let text = unknown.strip_prefix("Unknown(\"").and_then(|rest| rest.split('"').next());
        text.is_none_or(|text| lists(&self.document.value, text))
    }

    fn problem(&mut self, operation: &str, what: String, with: String) {
        self.row.problems.insert(Wrong { what, operation: operation.to_owned(), with });
    }
}

impl Row {
    /// The problems, those that are alike as one.
    fn shown(&self) -> String {
        let mut alike: BTreeMap<&str, Vec<&Wrong>> = BTreeMap::new();
        for wrong in &self.problems {
            alike.entry(&wrong.what).or_default().push(wrong);
        }
        let mut alike: Vec<_> = alike.into_iter().collect();
        alike.sort_by_key(|(_, all)| std::cmp::Reverse(all.len()));
        let mut shown = String::new();
        for (what, all) in alike.into_iter().take(SHOWN) {
            let first = all.first().map(|wrong| format!("{}: {}", wrong.operation, short(&wrong.with)));
            let _ = writeln!(shown, "{} x {}\n     {}", all.len(), short(what), first.unwrap_or_default());
        }
        shown
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {} operations called, {} of {} requests valid, {} of {} replies read, {} skipped, {} problems",
            self.called,
            self.operations,
            self.valid,
            self.requests,
            self.decoded,
            self.replies,
            self.skipped.len(),
            self.problems.len()
        )
    }
}

impl<C> fmt::Debug for Entry<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("operation", &self.operation).field("media", &self.media).finish_non_exhaustive()
    }
}

/// How an operation is called: each success with little and with much in it, then each failure.
fn cases(operation: &Operation) -> Vec<(bool, Choice)> {
    let (successes, failures): (Vec<_>, Vec<_>) =
        operation.replies.iter().partition(|reply| is_success(reply, operation));
    let rounds = ROUNDS.max(2 * successes.len() as u64);
    let choice = |reply: &super::document::Reply, fill, seed| Choice { status: reply.status.clone(), fill, seed };
    let mut cases = Vec::new();
    for round in 0..rounds {
        let Some(reply) = successes.get((round / 2) as usize % successes.len().max(1)) else { break };
        let full = round % 2 == 1;
        cases.push((full, choice(reply, if full { Fill::Every } else { Fill::Required }, round)));
    }
    for (number, reply) in failures.iter().enumerate().filter(|(_, reply)| !reply.status.starts_with(['1', '3'])) {
        cases.push((false, choice(reply, Fill::Every, number as u64)));
    }
    if operation.replies.is_empty() {
        let choice = |fill| Choice { status: "200".to_owned(), fill, seed: 0 };
        cases.extend([(false, choice(Fill::Required)), (true, choice(Fill::Every))]);
    } else if successes.is_empty() {
        // Still called, with whatever the document says of failures.
        cases.extend(failures.first().map(|reply| (true, choice(reply, Fill::Every, 0))));
    }
    cases
}

/// A text as far as it is read.
pub(super) fn short(text: &str) -> String {
    const LONGEST: usize = 400;
    if text.chars().count() <= LONGEST { text.to_owned() } else { text.chars().take(LONGEST).chain(['…']).collect() }
}

/// Past the test runner, which keeps what a test prints to itself when it passes.
fn say(line: &str) {
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}
