//! Assigns event time and emits watermarks.

mod activity;
mod passing;
mod saved;

use self::activity::{Elapsed, SplitTime};
use self::passing::Passing;
pub use self::saved::RestoredWatermark;
use self::saved::SavedSplit;
use super::{DueTurn, Link};
use crate::checkpoint::{PartKind, RowsWriter};
use crate::control::DriftSplit;
use crate::env::Env;
use crate::error::Result;
use crate::event::{ArrivalPlace, Carrying, Mark, Meta, Passed};
use crate::key::Key;
use crate::metrics::InstanceCounters;
use crate::mutant::Mutant;
use crate::operator::{AtEventOf, Emit, NoSnapshot, OperatorPlace, Snapshot, Uncounted};
use crate::state::{Durable, Kept, Memory, WrittenShapes};
use crate::time::{EventTime, Watermarks};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

/// Assigns event time to each event, emits a watermark after each batch that advances it, and an
/// idle mark once the stream has had no events for the strategy's timeout.
pub struct TimeAssigner<T, F, W, D> {
    /// Extracts the event time of an event.
    time: F,
    /// Names the node if that or the strategy panics.
    place: OperatorPlace,
    /// Observes events and computes watermarks; taken out while a batch is driven.
    strategy: Option<W>,
    /// What the events so far have passed.
    passing: Passing,
    /// The last watermark emitted, and whether there are events.
    progress: SplitTime,
    /// How far an event may be ahead of the clock.
    bound: ClockBound,
    /// What the checkpoint has that the job begins with, until all of it is read.
    restored: Option<SavedSplit>,
    /// What to emit before all else, because the job begins with a checkpoint.
    resumed: FirstMark,
    events: PhantomData<fn(T) -> D>,
}

/// What a split emits first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FirstMark {
    /// Nothing: it begins, or has emitted it.
    Nothing,
    /// Its watermark, which has to reach every input downstream again.
    Watermark,
    /// Its watermark, and that it is idle.
    Idle,
}

/// A split during a turn, on the stack.
#[derive(Debug)]
pub struct OpenSplit<W> {
    strategy: Option<W>,
    /// Events before this time may be behind, or carry something other than the last one.
    suspect: EventTime,
}

impl<T, F, W, D> fmt::Debug for TimeAssigner<T, F, W, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimeAssigner")
            .field("watermark", &self.progress.watermark())
            .finish_non_exhaustive()
    }
}

impl<T, F, W: Watermarks<T>, D> TimeAssigner<T, F, W, D> {
    /// Extracts event time by `time`, and computes watermarks by `strategy`. The late events of the
    /// split are numbered from `first`. Reports to `drift`, and shows in the counters, how far the
    /// split is.
    pub fn new(
        time: F,
        (strategy, carrying): (W, Carrying),
        (place, first): (OperatorPlace, ArrivalPlace),
        (env, (drift, shown)): (Env, (Option<DriftSplit>, Arc<InstanceCounters>)),
    ) -> Self {
        let bound =
            ClockBound { ahead: strategy.at_most_ahead(), limit: EventTime::MAX, env: env.clone() };
        let progress = SplitTime::new(strategy.idleness(), env, (drift, shown));
        let (passing, strategy) = (Passing::new(carrying, first), Some(strategy));
        Self {
            time,
            place,
            strategy,
            passing,
            progress,
            bound,
            restored: None,
            resumed: FirstMark::Nothing,
            events: PhantomData,
        }
    }
}

impl<T, F, W: Watermarks<T>, D> TimeAssigner<T, F, W, D> {
    /// The time before which an event may be behind.
    #[inline(always)]
    fn suspect(&self, strategy: Option<&W>) -> EventTime {
        watched(&self.place, &NoSnapshot, || self.passing.suspect(strategy))
    }

    /// Emits the watermark that the split had at the checkpoint.
    #[cold]
    fn resume<E: Emit<T>>(&mut self, into: &mut E) -> Result<DueTurn> {
        let resumed = std::mem::replace(&mut self.resumed, FirstMark::Nothing);
        let watermark = self.progress.watermark();
        if watermark > EventTime::MIN {
            into.mark(Mark::Watermark(watermark))?;
        }
        Ok(if resumed == FirstMark::Idle { DueTurn::Idle } else { DueTurn::Batch })
    }

