//! A checkpoint while it is written to the disk.

use crate::checkpoint::{SavedPart, WrittenCheckpoint};
use crate::error::{Error, ErrorKind, Result};
use crate::time::Monotonic;
use std::time::Duration;
use tokio::sync::oneshot;

/// A checkpoint that is being written, beside everything else.
pub(super) struct Writing {
    pub(super) number: u64,
    pub(super) began: Monotonic,
    /// How long collecting its parts took.
    pub(super) alignment: Duration,
    /// How it ended, with the parts: they belong to the next if it failed.
    pub(super) outcome: oneshot::Receiver<(Result<WrittenCheckpoint>, Vec<SavedPart>)>,
}

/// How writing a checkpoint ended.
pub(super) struct Ended {
    pub(super) number: u64,
    pub(super) began: Monotonic,
    pub(super) alignment: Duration,
    pub(super) written: Result<WrittenCheckpoint>,
    pub(super) parts: Vec<SavedPart>,
}

/// Waits for the checkpoint that is being written; for ever if there is none.
///
/// # Cancel safety
/// Cancel safe: it can be waited for again.
pub(super) async fn outcome_of(writing: &mut Option<Writing>) -> Ended {
    let Some(Writing { number, began, alignment, outcome }) = writing else {
        return std::future::pending().await;
    };
    let (written, parts) = outcome.await.unwrap_or_else(|_gone| (Err(stopped()), Vec::new()));
    let (number, began, alignment) = (*number, *began, *alignment);
    let ended = Ended { number, began, alignment, written, parts };
    *writing = None;
    ended
}

/// The error of a job whose last checkpoint was not taken.
pub(super) fn not_written() -> Error {
    let message = "the last checkpoint was not taken, since a task ended without its part";
    Error::new(ErrorKind::Checkpoint, message)
}

/// The error of a thread that ended without an answer: the parts it had are lost.
fn stopped() -> Error {
    let message = "what writes the checkpoints has stopped";
    Error::new(ErrorKind::Internal, message)
}

/// Whether no later checkpoint can be written, or would lack something.
pub(super) fn is_final(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::TakenOver | ErrorKind::Internal)
}
