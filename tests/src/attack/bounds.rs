//! Bounds that end the process: memory by the system, time by a thread that watches; and a count of panics.

use std::fs;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, setrlimit};

/// How much address space the process may have. Most of it is what threads and allocators reserve and never touch.
const ADDRESS_SPACE: u64 = 4 << 30;
/// How much memory an attack may have in use at any moment, in KiB.
const MOST_MEMORY: u64 = 768 * 1024;
/// How often the watchdog looks.
const LOOK: Duration = Duration::from_millis(50);

/// Panics of any task, those of a client's own among them.
static PANICS: AtomicU64 = AtomicU64::new(0);
static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// Bounds the memory of this process and counts its panics from now on.
///
/// # Errors
///
/// When the system does not let the process bound itself.
pub fn set() -> io::Result<()> {
    let limit = Rlimit { current: Some(ADDRESS_SPACE), maximum: Some(ADDRESS_SPACE) };
    setrlimit(Resource::As, limit)?;
    std::panic::set_hook(Box::new(|info| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        eprintln!("{info}");
        *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = info.to_string();
    }));
    Ok(())
}

/// How many panics there were.
pub(super) fn panics() -> u64 {
    PANICS.load(Ordering::Relaxed)
}

/// What the last panic said, and where it was.
pub(super) fn last_panic() -> String {
    LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The most memory that was in use since [`forget_peak`], in KiB; 0 where the system does not say.
pub(super) fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|text| text.split_whitespace().next()).and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Begins to measure the peak anew, so that it is that of one attack.
pub(super) fn forget_peak() {
    // Where the system does not let us, the peak is that of all attacks so far, and its bound holds as well.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// A fault where the peak of an attack is over the bound.
pub(super) fn check_peak(name: &str, peak: u64) -> Option<String> {
    (peak > MOST_MEMORY).then(|| format!("{name}: {peak} KiB were in use, and {MOST_MEMORY} is the bound"))
}

/// A thread that ends the process when a case takes too long, since such a case cannot end itself.
#[derive(Debug)]
pub(super) struct Watchdog(Arc<Mutex<Option<(Instant, String)>>>);

impl Watchdog {
    pub(super) fn start() -> Self {
        let watched: Arc<Mutex<Option<(Instant, String)>>> = Arc::default();
        let weak = Arc::downgrade(&watched);
        thread::spawn(move || {
            while let Some(watched) = weak.upgrade() {
                if let Some((end, label)) = &*watched.lock().unwrap_or_else(PoisonError::into_inner)
                    && Instant::now() > *end
                {
                    eprintln!("error: {label}: it takes longer than its bound");
                    std::process::abort();
                }
                thread::sleep(LOOK);
            }
        });
        Self(watched)
    }

    /// Watches a case from now on.
    pub(super) fn watch(&self, label: &str, bound: Duration) {
        self.set(Some((Instant::now() + bound, label.to_owned())));
    }

    /// Watches nothing.
    pub(super) fn rest(&self) {
        self.set(None);
    }

    fn set(&self, watched: Option<(Instant, String)>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = watched;
    }
}
