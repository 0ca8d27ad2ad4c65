//! Makes what sinks have prepared visible, once the checkpoint that contains it is durable.

use crate::checkpoint::{Moment, PartContent, PartKind, SavedPart};
use crate::env::Env;
use crate::error::{Error, ErrorKind, Instance, Result, Role};
use crate::event::Epoch;
use crate::metrics::CheckpointCounters;
use crate::operator;
use crate::sink::{Committer, PreparedEpoch};
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{oneshot, watch};
use tokio_util::sync::{CancellationToken, DropGuard};

/// The pauses after a commit that failed: the first, and the longest.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(10)];

/// The sinks of a job that commit.
#[derive(Default)]
pub(super) struct Commits {
    sinks: Vec<SinkCommits>,
    /// Cancelled when the attempt is over.
    stop: Option<DropGuard>,
}

/// A sink that commits.
struct SinkCommits {
    node: Arc<str>,
    /// The epochs that it has prepared and that may not be visible, in order.
    prepared: Vec<PreparedEpoch>,
    /// The epochs to make visible: those of the last durable checkpoint.
    due: watch::Sender<Vec<PreparedEpoch>>,
    /// The last epoch known to be visible.
    visible: watch::Receiver<Epoch>,
    /// Ends with what commits.
    ended: oneshot::Receiver<()>,
}

impl fmt::Debug for Commits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.sinks.iter().map(|sink| &sink.node)).finish()
    }
}

impl Commits {
    /// Those of an attempt, each with the name of its sink.
    pub(super) fn begin(
        committers: impl Iterator<Item = (Arc<str>, Box<dyn Committer>)>,
        env: &Env,
        counters: &CheckpointCounters,
    ) -> Self {
        let stop = CancellationToken::new();
        let begin = |(node, committer): (Arc<str>, _)| {
            let (due, epochs) = watch::channel(Vec::new());
            let (announce, visible) = watch::channel(Epoch(0));
            let (holds, ended) = oneshot::channel();
            let (sink, counters) = (Arc::clone(&node), counters.clone());
            let (env_of, stop) = (env.clone(), stop.clone());
            let committing = Committing { node: sink, env: env_of, stop, counters, announce };
            env.spawn(Box::pin(async move {
                committing.run(committer, epochs).await;
                drop::<oneshot::Sender<()>>(holds);
            }));
            SinkCommits { node, prepared: Vec::new(), due, visible, ended }
        };
        Self { sinks: committers.map(begin).collect(), stop: Some(stop.drop_guard()) }
    }

    /// Replaces what a sink has prepared by all its epochs that may not be visible: a start from
    /// the checkpoint makes them visible. The numbers are those of the checkpoint the job began
    /// with, and of the last one begun.
    ///
    /// # Errors
    /// Never, in practice.
    pub(super) fn prepared(
        &mut self,
        part: &mut SavedPart,
        moment: Moment,
        (base, begun): (u64, u64),
    ) -> Result<()> {
        let Some(sink) = self.sink_of(part) else { return Ok(()) };
        let epoch = Epoch(match moment {
            Moment::Barrier(epoch) => base + epoch.0,
            // Behind all that have begun.
            Moment::End => begun + 1,
        });
        if let PartContent::Whole(bytes) = &mut part.content {
            let visible = *sink.visible.borrow();
            sink.prepared.retain(|earlier| earlier.epoch > visible);
            sink.prepared.push(PreparedEpoch { epoch, bytes: std::mem::take(bytes) });
            *bytes = PreparedEpoch::encode(&sink.prepared)?;
        }
        Ok(())
    }

    /// Begins to make the epochs of a durable checkpoint visible.
    ///
    /// # Errors
    /// Never, in practice.
    pub(super) fn durable(&mut self, parts: &[SavedPart]) -> Result<()> {
        for part in parts {
            if let PartContent::Whole(bytes) = &part.content
                && let Some(sink) = self.sink_of(part)
            {
                sink.due.send_replace(PreparedEpoch::decode(bytes)?);
            }
        }
        Ok(())
    }

    fn sink_of(&mut self, part: &SavedPart) -> Option<&mut SinkCommits> {
        let mut sinks = self.sinks.iter_mut();
        sinks.find(|sink| part.kind == PartKind::Sink && sink.node == part.node)
    }

    /// Waits until all epochs of the last durable checkpoint are visible.
    ///
    /// # Errors
    /// If what commits has stopped.
    ///
    /// # Cancel safety
    /// Cancel safe.
    pub(super) async fn settled(&mut self) -> Result<()> {
        for sink in &mut self.sinks {
            let last = sink.due.borrow().last().map_or(Epoch(0), |last| last.epoch);
            let is_visible = sink.visible.wait_for(|visible| *visible >= last).await;
            is_visible.map(drop).map_err(|gone| {
                let message = "what makes its output visible has stopped";
                let error = Error::new(ErrorKind::Internal, message).caused_by(gone);
                error.of(Role::Sink, &sink.node, Instance::ONLY)
            })?;
        }
        Ok(())
    }

    /// Waits until nothing commits any more; what has begun is completed.
    pub(super) async fn end(&mut self) {
        self.stop = None;
        for SinkCommits { ended, .. } in self.sinks.drain(..) {
            ended.await.ok();
        }
    }
}

/// Commits the epochs of one sink, one checkpoint at a time.
struct Committing {
    node: Arc<str>,
    env: Env,
    stop: CancellationToken,
    counters: CheckpointCounters,
    announce: watch::Sender<Epoch>,
}

impl Committing {
    async fn run(
        self,
        mut committer: Box<dyn Committer>,
        mut due: watch::Receiver<Vec<PreparedEpoch>>,
    ) {
        let [shortest, longest] = PAUSES;
        let mut pause = shortest;
        while let Some(Ok(())) = self.stop.run_until_cancelled(due.changed()).await {
            // A later checkpoint has the epochs of an earlier one that are not visible.
            let epochs = due.borrow_and_update().clone();
            let last = epochs.last().map_or(Epoch(0), |last| last.epoch);
            let Some((back, committed)) = self.commit(committer, epochs).await else { return };
            committer = back;
            match committed {
                Ok(()) => {
                    pause = shortest;
                    self.announce.send_replace(last);
                }
                Err(error) => {
                    self.failed(error, pause);
                    due.mark_changed();
                    let pausing = self.env.clock().sleep(pause);
                    if self.stop.run_until_cancelled(pausing).await.is_none() {
                        return;
                    }
                    pause = (pause * 2).min(longest);
                }
            }
        }
    }

    /// Commits on a thread that may block; `None` if that thread is gone.
    async fn commit(
        &self,
        mut committer: Box<dyn Committer>,
        epochs: Vec<PreparedEpoch>,
    ) -> Option<(Box<dyn Committer>, Result<()>)> {
        let (done, outcome) = oneshot::channel();
        self.env.spawn_blocking(Box::new(move || {
            let commit = AssertUnwindSafe(|| committer.commit(&epochs));
            let committed = std::panic::catch_unwind(commit);
            let committed = committed.unwrap_or_else(|payload| Err(operator::panicked(&*payload)));
            done.send((committer, committed)).ok();
        }));
        outcome.await.ok()
    }

    fn failed(&self, error: Error, pause: Duration) {
        self.counters.commit_failed();
        let (sink, error) = (&*self.node, error.of(Role::Sink, &self.node, Instance::ONLY));
        tracing::warn!(sink, %error, ?pause, "the output of a checkpoint is not visible yet");
    }
}
