//! What an operator is told about the event at hand.

use crate::error::Instance;
use crate::time::{EventTime, Timer};
use std::time::Duration;

/// What an operator is told about the event at hand, and may ask for.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// #[operator]
/// async fn last_of_three(event: u32, seen: &mut u32, ctx: &mut Context) -> Option<u32> {
///     *seen += 1;
///     if *seen == 3 {
///         ctx.forget_key();
///     }
///     (*seen == 3).then_some(event)
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let (mut seen, mut ctx) = (2, Context::default());
/// assert_eq!(last_of_three(7, &mut seen, &mut ctx).await, Some(7));
/// # });
/// ```
#[derive(Debug, Clone)]
pub struct Context {
    time: EventTime,
    watermark: EventTime,
    instance: Instance,
    memory: Memory,
    timers: Vec<Timer>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Memory {
    Keep,
    Forget,
}

impl Default for Context {
    /// The only instance, before event time is assigned: for unit tests.
    fn default() -> Self {
        Self::new(EventTime::MIN, EventTime::MIN, Instance::ONLY)
    }
}

impl Context {
    /// A context for an event of time `time`.
    #[inline]
    #[must_use]
    pub fn new(time: EventTime, watermark: EventTime, instance: Instance) -> Self {
        Self { time, watermark, instance, memory: Memory::Keep, timers: Vec::new() }
    }

    /// When the event happened; [`EventTime::MIN`] if the stream has no event time, the end of the
    /// window for a window.
    #[must_use]
    pub fn event_time(&self) -> EventTime {
        self.time
    }

    /// How far event time has come at this operator.
    #[must_use]
    pub fn watermark(&self) -> EventTime {
        self.watermark
    }

    /// Which instance of the operator this is.
    #[must_use]
    pub fn instance(&self) -> Instance {
        self.instance
    }

    /// Asks to be called again for this key, by `on_timer`, when event time has come to `time`: no
    /// event with a time before it is expected any more.
    ///
    /// Timers of a key at the same time are one. Those that are due are called in order of time,
    /// before anything behind the operator learns how far event time has come; one whose time has
    /// come already is called right after this event. At the end of input all are called; those
    /// that are set then, by `on_timer`, never are. On a stream without event time that is when
    /// timers are called first.
    ///
    /// Only `#[operator] impl` has an `on_timer`: in any other operator this ends the job.
    pub fn timer_at(&mut self, time: EventTime) {
        self.timers.push(Timer::At(time));
    }

    /// Asks to be called again for this key, by `on_timer`, when so much time has passed by the
    /// job's clock, also if no event comes.
    ///
    /// What has not been called when the input ends never is.
    ///
    /// Only `#[operator] impl` has an `on_timer`: in any other operator this ends the job.
    pub fn timer_after(&mut self, wait: Duration) {
        self.timers.push(Timer::After(wait));
    }

    /// The timers that have been asked for, in that order.
    #[inline]
    #[must_use]
    pub fn timers(&self) -> &[Timer] {
        &self.timers
    }

    /// Drops the state and the timers of this key when the operator returns: it begins anew with
    /// the key's next event. Timers that are set in this call are kept; the state is a new one when
    /// they are due.
    pub fn forget_key(&mut self) {
        self.memory = Memory::Forget;
    }

    /// Whether the state of this key is to be dropped.
    #[inline]
    #[must_use]
    pub fn forgets_key(&self) -> bool {
        self.memory == Memory::Forget
    }
}
