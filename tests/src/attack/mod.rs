//! Attacks: hostile documents, replies and networks, made from numbers, for as long as asked.
//!
//! | file | concern |
//! |---|---|
//! | `bounds` | the bounds on memory and time that end the process, and the count of panics |
//! | `report` | the table, and the faults |
//! | `documents`, `mutation` | documents changed at random places become a crate or an error |
//! | `injection` | hostile texts stay texts, in crates and in requests |
//! | `replies` | random replies to typed calls end, and what was sent is not repeated |
//! | `cuts` | a write that is cut at any byte is not sent again, and its error says what may have happened |
//! | `drops` | a call that is dropped leaves a client that works |
//!
//! A case is made from the seed, the name of its attack and its number alone, so that a fault is seen again by
//! `cargo xtask attack --seed S --only NAME --case N`.

pub mod bounds;
mod cuts;
mod documents;
mod drops;
mod injection;
mod mutation;
mod replies;
mod report;

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::pin::Pin;
use std::time::{Duration, Instant};

use fastrand::Rng;
use futures_util::FutureExt;

use bounds::Watchdog;
pub use report::{Outcome, Report};

/// The names of all attacks.
pub const NAMES: [&str; 5] = [documents::NAME, injection::NAME, replies::NAME, cuts::NAME, drops::NAME];

/// Why an attack could not begin.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// After so many faults an attack ends: more of them say little more.
const MOST_FAULTS: usize = 20;

/// What a case ends in: a word for how it went, which is counted, or what is wrong.
type Ended = Result<&'static str, String>;
/// A case while it runs.
type Case<'a> = Pin<Box<dyn Future<Output = Ended> + 'a>>;

/// An attack that makes a case of a number and of chance.
trait Attack {
    /// How long a case may take before the process ends.
    fn bound(&self) -> Duration;
    /// Runs a case. `chance` is the same whenever the number and the seed are.
    fn case<'a>(&'a mut self, number: u64, chance: &'a mut Rng) -> Case<'a>;
}

/// How long, and which.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long all attacks take together.
    pub time: Duration,
    /// What chance begins with.
    pub seed: u64,
    /// The only attack to run; without one, all.
    pub only: Option<String>,
    /// The only case to run; without one, as many as there is time for.
    pub case: Option<u64>,
    /// The folder that holds this crate, from which documents are read.
    pub folder: PathBuf,
}

/// Runs attacks one after the other, each for its share of the time.
///
/// # Errors
///
/// When there is no attack of that name, or one cannot begin: no port, no documents.
pub async fn run(options: &Options) -> Result<Report, Error> {
    let chosen: Vec<&str> =
        NAMES.into_iter().filter(|name| options.only.as_deref().is_none_or(|only| only == *name)).collect();
    let share = options.time / u32::try_from(chosen.len()).unwrap_or(1).max(1);
    if chosen.is_empty() {
        return Err(format!("there is no such attack; there are {}", NAMES.join(", ")).into());
    }
    let watchdog = Watchdog::start();
    let mut report = Report::default();
    for name in chosen {
        let mut attack = begin(name, options).await?;
        report.outcomes.push(repeat(name, attack.as_mut(), options, share, &watchdog).await);
    }
    Ok(report)
}

async fn begin(name: &str, options: &Options) -> Result<Box<dyn Attack>, Error> {
    match name {
        documents::NAME => Ok(Box::new(documents::Documents::read(&options.folder)?)),
        injection::NAME => Ok(Box::new(injection::Injection::begin(&options.folder)?)),
        replies::NAME => Ok(Box::new(replies::Replies::begin()?)),
        cuts::NAME => Ok(Box::new(cuts::Cuts::begin().await?)),
        drops::NAME => Ok(Box::new(drops::Drops::begin().await?)),
        other => Err(format!("`{other}` is no attack").into()),
    }
}

/// Runs the cases of an attack until its time is over.
async fn repeat(
    name: &'static str,
    attack: &mut dyn Attack,
    options: &Options,
    share: Duration,
    watchdog: &Watchdog,
) -> Outcome {
    bounds::forget_peak();
    let start = Instant::now();
    let mut outcome = Outcome { name, ..Outcome::default() };
    let mut counts = BTreeMap::new();
    let numbers = options.case.map_or(0..u64::MAX, |case| case..case.saturating_add(1));
    for number in numbers {
        if options.case.is_none() && start.elapsed() >= share || outcome.faults.len() >= MOST_FAULTS {
            break;
        }
        let label = format!("{name}, seed {}, case {number}", options.seed);
        let panics = bounds::panics();
        let began = Instant::now();
        watchdog.watch(&label, attack.bound());
        let mut chance = chance(options.seed, name, number);
        let ended = AssertUnwindSafe(attack.case(number, &mut chance)).catch_unwind().await;
        watchdog.rest();
        outcome.cases += 1;
        outcome.slowest = outcome.slowest.max((began.elapsed(), number));
        match ended {
            Ok(Ok(word)) => *counts.entry(word).or_default() += 1,
            Ok(Err(fault)) => outcome.faults.push(format!("{label}: {fault}")),
            Err(_) => outcome.faults.push(format!("{label}: it panicked: {}", bounds::last_panic())),
        }
        if bounds::panics() > panics && !outcome.faults.last().is_some_and(|fault| fault.starts_with(&label)) {
            outcome.faults.push(format!("{label}: a task panicked: {}", bounds::last_panic()));
        }
    }
    outcome.counts = counts;
    outcome.time = start.elapsed();
    outcome.peak = bounds::peak();
    outcome.faults.extend(bounds::check_peak(name, outcome.peak));
    outcome
}

/// Chance for a case: another for each seed, attack and number.
fn chance(seed: u64, name: &str, number: u64) -> Rng {
    // FNV-1a over the name, and the number spread over all bits by the golden ratio.
    let name = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    Rng::with_seed(name ^ seed.rotate_left(32) ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// One of several, by chance.
fn one_of<'a, T: ?Sized>(chance: &mut Rng, all: &[&'a T]) -> &'a T {
    all[chance.usize(0..all.len())]
}
