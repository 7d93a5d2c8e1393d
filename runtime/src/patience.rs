//! Waiting, but not for ever.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::clock::{Clock, Sleep};

/// Waits for a future, but no longer than this; `None` when time is up.
pub(crate) fn at_most<F: Future + Unpin>(
    clock: &dyn Clock,
    time: Duration,
    future: F,
) -> impl Future<Output = Option<F::Output>> {
    until(clock, move || clock.now().saturating_add(time), future)
}

/// Waits for a future, but not beyond a time of the clock; `None` when it has come.
///
/// Only a future that is not ready at once needs a timer, and only then is asked for when it is.
pub(crate) fn until<F, T>(clock: &dyn Clock, end: T, future: F) -> Until<'_, F, T>
where
    F: Future + Unpin,
    T: Fn() -> Duration + Unpin,
{
    Until { clock, end, future, deadline: None }
}

/// What [`until`] gives. An `async fn` would be three times as large, and a call holds several.
pub(crate) struct Until<'a, F, T> {
    clock: &'a dyn Clock,
    end: T,
    future: F,
    deadline: Option<Sleep>,
}

impl<F, T> Future for Until<'_, F, T>
where
    F: Future + Unpin,
    T: Fn() -> Duration + Unpin,
{
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { clock, end, future, deadline } = &mut *self;
        if let Poll::Ready(value) = Pin::new(future).poll(context) {
            return Poll::Ready(Some(value));
        }
        let deadline = deadline.get_or_insert_with(|| clock.deadline_at(end()));
        deadline.as_mut().poll(context).map(|()| None)
    }
}
