//! Waiting, but not for ever.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::clock::{Clock, Sleep};

/// Waits for a future, but no longer than this; `None` when time is up.
///
/// Only a future that is not ready at once needs a timer, and only then is asked how much time there is.
pub(crate) fn at_most<F, T>(clock: &dyn Clock, time: T, future: F) -> AtMost<'_, F, T>
where
    F: Future + Unpin,
    T: Fn() -> Duration + Unpin,
{
    AtMost { clock, time, future, deadline: None }
}

/// What [`at_most`] gives. An `async fn` would be three times as large, and a call holds several.
pub(crate) struct AtMost<'a, F, T> {
    clock: &'a dyn Clock,
    time: T,
    future: F,
    deadline: Option<Sleep>,
}

impl<F, T> Future for AtMost<'_, F, T>
where
    F: Future + Unpin,
    T: Fn() -> Duration + Unpin,
{
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { clock, time, future, deadline } = &mut *self;
        if let Poll::Ready(value) = Pin::new(future).poll(context) {
            return Poll::Ready(Some(value));
        }
        let deadline = deadline.get_or_insert_with(|| clock.deadline(time()));
        deadline.as_mut().poll(context).map(|()| None)
    }
}
