//! Takes the checkpoints of a running job.

use super::Config;
use super::claim::Claim;
use super::description::{compare, manifest};
use crate::checkpoint::{
    CheckpointDirectory, Manifest, Protocol, Report, Reports, RestoredCheckpoint, SavedPart,
    WrittenCheckpoint,
};
use crate::control::JobControl;
use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::event::Epoch;
use crate::lowering::Keeping;
use crate::plan::Plan;
use crate::time::{EventTime, Monotonic};
use crate::topology::{Declaration, Delivery, NodeId};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot::error::TryRecvError;
use tokio::sync::{mpsc, oneshot};

/// How soon a suspended job tries again to begin its last epoch, while another is open.
const RETRY: Duration = Duration::from_millis(1);

/// The checkpoints of a job: begins epochs, collects what its places report, and writes it.
///
/// The decisions are those of [`Protocol`]; here are the clock and the disk.
pub(super) struct Checkpoints {
    directory: Arc<CheckpointDirectory>,
    reports: mpsc::UnboundedReceiver<Report>,
    protocol: Protocol,
    /// Describes the job; the number is that of the last checkpoint.
    manifest: Manifest,
    /// The number of the checkpoint that the job began with.
    base: u64,
    /// What takes possession of files; nothing if they are the job's own already.
    claim: Option<Claim>,
    /// The number of the last checkpoint begun; none is used twice.
    begun: u64,
    every: Duration,
    env: Env,
    /// The checkpoint that is being written.
    writing: Option<Writing>,
    /// End with the threads that have the directory: with the last of them it can be taken again.
    threads: Vec<oneshot::Receiver<()>>,
}

/// A checkpoint that is being written, beside everything else.
struct Writing {
    number: u64,
    began: Monotonic,
    /// How it ended, with the parts: they belong to the next if it failed.
    outcome: oneshot::Receiver<(Result<WrittenCheckpoint>, Vec<SavedPart>)>,
}

impl fmt::Debug for Checkpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checkpoints").field("protocol", &self.protocol).finish_non_exhaustive()
    }
}

/// How writing a checkpoint ended.
struct Ended {
    number: u64,
    began: Monotonic,
    written: Result<WrittenCheckpoint>,
    parts: Vec<SavedPart>,
}

/// Waits for the checkpoint that is being written; for ever if there is none.
///
/// # Cancel safety
/// Cancel safe: it can be waited for again.
async fn outcome_of(writing: &mut Option<Writing>) -> Ended {
    let Some(Writing { number, began, outcome }) = writing else {
        return std::future::pending().await;
    };
    let (written, parts) = outcome.await.unwrap_or_else(|_gone| (Err(not_written()), Vec::new()));
    let ended = Ended { number: *number, began: *began, written, parts };
    *writing = None;
    ended
}

/// How a suspension proceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Suspension {
    /// None is asked for.
    None,
    /// The last epoch is to begin once no other is open.
    Asked,
    /// The last epoch is open.
    Begun,
}

impl Checkpoints {
    /// Opens the directory of a job that needs checkpoints, and reads the last one.
    ///
    /// # Errors
    /// If the job has no directory, it cannot be used, or the checkpoint in it is of another job.
    pub(super) fn open(
        config: &Config,
        declaration: &Declaration,
        plan: &Plan,
    ) -> Result<Option<(Self, Keeping)>> {
        if declaration.delivery() == Delivery::AtMostOnce {
            return Ok(None);
        }
        let path = config.checkpoints.as_deref().ok_or_else(|| without_place(declaration))?;
        let directory = CheckpointDirectory::open(&config.env, path, declaration.name())?;
        let restored = directory.latest()?;
        if let Some(checkpoint) = &restored {
            compare(checkpoint.manifest(), declaration, plan)?;
        }
        let mut described = manifest(declaration, plan);
        let claim = Claim::new(declaration, &mut described, restored.as_ref())?;
        let base = directory.last_epoch();
        log_restored(restored.as_ref());
        let (sender, reports) = Reports::channel();
        let keeping = Keeping::new(
            (sender, declaration.key_groups()),
            declaration.numbered_nodes(),
            restored,
        );
        let checkpoints = Self {
            directory: Arc::new(directory),
            reports,
            protocol: Protocol::new(0),
            manifest: Manifest { epoch: base, ..described },
            base,
            claim,
            begun: base,
            every: config.checkpoint_every,
            env: config.env.clone(),
            writing: None,
            threads: Vec::new(),
        };
        Ok(Some((checkpoints, keeping)))
    }

