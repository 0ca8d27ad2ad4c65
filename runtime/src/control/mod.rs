//! What concerns a job as a whole: how it stops, its epochs, and its end where there are loops.
//!
#![doc = include_str!("README.md")]

mod epochs;
mod quiescence;

pub use epochs::{EpochSource, EpochTail, Epochs};
pub use quiescence::{Activity, LoopHead, LoopTail, Phase, Quiescence};
use tokio_util::sync::CancellationToken;

/// What all tasks of a job share; clones are of the same job.
#[derive(Debug, Clone, Default)]
pub struct JobControl {
    /// Sources stop; what is in flight is worked through.
    pub drain: CancellationToken,
    /// Everything stops at once.
    pub abort: CancellationToken,
    /// The epochs, each of which every source ends with a barrier.
    pub epochs: Epochs,
    /// When the loops, which no source ends, have come to their end.
    pub quiescence: Quiescence,
}
