//! Checkpoints that were skipped as damaged, in a job whose sinks commit.

use crate::checkpoint::RestoredCheckpoint;
use crate::error::{Error, ErrorKind, Instance, Result, Role};
use crate::sink::RepeatEffect;
use crate::topology::{Declaration, Delivery, NodeKind};
use std::sync::Arc;

/// Refuses to begin with a checkpoint behind which sinks may have made output visible: its events
/// would be read again, and be visible twice.
///
/// Sinks that are cut back, or idempotent, write the same again, so they may begin with it.
pub(super) fn check(declaration: &Declaration, restored: &RestoredCheckpoint) -> Result<()> {
    let Some(newest) = restored.skipped().first() else { return Ok(()) };
    let commits = NodeKind::Sink(RepeatEffect::Commits);
    let sink = declaration.nodes().iter().find(|node| node.kind == commits);
    let Some(sink) = sink.filter(|_| declaration.delivery() == Delivery::ExactlyOnce) else {
        return Ok(());
    };
    let message = format!(
        "cannot go back to checkpoint {}: what it has made visible since then would be visible \
         twice",
        restored.epoch()
    );
    let error = Error::new(ErrorKind::Checkpoint, message).caused_by(newest.clone());
    Err(error.of(Role::Sink, &Arc::from(&*sink.name), Instance::ONLY).help(
        "restore the newest checkpoint from a copy; to go back all the same, take away what has \
         become visible since, and add `.abandoned` to the names of all later checkpoints",
    ))
}