    /// Takes possession of the files that sinks write for the first time: writes a checkpoint that
    /// names them, with the state that the job begins with.
    ///
    /// From here on a start replaces these files, since they are those of the job. So before it,
    /// none of them may exist.
    ///
    /// # Errors
    /// If one of them exists, or if the checkpoint cannot be written.
    pub(super) fn possess(&mut self, declaration: &Declaration) -> Result<()> {
        let Some(claim) = self.claim.take() else {
            return Ok(());
        };
        let manifest = claim.check(declaration, &self.env)?;
        let (epoch, created) = (self.base + 1, self.env.clock().wall().as_micros());
        self.directory.write(&Manifest { epoch, created, ..manifest }, &[])?;
        (self.base, self.begun, self.manifest.epoch) = (epoch, epoch, epoch);
        Ok(())
    }

    /// Notes which nodes report, once for each place, after the job is laid out.
    pub(super) fn begin_with(&mut self, places: &[NodeId]) {
        self.protocol = Protocol::new(places.len());
        for NodeId(place) in places {
            if let Some(node) = self.manifest.nodes.get_mut(*place) {
                node.stateful = true;
            }
        }
    }

    /// Takes a checkpoint at each interval, until the job is suspended.
    ///
    /// # Errors
    /// If a place cannot report what it keeps, or if the last checkpoint of a suspended job cannot
    /// be written.
    pub(super) async fn run(&mut self, control: &JobControl) -> Result<()> {
        let clock = self.env.clone();
        let mut tick = clock.clock().sleep(self.every);
        let mut suspension = Suspension::None;
        loop {
            tokio::select! {
                biased;
                Some(report) = self.reports.recv() => self.receive(report)?,
                written = outcome_of(&mut self.writing) => {
                    let durable = self.note(written);
                    if suspension == Suspension::Begun {
                        return durable;
                    }
                }
                () = control.suspend.cancelled(), if suspension == Suspension::None => {
                    suspension = Suspension::Asked;
                    tick = clock.clock().sleep(Duration::ZERO);
                }
                () = &mut tick => {
                    let wait = match suspension {
                        Suspension::None => {
                            if self.protocol.open().is_none() {
                                self.begin(control.epochs.begin());
                            }
                            self.every
                        }
                        Suspension::Asked => {
                            if self.begin_last(control) {
                                suspension = Suspension::Begun;
                            }
                            RETRY
                        }
                        Suspension::Begun => self.every,
                    };
                    tick = clock.clock().sleep(wait);
                }
            }
        }
    }

    /// Opens the checkpoint of an epoch that has begun.
    fn begin(&mut self, begun: Option<Epoch>) {
        if let Some(epoch) = begun {
            self.begun = self.base + epoch.0;
            let opened = self.protocol.begin(epoch);
            debug_assert!(opened, "an epoch begins only after the last checkpoint");
            // There may be nobody left to report.
            if let Some(epoch) = self.protocol.complete() {
                self.write(self.base + epoch.0);
            }
        }
    }

    /// Begins the last epoch of a suspended job, unless a checkpoint is open.
    fn begin_last(&mut self, control: &JobControl) -> bool {
        if self.protocol.open().is_some() {
            return false;
        }
        let begun = control.epochs.begin_last();
        self.begin(begun);
        begun.is_some()
    }

    /// Receives a report, and begins to write the checkpoint if it is complete.
    ///
    /// # Errors
    /// If a place could not report what it keeps.
    fn receive(&mut self, report: Report) -> Result<()> {
        if let Some(epoch) = self.protocol.receive(report)? {
            self.write(self.base + epoch.0);
        }
        Ok(())
    }

