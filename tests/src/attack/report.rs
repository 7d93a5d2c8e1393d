//! What came of attacks.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// What came of all attacks.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Each attack, in the order in which they ran.
    pub outcomes: Vec<Outcome>,
}

/// What came of one attack.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Its name.
    pub name: &'static str,
    /// How many cases ran.
    pub cases: u64,
    /// How they ended, and how many did so.
    pub counts: BTreeMap<&'static str, u64>,
    /// How long all took.
    pub time: Duration,
    /// How long the slowest took, and which one it was.
    pub slowest: (Duration, u64),
    /// The most memory in use, in KiB.
    pub peak: u64,
    /// What is wrong, each with the seed and the number of its case.
    pub faults: Vec<String>,
}

impl Report {
    /// What is wrong in all attacks.
    pub fn faults(&self) -> impl Iterator<Item = &str> {
        self.outcomes.iter().flat_map(|outcome| &outcome.faults).map(String::as_str)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<10} {:>8} {:>8} {:>18} {:>9}  counted",
            "attack", "cases", "a minute", "slowest (case)", "peak"
        )?;
        for outcome in &self.outcomes {
            let counts: Vec<String> = outcome.counts.iter().map(|(word, count)| format!("{count} {word}")).collect();
            let minutes = outcome.time.as_secs_f64() / 60.0;
            let rate = if minutes > 0.0 { outcome.cases as f64 / minutes } else { 0.0 };
            let (slowest, number) = outcome.slowest;
            writeln!(
                f,
                "{:<10} {:>8} {rate:>8.0} {:>18} {:>5} MiB  {}",
                outcome.name,
                outcome.cases,
                format!("{} ms ({number})", slowest.as_millis()),
                outcome.peak / 1024,
                counts.join(", ")
            )?;
        }
        Ok(())
    }
}
