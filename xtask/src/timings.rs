//! `--timings`: how long each pass took, on the wall and on the processor.

use std::fmt;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// The passes so far, each with what it took.
#[derive(Debug)]
pub struct Timings {
    rows: Vec<(&'static str, Took)>,
    last: Instant,
    last_cpu: Duration,
}

/// What a pass took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Took {
    /// On the wall.
    pub wall: Duration,
    /// On the processor, all threads of this process together.
    pub cpu: Duration,
}

impl Timings {
    /// Begins now.
    pub fn start() -> Self {
        Self { rows: Vec::new(), last: Instant::now(), last_cpu: cpu() }
    }

    /// A pass has ended: it took what is gone since the last one did. One that ends twice is one row.
    pub fn end(&mut self, pass: &'static str) {
        let (now, now_cpu) = (Instant::now(), cpu());
        let took = Took { wall: now - self.last, cpu: now_cpu.saturating_sub(self.last_cpu) };
        (self.last, self.last_cpu) = (now, now_cpu);
        match self.rows.iter_mut().find(|(known, _)| *known == pass) {
            Some((_, row)) => row.add(took),
            None => self.rows.push((pass, took)),
        }
    }

    /// What all passes took together.
    pub fn total(&self) -> Took {
        let mut total = Took::default();
        self.rows.iter().for_each(|(_, took)| total.add(*took));
        total
    }
}

impl Took {
    fn add(&mut self, other: Self) {
        self.wall += other.wall;
        self.cpu += other.cpu;
    }
}

impl fmt::Display for Timings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = |f: &mut fmt::Formatter<'_>, name: &str, took: Took| {
            let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
            write!(f, "{name:<10}{:>10.1}{:>10.1}", ms(took.wall), ms(took.cpu))
        };
        writeln!(f, "{:<10}{:>10}{:>10}", "pass", "wall ms", "cpu ms")?;
        for (name, took) in &self.rows {
            row(f, name, *took)?;
            writeln!(f)?;
        }
        row(f, "total", self.total())
    }
}

/// The processor time of this process so far.
fn cpu() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default()
}
