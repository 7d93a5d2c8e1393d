//! What came of a soak.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};

use super::chaos::{Chaos, Fault};
use super::gauge::Gauge;
use super::work::Tally;

/// How much more may be in use at the end than after the warm-up: memory in KiB, of which a pool of the allocator may keep
/// some, descriptors and tasks.
const MEMORY_SLACK: u64 = 16 * 1024;
const SLACK: usize = 8;

/// What came of a soak; [`Report::faults`] says what is wrong with it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Report {
    /// Calls that tasks made.
    pub calls: u64,
    /// Those that succeeded.
    pub succeeded: u64,
    /// Requests that were sent for them and arrived.
    pub attempts: u64,
    /// Requests for tokens that arrived.
    pub tokens: u64,
    /// Lists that were read to their end.
    pub lists: u64,
    /// Writes that were executed more than once.
    pub duplicates: u64,
    /// Writes that succeeded without having been executed.
    pub phantoms: u64,
    /// Writes that were executed, though their error does not say that they may have been.
    pub unsaid: u64,
    /// Items that a list lacked.
    pub lost: u64,
    /// Items that came twice in a list.
    pub repeated: u64,
    /// Panics.
    pub panics: u64,
    failures: BTreeMap<String, u64>,
    met: BTreeMap<Fault, u64>,
    start: Gauge,
    end: Gauge,
}

impl Report {
    pub(super) fn new(tally: &Tally, chaos: &Chaos, panics: u64, start: Gauge, end: Gauge) -> Self {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Self {
            calls: read(&tally.calls),
            succeeded: read(&tally.succeeded),
            attempts: chaos.requests(),
            tokens: chaos.tokens(),
            lists: read(&tally.lists),
            duplicates: read(&tally.duplicates),
            phantoms: read(&tally.phantoms),
            unsaid: read(&tally.unsaid),
            lost: read(&tally.lost),
            repeated: read(&tally.repeated),
            panics,
            failures: tally.failures.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            met: chaos.faults().into_iter().collect(),
            start,
            end,
        }
    }

    /// What must not be, whatever else runs in the process.
    pub fn faults(&self) -> Vec<String> {
        let zero = [
            ("writes were executed more than once", self.duplicates),
            ("writes succeeded without having been executed", self.phantoms),
            ("writes were executed although their error does not say so", self.unsaid),
            ("items were lost in lists", self.lost),
            ("items came twice in lists", self.repeated),
            ("panics", self.panics),
            ("replies could not be decoded", self.failures.get("decode").copied().unwrap_or(0)),
        ];
        let mut faults: Vec<String> =
            zero.iter().filter(|(_, count)| *count > 0).map(|(what, count)| format!("{count} {what}")).collect();
        if self.end.tasks > self.start.tasks + SLACK {
            faults.push(format!("{} tasks at the end, {} after the warm-up", self.end.tasks, self.start.tasks));
        }
        if self.succeeded * 10 < self.calls * 9 {
            faults.push(format!("only {} of {} calls succeeded", self.succeeded, self.calls));
        }
        faults
    }

    /// What must not be where nothing else runs in the process.
    pub fn growth(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.end.memory > self.start.memory + self.start.memory / 4 + MEMORY_SLACK {
            faults.push(format!("{} KiB at the end, {} after the warm-up", self.end.memory, self.start.memory));
        }
        if self.end.files > self.start.files + SLACK {
            faults.push(format!("{} descriptors at the end, {} after the warm-up", self.end.files, self.start.files));
        }
        faults
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |what: &str, value: String| writeln!(f, "{what:<44} {value:>12}");
        line("calls", self.calls.to_string())?;
        line("calls that succeeded", self.succeeded.to_string())?;
        for (name, count) in &self.failures {
            line(&format!("  failed: {name}"), count.to_string())?;
        }
        line("attempts that arrived", self.attempts.to_string())?;
        line("tokens fetched", self.tokens.to_string())?;
        line("faults", self.met.values().sum::<u64>().to_string())?;
        for (fault, count) in &self.met {
            line(&format!("  {fault}"), count.to_string())?;
        }
        line("writes executed more than once", self.duplicates.to_string())?;
        line("writes that succeeded but were not executed", self.phantoms.to_string())?;
        line("writes executed without a word of it", self.unsaid.to_string())?;
        line("lists read to their end", self.lists.to_string())?;
        line("items lost in lists", self.lost.to_string())?;
        line("items twice in lists", self.repeated.to_string())?;
        line("panics", self.panics.to_string())?;
        line("memory, KiB, start → end", format!("{} → {}", self.start.memory, self.end.memory))?;
        line("file descriptors, start → end", format!("{} → {}", self.start.files, self.end.files))?;
        line("tasks, start → end", format!("{} → {}", self.start.tasks, self.end.tasks))
    }
}
