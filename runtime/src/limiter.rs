//! The rate limit that a client keeps by itself.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use crate::clock::Clock;
use crate::settings::RateLimit;

/// A bucket of tokens, each of which comes back one span after it was taken.
///
/// So no span of that length ever sees more requests than the bucket holds, wherever it begins. Callers are served in
/// the order in which they came: whoever holds the lock is next, and the lock hands itself on in order.
#[derive(Debug)]
pub(crate) struct Limiter {
    limit: RateLimit,
    clock: Arc<dyn Clock>,
    taken: Mutex<VecDeque<Duration>>,
}

impl Limiter {
    pub(crate) fn new(limit: RateLimit, clock: Arc<dyn Clock>) -> Self {
        Self { limit, clock, taken: Mutex::new(VecDeque::new()) }
    }

    /// Waits for a token and says for how long. A caller that goes away while waiting takes none.
    pub(crate) async fn acquire(&self) -> Duration {
        let begin = self.clock.now();
        let mut taken = self.taken.lock().await;
        loop {
            let now = self.clock.now();
            while taken.front().is_some_and(|at| at.saturating_add(self.limit.per) <= now) {
                taken.pop_front();
            }
            match taken.front() {
                Some(first) if taken.len() >= self.size() => {
                    let wait = first.saturating_add(self.limit.per).saturating_sub(now);
                    self.clock.sleep(wait).await;
                }
                _ => {
                    taken.push_back(now);
                    return now.saturating_sub(begin);
                }
            }
        }
    }

    fn size(&self) -> usize {
        usize::try_from(self.limit.requests.max(1)).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests;
