//! Whether the events of a stream have event time, as a type.

use crate::event::Times;

/// Whether the events of a stream have event time: [`Timed`] or [`Untimed`].
pub trait TimeState: Sized + Send + 'static {
    /// Whether events travel with their times.
    const TIMES: Times;
}

/// The events have event time: downstream of [`Stream::event_time`](super::Stream::event_time).
#[derive(Debug, Clone, Copy)]
pub struct Timed;

/// The events have no event time: windows by time, joins and `in_order` are refused.
#[derive(Debug, Clone, Copy)]
pub struct Untimed;

impl TimeState for Timed {
    const TIMES: Times = Times::Beside;
}

impl TimeState for Untimed {
    const TIMES: Times = Times::Absent;
}
