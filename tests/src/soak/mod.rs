//! A soak: many tasks use one client for as long as told, while every fiftieth request meets a fault.
//!
//! | file | concern |
//! |---|---|
//! | `chaos` | the faults: a relay in front of the fake Logto, and its ledger of writes |
//! | `work` | what the tasks do |
//! | `gauge` | memory, file descriptors, tasks |
//! | `report` | what came of it, and whether it is good |
//!
//! A write carries a mark of its own. The relay counts how often the fake has executed each mark, the task that made it
//! looks once its call is over. Lists are read to their end again and again and compared with what the fake has.

mod chaos;
mod gauge;
mod report;
mod work;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use logto_management::Client;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::FakeLogto;
use crate::fake::{Counts, Settings};
use chaos::Chaos;
use gauge::Gauge;
pub use report::Report;
use work::{Tally, Worker};

/// How many users there are: lists of four pages.
const USERS: usize = 350;
/// How long an unused connection is kept, so that there are none soon after the work is over.
const POOL_IDLE: Duration = Duration::from_secs(1);

/// How long, how much.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long the tasks work.
    pub time: Duration,
    /// How long they work before what is used is measured for the first time.
    pub warm_up: Duration,
    /// How many there are.
    pub tasks: usize,
    /// How many of a thousand requests meet a fault.
    pub faults_per_mille: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { time: Duration::from_secs(60), warm_up: Duration::from_secs(5), tasks: 48, faults_per_mille: 20 }
    }
}

/// Runs one.
///
/// # Errors
///
/// When there is no port to be had, or no client.
pub async fn run(options: &Options) -> Result<Report, Box<dyn std::error::Error + Send + Sync>> {
    let counts = Counts { users: USERS, ..Counts::default() };
    let fake = Arc::new(FakeLogto::start_with(0, Settings { counts, ..Settings::default() }).await?);
    let chaos = Chaos::start(&fake.endpoint(), options.faults_per_mille).await?;
    let client = Client::builder()
        .self_hosted(chaos.endpoint())
        .client_credentials(fake.app_id(), fake.app_secret())
        .no_proxy()
        .timeouts(|timeouts| timeouts.pool_idle = POOL_IDLE)
        .build()?;
    let tally = Arc::new(Tally::default());
    let worker = Worker::new(client, Arc::clone(&fake), Arc::clone(&chaos), Arc::clone(&tally));
    work_for(options.warm_up, options.tasks, &worker).await;
    settle(&chaos).await;
    let start = Gauge::read()?;
    let panics = work_for(options.time, options.tasks, &worker).await;
    settle(&chaos).await;
    let end = Gauge::read()?;
    Ok(Report::new(&tally, &chaos, panics, start, end))
}

/// Lets so many tasks work for so long; how many of them panicked.
async fn work_for(time: Duration, tasks: usize, worker: &Worker) -> u64 {
    let over = Arc::new(AtomicBool::new(false));
    let mut running = JoinSet::new();
    for _ in 0..tasks {
        let (worker, over) = (worker.clone(), Arc::clone(&over));
        running.spawn(async move {
            while !over.load(Ordering::Relaxed) {
                worker.step().await;
            }
        });
    }
    let house = worker.clone();
    let keeper = tokio::spawn(async move {
        loop {
            house.forget();
            sleep(Duration::from_millis(200)).await;
        }
    });
    sleep(time).await;
    over.store(true, Ordering::Relaxed);
    let mut panics = 0;
    while let Some(ended) = running.join_next().await {
        panics += u64::from(ended.is_err_and(|error| error.is_panic()));
    }
    keeper.abort();
    worker.forget();
    panics
}

/// Waits until no connection is open any more.
async fn settle(chaos: &Chaos) {
    // One that stays open is seen in the report, so there is nothing to do about it here.
    let _ = timeout(Duration::from_secs(20), chaos.idle()).await;
    sleep(Duration::from_millis(200)).await;
}