    /// Emits a watermark that follows the clock.
    fn follow<E: Emit<T>>(&mut self, watermark: EventTime, into: &mut E) -> Result<()> {
        self.passing.follow(watermark);
        match self.progress.advance(watermark, 0) {
            Some(watermark) => into.mark(Mark::Watermark(watermark)),
            None => Ok(()),
        }
    }
}

/// Calls user code, which is named if it panics.
#[inline(always)]
fn watched<R>(place: &OperatorPlace, shown: &impl Snapshot, work: impl FnOnce() -> R) -> R {
    let watch = place.watch(Uncounted, shown);
    let result = work();
    watch.end();
    result
}

/// How far an event may be ahead of the job's clock; read once a turn.
struct ClockBound {
    ahead: Duration,
    /// The greatest time that counts.
    limit: EventTime,
    env: Env,
}

impl ClockBound {
    fn read_clock(&mut self) {
        self.limit = self.env.clock().wall() + self.ahead;
    }
}

impl<T, F, W, D> Link<T> for TimeAssigner<T, F, W, D>
where
    D: Memory,
    T: Send + 'static,
    F: Fn(&T) -> EventTime + Send + 'static,
    W: Watermarks<T>,
{
    type Out = T;
    type Hot = OpenSplit<W>;
    const WAITS: bool = true;
    const KEEPS: Option<PartKind> = if D::DURABLE { Some(PartKind::EventTime) } else { None };

    #[inline(always)]
    fn begin(&mut self) -> OpenSplit<W> {
        if const { W::BOUNDED } {
            self.bound.read_clock();
        }
        let strategy = self.strategy.take();
        let suspect = self.suspect(strategy.as_ref());
        OpenSplit { strategy, suspect }
    }

    #[inline(always)]
    fn finish(&mut self, split: OpenSplit<W>) {
        self.strategy = split.strategy;
    }

    #[inline(always)]
    fn event<E: Emit<T>>(
        &mut self,
        split: &mut OpenSplit<W>,
        value: T,
        (meta, _): (Meta, EventTime),
        into: &mut E,
    ) -> Result<()> {
        // Without the number of the event: to have that after a panic would cost every event.
        let place = &self.place;
        let time = watched(place, &NoSnapshot, || (self.time)(&value));
        if let Some(strategy) = &mut split.strategy {
            if const { W::BOUNDED } && time > self.bound.limit {
                self.passing.refuse(into)?;
                split.suspect = EventTime::MAX;
            } else if time < split.suspect {
                let watermark = watched(place, &AtEventOf(time), || strategy.watermark());
                self.passing.answer(time, watermark, into)?;
                split.suspect = watched(place, &AtEventOf(time), || {
                    strategy.observe(&value, time);
                    self.passing.suspect(Some(&*strategy))
                });
            } else {
                split.suspect = watched(place, &AtEventOf(time), || {
                    strategy.observe(&value, time);
                    strategy.suspect_until()
                });
            }
        }
        into.emit(value, Meta { time, ..meta })
    }

    /// Drops what splits of another event time had passed.
    fn passed(&mut self, _: Passed) -> Option<Passed> {
        None
    }

    /// Drops watermarks from upstream, which are of another event time than the one assigned here;
    /// except for the last, which releases everything.
    #[inline(always)]
    fn watermark<E: Emit<T>>(
        &mut self,
        _: &mut OpenSplit<W>,
        watermark: EventTime,
        _: &mut E,
    ) -> Result<Option<EventTime>> {
        if watermark < EventTime::MAX {
            return Ok(None);
        }
        self.progress.close();
        Ok(Some(watermark))
    }

    /// Another side of a join may be driven before this batch goes on.
    #[inline(always)]
    fn slice_end<E: Emit<T>>(&mut self, split: &mut OpenSplit<W>, into: &mut E) -> Result<()> {
        self.passing.reset(into)?;
        split.suspect = self.suspect(split.strategy.as_ref());
        Ok(())
    }

    #[inline(always)]
    fn batch_end<E: Emit<T>>(
        &mut self,
        split: &mut OpenSplit<W>,
        events: u64,
        into: &mut E,
    ) -> Result<u64> {
        let watermark = watched(&self.place, &NoSnapshot, || {
            split.strategy.as_mut().map_or(EventTime::MIN, Watermarks::watermark)
        });
        let watermark = self.passing.advance(watermark);
        self.passing.reset(into)?;
        split.suspect = self.suspect(split.strategy.as_ref());
        if let Some(watermark) = self.progress.advance(watermark, events) {
            into.mark(Mark::Watermark(watermark))?;
        }
        if events == 0 {
            match self.progress.elapse() {
                Elapsed::Nothing => {}
                Elapsed::Idle => into.mark(Mark::Idle)?,
                Elapsed::To(watermark) => self.follow(watermark, into)?,
            }
        }
        Ok(events)
    }

    fn save(&mut self, split: &mut OpenSplit<W>, into: &mut RowsWriter) -> Result<()> {
        let strategy = split.strategy.as_ref().and_then(Watermarks::save);
        let ((watermark, place), is_idle) = (self.passing.save(), self.progress.is_idle());
        let is_idle = is_idle && !Mutant::IdleNotSaved.is_planted();
        let saved = SavedSplit { strategy, watermark, place, is_idle };
        let group = into.groups().of(().key_hash());
        into.put_with(group, |_| Ok(()), |bytes| Kept::<Durable>::write(&saved, bytes))
    }

    fn restore(&mut self, _: &[u8], mut value: &[u8], _: &WrittenShapes) -> Result<()> {
        let saved: SavedSplit = Kept::<Durable>::read(&mut value)?;
        // With another number of instances there are several.
        self.restored = Some(match self.restored.take() {
            Some(other) => other.least(saved),
            None => saved,
        });
        Ok(())
    }

    fn resume(&mut self) -> EventTime {
        let Some(SavedSplit { strategy, watermark, place, is_idle }) = self.restored.take() else {
            return EventTime::MIN;
        };
        if Mutant::WatermarkNotRestored.is_planted() {
            return EventTime::MIN;
        }
        if let (Some(own), Some(saved)) = (&mut self.strategy, strategy) {
            own.restore(saved);
        }
        self.passing.restore((watermark, place));
        self.progress.restore(watermark, is_idle);
        self.resumed = if is_idle { FirstMark::Idle } else { FirstMark::Watermark };
        EventTime::MIN
    }

    fn is_due(&self) -> bool {
        self.progress.is_due() || (D::DURABLE && self.resumed != FirstMark::Nothing)
    }

    #[inline(always)]
    fn due<E: Emit<T>>(
        &mut self,
        _: &mut OpenSplit<W>,
        _: EventTime,
        into: &mut E,
    ) -> Result<DueTurn> {
        if const { D::DURABLE } && self.resumed != FirstMark::Nothing {
            return self.resume(into);
        }
        Ok(match self.progress.take_due() {
            Elapsed::Nothing => DueTurn::Nothing,
            Elapsed::Idle => DueTurn::Idle,
            Elapsed::To(watermark) => {
                self.follow(watermark, into)?;
                DueTurn::Batch
            }
        })
    }

    fn poll_due(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if D::DURABLE && self.resumed != FirstMark::Nothing {
            return Poll::Ready(());
        }
        self.progress.poll(cx)
    }

    fn interrupt(&mut self) {
        self.progress.interrupt();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(strategy: i64, watermark: i64, is_idle: bool) -> SavedSplit {
        let (strategy, watermark) =
            (EventTime::from_secs(strategy), EventTime::from_secs(watermark));
        SavedSplit {
            strategy: Some(strategy),
            watermark,
            place: ArrivalPlace::first_of(0),
            is_idle,
        }
    }

    #[test]
    fn a_split_in_the_place_of_several_begins_with_the_least_of_the_active_ones() {
        let shown = |split: SavedSplit| (split.strategy, split.watermark, split.is_idle);
        for (one, other, least) in [
            (split(9, 7, false), split(5, 3, false), split(5, 3, false)),
            (split(9, 7, false), split(5, 3, true), split(9, 7, false)),
            (split(5, 3, true), split(9, 7, true), split(5, 3, true)),
        ] {
            let expected = shown(least);
            let both = format!("{one:?} {other:?}");
            assert_eq!(shown(one.least(other)), expected, "{both}");
        }
        let idle_first = split(5, 3, true).least(split(9, 7, false));
        assert_eq!(shown(idle_first), shown(split(9, 7, false)));
    }
}
