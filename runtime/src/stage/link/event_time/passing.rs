//! What the events of a split have passed.

use crate::error::Result;
use crate::event::{ArrivalPlace, Carrying, Passed};
use crate::operator::Emit;
use crate::time::{EventTime, Watermarks};

/// The greatest watermark of a split. [`EventTime::MAX`] is that of the end alone; an event may
/// have any time.
const GREATEST: EventTime = EventTime::from_micros(i64::MAX - 1);

/// What the events of one split have passed so far: decides which of them are behind.
///
/// It follows from the events alone. When a watermark is emitted, and so heard downstream, depends
/// on batches.
pub(super) struct Passing {
    carrying: Carrying,
    /// The greatest watermark so far; never goes back, whatever the strategy returns.
    watermark: EventTime,
    /// The place of the next event that is behind.
    place: ArrivalPlace,
    /// What was last emitted for the events that follow.
    emitted: Passed,
    /// Which events are asked about.
    asked: Asked,
}

/// Of which events it is asked what their split had passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// Those that may be behind.
    Suspects,
    /// All: something else was emitted for the last one, or all carry it.
    All,
}

impl Asked {
    fn after(emitted: Passed, carrying: Carrying) -> Self {
        let is_reset = emitted.is_nothing() && carrying == Carrying::Behind;
        if is_reset { Self::Suspects } else { Self::All }
    }
}

impl Passing {
    pub(super) fn new(carrying: Carrying, place: ArrivalPlace) -> Self {
        let (watermark, emitted) = (EventTime::MIN, Passed::NOTHING);
        let asked = Asked::after(emitted, carrying);
        Self { carrying, watermark, place, emitted, asked }
    }

    /// What a checkpoint keeps: the greatest watermark, and the place of the next event behind it.
    pub(super) fn save(&self) -> (EventTime, ArrivalPlace) {
        (self.watermark, self.place)
    }

    /// Goes on from what [`save`](Self::save) has returned.
    pub(super) fn restore(&mut self, (watermark, place): (EventTime, ArrivalPlace)) {
        self.watermark = self.watermark.max(watermark);
        self.place = self.place.max(place);
    }

    /// The time before which an event needs an [`answer`](Self::answer).
    #[inline(always)]
    pub(super) fn suspect<T, W: Watermarks<T>>(&self, strategy: Option<&W>) -> EventTime {
        match (self.asked, strategy) {
            (Asked::Suspects, Some(strategy)) => strategy.suspect_until(),
            _ => EventTime::MAX,
        }
    }

    /// Advances to the watermark that a strategy returns; returns the greatest so far.
    pub(super) fn advance(&mut self, watermark: EventTime) -> EventTime {
        self.watermark = self.watermark.max(watermark.min(GREATEST));
        self.watermark
    }

    /// Advances to the watermark of a clock, of which the strategy knows nothing.
    pub(super) fn follow(&mut self, watermark: EventTime) {
        self.advance(watermark);
        self.asked = Asked::All;
    }

    /// Emits what the split had passed before an event at `time`, when the strategy returned
    /// `watermark`.
    #[inline(never)]
    pub(super) fn answer<T>(
        &mut self,
        time: EventTime,
        watermark: EventTime,
        into: &mut impl Emit<T>,
    ) -> Result<()> {
        let watermark = self.advance(watermark);
        let passed = if time < watermark {
            Passed { watermark, place: self.place.take_next() }
        } else {
            self.carrying.by_time(watermark)
        };
        self.emit(passed, into)
    }

    /// Emits that an event is further ahead of the clock than its split may be.
    #[cold]
    pub(super) fn refuse<T>(&mut self, into: &mut impl Emit<T>) -> Result<()> {
        self.emit(Passed::EVERYTHING, into)
    }

    /// Emits that nothing is passed, at the end of a batch.
    pub(super) fn reset<T>(&mut self, into: &mut impl Emit<T>) -> Result<()> {
        self.emit(Passed::NOTHING, into)
    }

    fn emit<T>(&mut self, passed: Passed, into: &mut impl Emit<T>) -> Result<()> {
        self.asked = Asked::after(passed, self.carrying);
        if passed == self.emitted {
            return Ok(());
        }
        self.emitted = passed;
        into.passed(passed)
    }
}
