//! What work costs, in virtual time.

use std::cell::Cell;
use std::time::Duration;

thread_local! {
    /// The cost of the work of the task that runs, since its turn began.
    static SPENT: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// States what the work costs that the operator, source or sink of a task is about to do.
///
/// The task then reads a clock that has moved on by that, and runs again only once the clock of the
/// job has got there. Others go on meanwhile: each instance has its own core. What a task sends
/// wakes the receiver at the time at which it is sent; one that is awake anyway may receive it
/// earlier, by the cost of the turn in which it was sent.
pub fn cost(time: Duration) {
    SPENT.set(SPENT.get() + time);
}

/// What the task that runs has spent in this turn.
pub(super) fn spent() -> Duration {
    SPENT.get()
}

/// Ends a turn; what it has cost.
pub(super) fn take() -> Duration {
    SPENT.take()
}
