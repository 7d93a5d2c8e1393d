//! Waiting, but not for ever.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use crate::clock::Clock;

/// Waits for a future, but no longer than this; `None` when time is up.
///
/// Only a future that is not ready at once needs a timer, and only then is asked how much time there is.
pub(crate) async fn at_most<T>(
    clock: &dyn Clock,
    time: impl Fn() -> Duration,
    future: impl Future<Output = T>,
) -> Option<T> {
    let mut future = pin!(future);
    let mut deadline = None;
    poll_fn(|context| {
        if let Poll::Ready(value) = future.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        let deadline = deadline.get_or_insert_with(|| clock.deadline(time()));
        deadline.as_mut().poll(context).map(|()| None)
    })
    .await
}
