//! The events of the jobs, and a source that can begin anywhere.

use crate::support::mixed;
use millstream::env::Env;
use millstream::mutant::Mutant;
use millstream::source::{Intake, Position, Reader, Readiness, Replayable, Source};
use millstream::time::EventTime;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::task::{Context, Poll};

/// An event: no two of a stream have the same number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Event {
    pub id: u64,
    pub key: u64,
    pub second: i64,
    /// The greatest second of the events before it, from its source; none of the first.
    pub before: Option<i64>,
}

impl Event {
    pub fn time(&self) -> EventTime {
        EventTime::from_secs(self.second)
    }
}

/// How far an event may be behind the one before, in seconds.
pub const DISORDER: u64 = 4;

/// The events of a source.
pub fn events_of(seed: u64, source: u64, count: u64) -> Arc<Vec<Event>> {
    let mut greatest = None;
    let event = |n: u64| {
        let bits = mixed(seed ^ mixed(source) ^ n);
        let second = (n / 3 + bits % (DISORDER + 1)).cast_signed();
        let before = greatest;
        greatest = before.max(Some(second));
        Event { id: source << 32 | n, key: (bits >> 8) % 5, second, before }
    };
    Arc::new((0..count).map(event).collect())
}

/// A source of these events, which has none every now and then.
pub struct Replayed {
    pub events: Arc<Vec<Event>>,
    pub seed: u64,
}

pub struct Replaying {
    events: Arc<Vec<Event>>,
    next: usize,
    polls: u64,
    seed: u64,
}

impl Source<Event> for Replayed {
    type Reader = Replaying;
    type Replay = Replayable;

    fn open(self, _: &Env) -> millstream::Result<Replaying> {
        Ok(Replaying { events: self.events, next: 0, polls: 0, seed: self.seed })
    }

    fn open_at(self, env: &Env, at: &Position) -> millstream::Result<Replaying> {
        let next = at.read()?;
        Ok(Replaying { next, ..self.open(env)? })
    }

    fn again(&self) -> Option<Self> {
        Some(Self { events: Arc::clone(&self.events), seed: mixed(self.seed) })
    }
}

impl Reader<Event> for Replaying {
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<millstream::Result<Readiness>> {
        self.polls += 1;
        if mixed(self.seed ^ self.polls).is_multiple_of(4) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let has_more = self.next < self.events.len();
        Poll::Ready(Ok(if has_more { Readiness::Events } else { Readiness::End }))
    }

    fn read(&mut self, limit: usize, into: &mut impl Intake<Event>) -> millstream::Result<()> {
        let least = 1 + mixed(self.seed ^ !self.polls) as usize % 7;
        for _ in 0..limit.min(least) {
            let Some(event) = self.events.get(self.next) else { break };
            into.event(event.clone())?;
            self.next += 1;
        }
        Ok(())
    }

    fn position(&mut self) -> millstream::Result<Option<Position>> {
        let ahead = usize::from(Mutant::PositionAhead.is_planted());
        let behind = usize::from(Mutant::PositionBehind.is_planted());
        Position::of(&(self.next + ahead).saturating_sub(behind)).map(Some)
    }
}
