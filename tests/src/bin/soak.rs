//! Runs a soak: `cargo xtask soak --minutes 30`.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use logto_tests::soak::{self, Options};

/// Panics of any task, those of the client's own among them.
static PANICS: AtomicU64 = AtomicU64::new(0);

#[tokio::main]
async fn main() -> ExitCode {
    let Some(minutes) = minutes() else {
        eprintln!("usage: soak --minutes N");
        return ExitCode::FAILURE;
    };
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        usual(info);
    }));
    let options = Options { time: Duration::from_secs_f64(minutes * 60.0), ..Options::default() };
    let mut report = match soak::run(&options).await {
        Ok(report) => report,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    report.panics = PANICS.load(Ordering::Relaxed);
    print!("{report}");
    let faults: Vec<String> = report.faults().into_iter().chain(report.growth()).collect();
    for fault in &faults {
        eprintln!("error: {fault}");
    }
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The minutes of the arguments.
fn minutes() -> Option<f64> {
    let mut arguments = std::env::args().skip(1);
    let (name, value) = (arguments.next()?, arguments.next()?);
    let minutes: f64 = value.parse().ok()?;
    (name == "--minutes" && arguments.next().is_none() && minutes > 0.0 && minutes.is_finite()).then_some(minutes)
}