    /// Begins to write the checkpoint that is complete.
    fn write(&mut self, number: u64) {
        let began = self.env.clock().monotonic();
        let created = self.env.clock().wall().as_micros();
        let manifest = Manifest { epoch: number, created, ..self.manifest.clone() };
        let (directory, parts) = (Arc::clone(&self.directory), self.protocol.take_parts());
        let (done, outcome) = oneshot::channel();
        let (holds, ends) = oneshot::channel::<()>();
        self.threads.retain_mut(|thread| thread.try_recv() == Err(TryRecvError::Empty));
        self.threads.push(ends);
        let work = move || {
            let written = directory.write(&manifest, &parts);
            done.send((written, parts)).ok();
            if directory.wants_compaction()
                && let Err(error) = directory.compact()
            {
                tracing::warn!(%error, "checkpoints cannot be merged; they stay as they are");
            }
            drop((directory, holds));
        };
        self.env.spawn_blocking(Box::new(work));
        self.writing = Some(Writing { number, began, outcome });
    }

    /// Notes how writing a checkpoint ended.
    ///
    /// # Errors
    /// If it is not durable; the job continues.
    fn note(&mut self, ended: Ended) -> Result<()> {
        let Ended { number, began, written, parts } = ended;
        let took = self.env.clock().monotonic().since(began);
        match written {
            Ok(written) => {
                self.protocol.durable();
                self.manifest.epoch = number;
                log_durable(number, written.bytes, took);
                Ok(())
            }
            Err(error) => {
                self.protocol.failed(parts);
                log_failed(number, &error);
                Err(error)
            }
        }
    }

    /// Waits until no thread has the directory: the next start takes it again.
    pub(super) async fn release(&mut self) {
        for thread in self.threads.drain(..) {
            thread.await.ok();
        }
    }

    /// Takes the last checkpoint of a job whose tasks have all ended, at the end of their input.
    ///
    /// # Errors
    /// If a place could not report what it keeps, or if the checkpoint cannot be written.
    pub(super) async fn finish(&mut self) -> Result<()> {
        // Sinks may still wait for the disk. No report follows once all of them are done.
        while let Some(report) = self.reports.recv().await {
            self.receive(report)?;
        }
        if self.writing.is_some() {
            let ended = outcome_of(&mut self.writing).await;
            self.note(ended).ok();
        }
        if !self.protocol.have_all_ended() {
            return Err(not_written());
        }
        self.manifest.finished = true;
        self.write(self.begun + 1);
        let ended = outcome_of(&mut self.writing).await;
        self.note(ended)
    }
}

fn log_durable(checkpoint: u64, bytes: u64, took: Duration) {
    tracing::debug!(checkpoint, bytes, ?took, "the checkpoint is durable");
}

fn log_failed(checkpoint: u64, error: &Error) {
    tracing::warn!(checkpoint, %error, "the checkpoint failed; the job goes on");
}

fn log_restored(restored: Option<&RestoredCheckpoint>) {
    let Some(checkpoint) = restored else {
        tracing::info!("there is no checkpoint; the job starts from the beginning");
        return;
    };
    let manifest = checkpoint.manifest();
    let (checkpoint, finished) = (manifest.epoch, manifest.finished);
    let created = EventTime::from_micros(manifest.created);
    tracing::info!(checkpoint, %created, finished, "the job continues from a checkpoint");
}

/// The error of a job that needs checkpoints and has no place for them.
fn without_place(declaration: &Declaration) -> Error {
    let (job, delivery) = (declaration.name(), declaration.delivery());
    let message = format!("job `{job}` is `{delivery}` and has no directory for its checkpoints");
    Error::new(ErrorKind::Config, message).help(
        "set one by `Config::checkpoints(dir)` or MILLSTREAM_CHECKPOINTS, or promise \
         `at_most_once`",
    )
}

fn not_written() -> Error {
    let message = "the last checkpoint was not taken, since a task ended without its part";
    Error::new(ErrorKind::Checkpoint, message)
}
