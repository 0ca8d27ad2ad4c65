//! What to do with an event that is behind its split.

use crate::time::EventTime;

/// What to do with an event that is behind its split.
///
/// When a watermark reaches a store depends on batches and on other splits. So an event whose
/// effect would differ waits until the store has passed the watermark that the event's split had
/// passed. [`Hold`](Self::Hold) is always right; the others are cheaper where they fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Insert it now: none of its windows ends by the split's watermark.
    Insert,
    /// Insert it when the store's watermark is exactly that of the split.
    Hold,
    /// It is late: all its windows are closed by the split's watermark.
    Late,
}

impl Verdict {
    /// The verdict on an event whose windows end from `first` to `last`, and are kept for
    /// `lateness` after that.
    pub(in crate::window) fn of(
        (first, last): (EventTime, EventTime),
        passed: EventTime,
        lateness: i64,
    ) -> Self {
        if last.as_micros().saturating_add(lateness) <= passed.as_micros() {
            Self::Late
        } else if first <= passed {
            Self::Hold
        } else {
            Self::Insert
        }
    }
}
