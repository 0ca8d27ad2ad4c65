//! Events at a steady rate, for delays.

use crate::work::Work;
use std::time::Instant;

/// The number of keys.
const KEYS: u64 = 1_000;

/// An event and its due time, in nanoseconds since the start.
#[derive(Debug, Clone, Copy, Default, serde::Serialize, serde::Deserialize)]
pub struct Due {
    pub key: u64,
    pub due: u64,
    pub count: u64,
}

/// The start of the run.
#[derive(Debug, Clone, Copy)]
pub struct Start(Instant);

impl Start {
    /// The delay of an event so far, in nanoseconds.
    pub fn delay(&self, event: &Due) -> u64 {
        let now = self.0.elapsed().as_nanos() as u64;
        now.saturating_sub(event.due)
    }
}

/// The events, as they become due. Callers poll in a loop: a tokio timer has a resolution of one
/// millisecond, much longer than the delays to measure.
#[derive(Debug, Clone)]
pub struct Pace {
    start: Start,
    gap: f64,
    next: u64,
    end: u64,
}

impl Pace {
    /// The events of a work; the first is due now.
    pub fn of(work: Work, quick: bool) -> Self {
        let rate = match work {
            Work::Latency(rate) => f64::from(rate),
            _ => f64::INFINITY,
        };
        let start = Start(Instant::now());
        Self { start, gap: 1e9 / rate, next: 0, end: work.events(quick) }
    }

    /// The start of the run.
    pub fn start(&self) -> Start {
        self.start
    }

    /// Whether all events have been taken.
    pub fn has_ended(&self) -> bool {
        self.next == self.end
    }

    /// Whether there is an event that is due by now.
    pub fn is_due(&self) -> bool {
        self.start.0.elapsed().as_nanos() as f64 >= self.next as f64 * self.gap
    }

    /// Takes the events that are due by now; there may be none.
    pub fn due(&mut self) -> impl Iterator<Item = Due> + use<> {
        let now = self.start.0.elapsed().as_nanos() as f64;
        let until = ((now / self.gap) as u64 + 1).clamp(self.next, self.end);
        let (from, gap) = (std::mem::replace(&mut self.next, until), self.gap);
        let event = move |id| Due { key: id % KEYS, due: (id as f64 * gap) as u64, count: 0 };
        (from..until).map(event)
    }
}
