//! A source that ticks.

use crate::env::{Alarm, Env};
use crate::error::Result;
use crate::source::{Intake, Position, Reader, Readiness, Source, Unreplayable};
use crate::time::{EventTime, Monotonic};
use std::fmt;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// Emits a tick at every interval of the job's clock: for work that is due whether or not there are
/// events, such as polling a service or reporting a state.
///
/// The event is the wall time of the tick, an [`EventTime`]. The first comes one interval after the
/// start. If the job is too slow, ticks are skipped, not queued: there is at most one at hand, and
/// the next is due at the next multiple of the interval. The source never ends; the job runs until
/// it is drained. An interval below one millisecond counts as one millisecond. This needs a runtime
/// with time enabled, as under `#[tokio::main]`. Not replayable: the position is the number of
/// ticks, and after a restart the first tick comes one interval later; those between are skipped.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> millstream::Result<()> {
/// let ticks = Collected::new();
/// let topology = topology!(
///     source(every(100.millis())) >> map(|_: EventTime| "tick") >> sink(ticks.sink()),
/// );
/// let mut job = topology.start(Config::default())?;
/// tokio::time::sleep(250.millis()).await;
/// job.drain().await?;
/// assert_eq!(ticks.take(), ["tick", "tick"]);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn every(interval: Duration) -> Every {
    Every { interval: interval.max(Duration::from_millis(1)) }
}

/// A source of ticks, made by [`every`].
#[derive(Debug, Clone, Copy)]
pub struct Every {
    interval: Duration,
}

/// The reader of [`Every`].
pub struct Ticks {
    interval: Duration,
    /// When the next tick is due.
    next: Monotonic,
    env: Env,
    alarm: Alarm,
    is_due: bool,
    ticks: u64,
}

impl fmt::Debug for Ticks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticks").field("next", &self.next).finish_non_exhaustive()
    }
}

#[diagnostic::do_not_recommend]
impl Source<EventTime> for Every {
    type Reader = Ticks;
    type Replay = Unreplayable;

    fn open(self, env: &Env) -> Result<Ticks> {
        let mut alarm = Alarm::new(env.clone());
        let next = alarm.now().plus(self.interval);
        alarm.set(Some(next));
        Ok(Ticks {
            interval: self.interval,
            next,
            env: env.clone(),
            alarm,
            is_due: false,
            ticks: 0,
        })
    }

    fn open_at(self, env: &Env, at: &Position) -> Result<Ticks> {
        let ticks = at.read()?;
        Ok(Ticks { ticks, ..<Self as Source<EventTime>>::open(self, env)? })
    }
}

impl Reader<EventTime> for Ticks {
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<Readiness>> {
        if !self.is_due {
            ready!(self.alarm.poll(cx));
            self.is_due = true;
        }
        Poll::Ready(Ok(Readiness::Events))
    }

    fn read(&mut self, _: usize, into: &mut impl Intake<EventTime>) -> Result<()> {
        if !std::mem::take(&mut self.is_due) {
            return Ok(());
        }
        let late = self.alarm.now().since(self.next);
        let skipped = late.as_nanos() / self.interval.as_nanos().max(1);
        let intervals = u32::try_from(skipped).unwrap_or(u32::MAX).saturating_add(1);
        self.next = self.next.plus(self.interval.saturating_mul(intervals));
        self.alarm.set(Some(self.next));
        self.ticks += 1;
        into.event(self.env.clock().wall())
    }

    fn position(&mut self) -> Result<Option<Position>> {
        Position::of(&self.ticks).map(Some)
    }
}
