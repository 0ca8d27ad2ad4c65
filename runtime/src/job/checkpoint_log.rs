//! What is logged of checkpoints.

use crate::checkpoint::RestoredCheckpoint;
use crate::error::Error;
use crate::metrics::LastCheckpoint;
use crate::time::EventTime;

pub(super) fn log_restored(restored: Option<&RestoredCheckpoint>) {
    let Some(checkpoint) = restored else {
        tracing::info!("there is no checkpoint; the job starts from the beginning");
        return;
    };
    let manifest = checkpoint.manifest();
    let (checkpoint, finished) = (manifest.epoch, manifest.finished);
    let created = EventTime::from_micros(manifest.created);
    tracing::info!(checkpoint, %created, finished, "the job continues from a checkpoint");
}

pub(super) fn log_durable(last: &LastCheckpoint) {
    let LastCheckpoint { number: checkpoint, bytes, alignment, writing, .. } = last;
    tracing::debug!(checkpoint, bytes, ?alignment, ?writing, "the checkpoint is durable");
}

pub(super) fn log_failed(checkpoint: u64, error: &Error) {
    tracing::warn!(checkpoint, %error, "the checkpoint failed");
}
