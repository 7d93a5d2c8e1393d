//! Runs a model under many orders of its steps, which a scheduler chooses.

use std::cell::Cell;

/// How many orders are tried. A few callers have few points at which they meet, so this many find what there is.
const ORDERS: usize = 1000;

thread_local! {
    /// Whether this thread runs a model. A model runs all its tasks on one thread.
    static RUNS: Cell<bool> = const { Cell::new(false) };
}

/// Lets another task of the model run.
pub(super) fn step() {
    if RUNS.get() {
        shuttle::thread::yield_now();
    }
}

/// Runs a model under many orders.
pub(crate) fn check(model: impl Fn() + Send + Sync + 'static) {
    shuttle::check_random(
        move || {
            RUNS.set(true);
            model();
            RUNS.set(false);
        },
        ORDERS,
    );
}
