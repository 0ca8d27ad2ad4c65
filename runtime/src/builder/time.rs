//! Whether the events of a stream have event time, and whether its job is durable, as types.

use crate::event::Times;
use crate::state::{Memory, Volatile};
use std::marker::PhantomData;

/// Whether the events of a stream have event time: [`Timed`] or [`Untimed`].
pub trait TimeState: Sized + Send + 'static {
    /// Whether the job of the stream keeps its state in checkpoints.
    type Memory: Memory;
    /// Whether events travel with their times.
    const TIMES: Times;
}

/// The events have event time: downstream of [`Stream::event_time`](super::Stream::event_time). `D`
/// is [`Durable`](crate::state::Durable) in a job with checkpoints.
#[derive(Debug, Clone, Copy)]
pub struct Timed<D = Volatile>(PhantomData<fn() -> D>);

/// The events have no event time: windows by time, joins and `in_order` are refused. `D` is
/// [`Durable`](crate::state::Durable) in a job with checkpoints.
#[derive(Debug, Clone, Copy)]
pub struct Untimed<D = Volatile>(PhantomData<fn() -> D>);

impl<D: Memory> TimeState for Timed<D> {
    type Memory = D;
    const TIMES: Times = Times::Beside;
}

impl<D: Memory> TimeState for Untimed<D> {
    type Memory = D;
    const TIMES: Times = Times::Absent;
}
