//! What the tasks of a job report about its checkpoints.

use super::part::SavedPart;
use crate::error::Error;
use crate::event::{Epoch, Mark};
use std::fmt;
use tokio::sync::mpsc;

/// One of the places in a job that keep something: a source, a link with state, a sink. Numbered
/// from 0 while the job is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SaverId(pub usize);

/// Up to where a part covers what its place has received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Up to the barrier of an epoch.
    Barrier(Epoch),
    /// Up to the end of the stream: for this and every later epoch.
    End,
}

impl Moment {
    /// The moment at which a mark makes places report.
    #[must_use]
    pub fn of(mark: Mark) -> Option<Self> {
        match mark {
            Mark::Barrier(epoch) => Some(Self::Barrier(epoch)),
            Mark::End => Some(Self::End),
            Mark::Watermark(_) | Mark::Idle | Mark::Round(_) => None,
        }
    }
}

/// What one place reports.
#[derive(Debug)]
pub struct Report {
    /// The place.
    pub from: SaverId,
    /// Up to where.
    pub moment: Moment,
    /// What to keep; `None` if nothing has changed since the last part.
    ///
    /// # Errors
    /// If it cannot be written.
    pub part: Result<Option<SavedPart>, Error>,
}

/// Sends the reports of all places of a job. Clones belong to the same job.
#[derive(Clone)]
pub struct Reports(mpsc::UnboundedSender<Report>);

impl fmt::Debug for Reports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reports").finish_non_exhaustive()
    }
}

impl Reports {
    /// Reports, and where they arrive. A task never waits for a checkpoint.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "a place reports once per epoch, and at most one epoch is open"
    )]
    pub fn channel() -> (Self, mpsc::UnboundedReceiver<Report>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), receiver)
    }

    /// Sends a report. Has no effect once the job has ended.
    pub fn send(&self, report: Report) {
        self.0.send(report).ok();
    }
}
