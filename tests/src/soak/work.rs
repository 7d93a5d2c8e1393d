//! What the tasks of a soak do.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use logto_management::types::{CreateOrganizationBody, UpdateUserBody};
use logto_management::{Client, Error};
use serde_json::Value;
use tokio::time::sleep;

use super::chaos::{Chaos, MARK};
use crate::FakeLogto;

/// What was counted.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) calls: AtomicU64,
    pub(super) succeeded: AtomicU64,
    /// Calls that failed, by what failed them.
    pub(super) failures: Mutex<BTreeMap<String, u64>>,
    /// Writes that were executed more than once.
    pub(super) duplicates: AtomicU64,
    /// Writes that succeeded and were not executed.
    pub(super) phantoms: AtomicU64,
    /// Writes that failed without a word that they may have been executed, and were.
    pub(super) unsaid: AtomicU64,
    /// Lists that were read to their end.
    pub(super) lists: AtomicU64,
    /// Items that such a list lacked.
    pub(super) lost: AtomicU64,
    /// Items that came twice in one.
    pub(super) repeated: AtomicU64,
    marks: AtomicU64,
}

/// A task's hands; clones share everything.
#[derive(Clone)]
pub(super) struct Worker {
    client: Client,
    fake: Arc<FakeLogto>,
    chaos: Arc<Chaos>,
    tally: Arc<Tally>,
    users: Arc<Vec<String>>,
}

impl Worker {
    pub(super) fn new(client: Client, fake: Arc<FakeLogto>, chaos: Arc<Chaos>, tally: Arc<Tally>) -> Self {
        let rows = fake.rows("users");
        let users = rows.iter().filter_map(|row| row["id"].as_str().map(str::to_owned)).collect();
        Self { client, fake, chaos, tally, users: Arc::new(users) }
    }

    /// Lets the fake forget what it was asked, since a soak asks a lot.
    pub(super) fn forget(&self) {
        self.fake.forget();
    }

    /// One thing, and a breath after it.
    pub(super) async fn step(&self) {
        match fastrand::u32(0..100) {
            0..55 => self.note(self.client.get_user(self.user()).send().await).map_or((), drop),
            55..75 => self.note(self.client.list_users().page_size(20).send().await).map_or((), drop),
            75..80 => self.list().await,
            80..90 => self.create().await,
            _ => self.update().await,
        }
        sleep(Duration::from_millis(fastrand::u64(5..60))).await;
    }

    /// Reads a list to its end. What it holds does not change.
    async fn list(&self) {
        let Some(users) = self.note(self.client.list_users().page_size(100).all().await) else { return };
        let found: HashSet<&str> = users.iter().map(|user| user.id.as_str()).collect();
        let lost = self.users.iter().filter(|id| !found.contains(id.as_str())).count();
        add(&self.tally.lists, 1);
        add(&self.tally.lost, lost);
        add(&self.tally.repeated, users.len() - found.len());
    }

    /// Creates an organization and deletes it.
    async fn create(&self) {
        let mark = self.mark();
        let result = self.client.create_organization(CreateOrganizationBody::new(mark.clone())).send().await;
        self.audit(&mark, result.as_ref().err());
        if let Some(organization) = self.note(result) {
            self.note(self.client.delete_organization(&organization.id).send().await);
        }
    }

    /// Changes a user in a way that does not matter.
    async fn update(&self) {
        let mark = self.mark();
        let data = BTreeMap::from([("mark".to_owned(), Value::from(mark.as_str()))]);
        let body = UpdateUserBody { custom_data: Some(data), ..UpdateUserBody::default() };
        let result = self.client.update_user(self.user(), body).send().await;
        self.audit(&mark, result.as_ref().err());
        self.note(result);
    }

    /// Compares what the client says of a write with what was executed.
    fn audit(&self, mark: &str, error: Option<&Error>) {
        let executed = self.chaos.executed(mark);
        if executed > 1 {
            add(&self.tally.duplicates, 1);
        }
        match error {
            None if executed == 0 => add(&self.tally.phantoms, 1),
            Some(error) if executed > 0 && !error.may_have_been_executed() => add(&self.tally.unsaid, 1),
            _ => {}
        }
    }

    fn note<T>(&self, result: Result<T, Error>) -> Option<T> {
        add(&self.tally.calls, 1);
        match result {
            Ok(value) => {
                add(&self.tally.succeeded, 1);
                Some(value)
            }
            Err(error) => {
                let mut failures = self.tally.failures.lock().unwrap_or_else(PoisonError::into_inner);
                *failures.entry(name(&error)).or_default() += 1;
                None
            }
        }
    }

    fn user(&self) -> &str {
        &self.users[fastrand::usize(0..self.users.len())]
    }

    fn mark(&self) -> String {
        format!("{MARK}{}", self.tally.marks.fetch_add(1, Ordering::Relaxed))
    }
}

/// What an error is called in the report.
fn name(error: &Error) -> String {
    type Is = fn(&Error) -> bool;
    let table: [(Is, &str); 5] = [
        (Error::is_connect, "no connection"),
        (Error::is_interrupted, "interrupted"),
        (Error::is_timeout, "timeout"),
        (Error::is_decode, "decode"),
        (Error::is_paging, "paging"),
    ];
    let kind = table.iter().find(|(is, _)| is(error)).map(|(_, name)| (*name).to_owned());
    let kind = kind.or_else(|| error.status().map(|status| status.as_u16().to_string()));
    let token = if error.is_token() { "token: " } else { "" };
    format!("{token}{}", kind.unwrap_or_else(|| "other".to_owned()))
}

fn add(counter: &AtomicU64, count: usize) {
    counter.fetch_add(u64::try_from(count).unwrap_or(u64::MAX), Ordering::Relaxed);
}
