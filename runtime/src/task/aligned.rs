//! The barriers that the segments of one task receive from outside.
//!
//! A segment whose barrier has come is not read from outside until that of the others has: what is
//! behind it might have to wait for room downstream, where the barrier of another segment of this
//! task is awaited; and nothing would read that. So a task sends nothing of the next epoch before
//! all its segments have sent the barrier, as an input gate does with its inputs.

use crate::event::Epoch;
use crate::stage::Run;

/// Which segments of a task are ahead of others.
#[derive(Debug)]
pub(super) struct AlignedSegments {
    /// The epoch whose barrier each receives next from outside, by segment.
    awaited: Vec<Option<Epoch>>,
    /// The least of them.
    least: Option<Epoch>,
}

impl AlignedSegments {
    pub(super) fn of(segments: &[Box<dyn Run>]) -> Self {
        let awaited: Vec<_> = segments.iter().map(|segment| segment.awaited()).collect();
        Self { least: awaited.iter().flatten().min().copied(), awaited }
    }

    /// Whether a segment has received a barrier from outside that another is yet to receive.
    pub(super) fn is_ahead(&self, segment: usize) -> bool {
        let awaited = self.awaited.get(segment).copied().flatten();
        awaited.is_some() && awaited > self.least
    }

    /// Notes what a segment that was driven receives next.
    pub(super) fn note(&mut self, at: usize, segment: &dyn Run) {
        // The only segment is ahead of none.
        if self.awaited.len() == 1 {
            return;
        }
        let Some(noted) = self.awaited.get_mut(at) else { return };
        let awaited = segment.awaited();
        if *noted != awaited {
            *noted = awaited;
            self.least = self.awaited.iter().flatten().min().copied();
        }
    }
}
