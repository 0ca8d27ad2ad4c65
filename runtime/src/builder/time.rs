//! Whether the events of a stream have event time.

use crate::event::Times;

/// Whether the events of a stream have event time.
pub trait TimeState: Sized + Send + 'static {
    /// Whether they travel with their times.
    const TIMES: Times;
}

/// The events have event time.
#[derive(Debug, Clone, Copy)]
pub struct Timed;

/// The events have no event time.
#[derive(Debug, Clone, Copy)]
pub struct Untimed;

impl TimeState for Timed {
    const TIMES: Times = Times::Beside;
}

impl TimeState for Untimed {
    const TIMES: Times = Times::Absent;
}
