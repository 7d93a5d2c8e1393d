//! Calls whose future is dropped at a random moment; the client works on, and no write is executed twice.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use fastrand::Rng;
use logto_management::types::CreateOrganizationBody;
use logto_management::{Client, RateLimit};
use tokio::time::timeout;

use super::{Attack, Case, Ended, Error};
use crate::FakeLogto;

pub(super) const NAME: &str = "drops";

const BOUND: Duration = Duration::from_secs(60);
/// How long the call may take that shows that the client still works.
const AFTERWARDS: Duration = Duration::from_secs(20);
/// After so many cases the client is a new one, so that token fetches are dropped as well.
const CLIENT_LIVES: u64 = 5;
const LIMIT: RateLimit = RateLimit { requests: 200, per: Duration::from_millis(200) };

/// The attack.
pub(super) struct Drops {
    fake: FakeLogto,
    client: Client,
    used: u64,
}

/// When a future is dropped.
#[derive(Debug, Clone, Copy)]
enum Moment {
    Polls(u32),
    Micros(u64),
}

impl Drops {
    pub(super) async fn begin() -> Result<Self, Error> {
        let fake = FakeLogto::stateless().await;
        let client = client(&fake)?;
        Ok(Self { fake, client, used: 0 })
    }

    async fn drop_one(&mut self, number: u64, chance: &mut Rng) -> Ended {
        if self.used.is_multiple_of(CLIENT_LIVES) {
            self.client = client(&self.fake).map_err(|error| error.to_string())?;
        }
        self.used += 1;
        self.fake.forget();
        let marks: Vec<String> = (0..chance.usize(1..4)).map(|index| format!("mark-{number}-{index}-")).collect();
        let mut finished = true;
        for mark in &marks {
            let moment = match chance.bool() {
                true => Moment::Polls(chance.u32(0..12)),
                false => Moment::Micros(chance.u64(0..4000)),
            };
            let client = self.client.clone();
            finished &= match chance.u8(0..4) {
                0 => until(moment, async { client.get_user("u").send().await.map(drop) }).await,
                1 => {
                    let mut users = client.list_users().items();
                    until(moment, async { while let Some(Ok(_)) = users.next().await {} }).await
                }
                2 => until(moment, async { client.token().await.map(drop) }).await,
                _ => {
                    let body = CreateOrganizationBody::new(mark.clone());
                    until(moment, client.create_organization(body).send()).await
                }
            };
        }
        match timeout(AFTERWARDS, self.client.get_user("u").send()).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(format!("afterwards a call fails: {error}")),
            Err(_) => return Err("afterwards a call hangs".to_owned()),
        }
        marks.iter().try_for_each(|mark| self.check_writes(mark))?;
        Ok(if finished { "all finished" } else { "dropped" })
    }

    fn check_writes(&self, mark: &str) -> Result<(), String> {
        match self.writes(mark) {
            0 | 1 => Ok(()),
            count => Err(format!("a write was executed {count} times")),
        }
    }

    /// How often a write with this mark arrived.
    fn writes(&self, mark: &str) -> usize {
        let arrived = |request: &crate::fake::Recorded| String::from_utf8_lossy(&request.body).contains(mark);
        self.fake.requests().iter().filter(|request| arrived(request)).count()
    }
}

impl Attack for Drops {
    fn bound(&self) -> Duration {
        BOUND
    }

    fn case<'a>(&'a mut self, number: u64, chance: &'a mut Rng) -> Case<'a> {
        Box::pin(self.drop_one(number, chance))
    }
}

fn client(fake: &FakeLogto) -> Result<Client, logto_management::Error> {
    let builder = Client::builder().self_hosted(fake.endpoint()).no_proxy().rate_limit(Some(LIMIT));
    builder.client_credentials(fake.app_id(), fake.app_secret()).build()
}

/// Drives a future up to a moment and drops it; whether it was ready before.
async fn until<T>(moment: Moment, future: impl Future<Output = T>) -> bool {
    let mut future = pin!(future);
    let start = Instant::now();
    let mut polls = 0;
    poll_fn(|context| {
        let is_over = match moment {
            Moment::Polls(most) => polls >= most,
            Moment::Micros(most) => start.elapsed() >= Duration::from_micros(most),
        };
        polls += 1;
        if is_over {
            return Poll::Ready(false);
        }
        if matches!(moment, Moment::Micros(_)) {
            // The moment is shorter than what a timer measures.
            context.waker().wake_by_ref();
        }
        future.as_mut().poll(context).map(|_| true)
    })
    .await
}
