//! Events that came too late.

use crate::error::Result;
use crate::event::Meta;
use crate::exchange::Gather;
use crate::metrics::InstanceCounters;
use crate::operator::Emit;
use crate::time::EventTime;
use std::fmt;

/// An event that came too late, and how late.
#[derive(Debug, Clone, PartialEq)]
pub struct Late<T> {
    /// The event.
    pub event: T,
    /// When it happened.
    pub time: EventTime,
    /// How far event time had come when it arrived.
    pub watermark: EventTime,
}

impl<T> fmt::Display for Late<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let behind = self.watermark - self.time;
        write!(f, "an event of {} came {behind:?} behind the watermark", self.time)
    }
}

impl<T: Send> Late<T> {
    /// Gives a late event to the late output; without one it is dropped and counted.
    #[cold]
    pub(crate) fn give(
        event: T,
        time: EventTime,
        watermark: EventTime,
        output: &mut Option<Gather<Self>>,
        counters: &InstanceCounters,
    ) -> Result<()> {
        counters.late.add(1);
        match output {
            Some(output) => {
                output.emit(Self { event, time, watermark }, Meta { time, ..Meta::default() })
            }
            None => {
                counters.dropped.add(1);
                Ok(())
            }
        }
    }
}
