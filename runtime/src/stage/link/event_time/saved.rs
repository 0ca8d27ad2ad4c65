//! What checkpoints keep of a split.

use crate::error::Result;
use crate::event::ArrivalPlace;
use crate::state::{Durable, Kept};
use crate::time::EventTime;
use serde::{Deserialize, Serialize};

/// What a checkpoint keeps of a split.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SavedSplit {
    pub(super) strategy: Option<EventTime>,
    pub(super) watermark: EventTime,
    pub(super) place: ArrivalPlace,
    pub(super) is_idle: bool,
}

impl SavedSplit {
    /// What a split begins with that takes the place of both: no event is late for it that was on
    /// time for either.
    pub(super) fn least(self, other: Self) -> Self {
        let (one, other) = match (self.is_idle, other.is_idle) {
            (true, false) => (other, self),
            _ => (self, other),
        };
        let place = one.place.max(other.place);
        if one.is_idle != other.is_idle {
            return Self { place, ..one };
        }
        let watermark = one.watermark.min(other.watermark);
        Self { strategy: one.strategy.min(other.strategy), watermark, place, is_idle: one.is_idle }
    }
}

/// The watermark of the splits that a checkpoint has, as it reaches who receives their events: the
/// least of those that are not idle, or else the greatest.
#[derive(Debug, Default)]
pub struct RestoredWatermark {
    active: Option<EventTime>,
    idle: Option<EventTime>,
}

impl RestoredWatermark {
    /// Adds a split by its row.
    ///
    /// # Errors
    /// If the bytes are those of another type.
    pub fn add(&mut self, mut row: &[u8]) -> Result<()> {
        let SavedSplit { watermark, is_idle, .. } = Kept::<Durable>::read(&mut row)?;
        match is_idle {
            true => self.idle = self.idle.max(Some(watermark)),
            false => {
                let least = self.active.map_or(watermark, |least| least.min(watermark));
                self.active = Some(least);
            }
        }
        Ok(())
    }

    /// The watermark; [`EventTime::MIN`] without splits.
    #[must_use]
    pub fn watermark(&self) -> EventTime {
        self.active.or(self.idle).unwrap_or(EventTime::MIN)
    }
}
