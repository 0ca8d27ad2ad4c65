//! Takes the checkpoints of a running job.

use super::Config;
use super::checkpoint_log::{log_durable, log_failed, log_restored};
use super::claim::Claim;
use super::commits::Commits;
use super::description::{KeptByNode, manifest};
use super::durability::without_place;
use super::skipped;
use super::state_plan::{Present, compare};
use super::writing::{Ended, Writing, is_final, not_written, outcome_of};
use crate::checkpoint::{
    CheckpointDirectory, FirstCuts, Manifest, Protocol, Report, Reports, RestoredCheckpoint,
};
use crate::control::JobControl;
use crate::env::Env;
use crate::error::Result;
use crate::event::Epoch;
use crate::lowering::{InCheckpoints, Keeping};
use crate::metrics::{CheckpointCounters, LastCheckpoint};
use crate::mutant::Mutant;
use crate::plan::Plan;
use crate::time::Monotonic;
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
    /// The types that its nodes keep.
    kept: KeptByNode,
    /// The nodes whose state may be given up.
    forgotten: Vec<String>,
    /// The number of the checkpoint that the job began with.
    base: u64,
    /// What takes possession of files; nothing if they are the job's own already.
    claim: Option<Claim>,
    /// What the next attempt is laid out with.
    keeping: Option<Keeping>,
    /// What makes the output of sinks visible.
    commits: Commits,
    /// The number of the last checkpoint begun; none is used twice.
    begun: u64,
    /// When that was.
    opened: Monotonic,
    every: Duration,
    env: Env,
    counters: CheckpointCounters,
    /// The checkpoint that is being written.
    writing: Option<Writing>,
    /// End with the threads that have the directory: with the last of them it can be taken again.
    threads: Vec<oneshot::Receiver<()>>,
}

impl fmt::Debug for Checkpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checkpoints").field("protocol", &self.protocol).finish_non_exhaustive()
    }
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
    ) -> Result<Option<Self>> {
        if declaration.delivery() == Delivery::AtMostOnce {
            return Ok(None);
        }
        let path = config.checkpoints.as_deref().ok_or_else(|| without_place(declaration))?;
        let (env, job) = (config.checkpoint_env()?, declaration.name());
        let directory = CheckpointDirectory::take(&env, path, job, config.if_held)?;
        let kept = declaration.kept_types();
        let mut checkpoints = Self {
            directory: Arc::new(directory),
            reports: Reports::channel().1,
            protocol: Protocol::new(0),
            manifest: manifest(declaration, plan, &kept),
            kept,
            forgotten: config.forgotten.clone(),
            base: 0,
            claim: None,
            keeping: None,
            commits: Commits::default(),
            begun: 0,
            opened: config.env.clock().monotonic(),
            every: config.checkpoint_every,
            env: config.env.clone(),
            counters: CheckpointCounters::default(),
            writing: None,
            threads: Vec::new(),
        };
        let restored = checkpoints.directory.latest()?;
        checkpoints.begin_from(restored.clone(), declaration)?;
        checkpoints.claim = Claim::new(declaration, &mut checkpoints.manifest, restored.as_ref())?;
        Ok(Some(checkpoints))
    }

    /// Reads the last checkpoint once more, after the tasks of the job have failed.
    ///
    /// # Errors
    /// If there are checkpoints and none can be read, or if another process has taken over.
    pub(super) async fn reopen(&mut self, declaration: &Declaration) -> Result<()> {
        // All who could report must be gone; sinks may still wait for the disk.
        self.keeping = None;
        self.commits.end().await;
        while self.reports.recv().await.is_some() {}
        // The checkpoint that was being written may have become durable.
        if self.writing.is_some() {
            let ended = outcome_of(&mut self.writing).await;
            self.note(ended).or_else(|error| if is_final(&error) { Err(error) } else { Ok(()) })?;
        }
        // Sinks of their new owner are not to be touched.
        self.directory.check_owner()?;
        let restored = self.directory.latest()?;
        self.begin_from(restored, declaration)
    }

    /// Begins with a checkpoint, or from the beginning.
    ///
    /// # Errors
    /// If state would be lost, or would reach the wrong instance.
    fn begin_from(
        &mut self,
        restored: Option<RestoredCheckpoint>,
        declaration: &Declaration,
    ) -> Result<()> {
        restored.iter().try_for_each(|checkpoint| skipped::check(declaration, checkpoint))?;
        let Self { manifest, kept, forgotten, .. } = &*self;
        let now = Present { manifest, kept, forgotten };
        let compared = |checkpoint: RestoredCheckpoint| {
            compare(checkpoint.manifest(), now).map(|old| (checkpoint, old))
        };
        let restored = restored.map(compared).transpose()?;
        self.base = self.directory.last_epoch().max(self.begun);
        if Mutant::NumbersUsedAgain.is_planted() {
            self.base = restored.as_ref().map_or(0, |(checkpoint, _)| checkpoint.epoch());
        }
        (self.begun, self.manifest.epoch, self.manifest.finished) = (self.base, self.base, false);
        log_restored(restored.as_ref().map(|(checkpoint, _)| checkpoint));
        let (sender, reports) = Reports::channel();
        self.reports = reports;
        let reported = (sender, declaration.key_groups(), declaration.delivery());
        self.keeping = Some(Keeping::new(reported, declaration.numbered_nodes(), restored));
        Ok(())
    }

    /// What the job is laid out with, once for each attempt.
    pub(super) fn take_keeping(&mut self) -> Option<Keeping> {
        self.keeping.take()
    }

    /// What has become of the checkpoints.
    pub(super) fn counters(&self) -> CheckpointCounters {
        self.counters.clone()
    }

    /// Takes possession of the files that sinks write for the first time: writes a checkpoint that
    /// names them, with the state that the job begins with.
    ///
    /// From here on a start replaces these files, since they are those of the job. So before it,
    /// none of them may exist.
    ///
    /// # Errors
    /// If one of them exists, or if the checkpoint cannot be written.
    pub(super) fn possess(&mut self, declaration: &Declaration, cuts: FirstCuts) -> Result<()> {
        let Some(claim) = self.claim.take() else {
            return Ok(());
        };
        let manifest = claim.check(declaration, &self.env, cuts)?;
        let (epoch, created) = (self.base + 1, self.env.clock().wall().as_micros());
        let manifest = Manifest { epoch, created, ..manifest };
        self.directory.write(&manifest, &[])?;
        self.directory.describe(&manifest);
        (self.base, self.begun, self.manifest.epoch) = (epoch, epoch, epoch);
        Ok(())
    }

    /// Notes which nodes report, once for each place, and which sinks commit, after the job is laid
    /// out.
    pub(super) fn begin_with(&mut self, InCheckpoints { places, committers }: InCheckpoints) {
        self.protocol = Protocol::new(places.len());
        for NodeId(place) in places {
            if let Some(node) = self.manifest.nodes.get_mut(place) {
                node.stateful = true;
            }
        }
        let nodes = &self.manifest.nodes;
        let named = committers.into_iter().filter_map(|(NodeId(sink), committer)| {
            nodes.get(sink).map(|node| (Arc::from(node.name.as_str()), committer))
        });
        self.commits = Commits::begin(named, &self.env, &self.counters);
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
                    let number = written.number;
                    let durable = self.note(written);
                    if durable.is_ok() {
                        control.epochs.note_durable(Epoch(number - self.base));
                    }
                    if durable.is_ok() && suspension == Suspension::Begun {
                        return self.commits.settled().await;
                    }
                    if suspension == Suspension::Begun || durable.as_ref().is_err_and(is_final) {
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
            self.opened = self.env.clock().monotonic();
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
    fn receive(&mut self, mut report: Report) -> Result<()> {
        if let Ok(Some(part)) = &mut report.part {
            self.commits.prepared(part, report.moment, (self.base, self.begun))?;
        }
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
            let is_durable = written.is_ok();
            done.send((written, parts)).ok();
            if is_durable {
                directory.describe(&manifest);
            }
            if directory.wants_compaction()
                && let Err(error) = directory.compact()
            {
                tracing::warn!(%error, "checkpoints cannot be merged; they stay as they are");
            }
            drop((directory, holds));
        };
        self.env.spawn_blocking(Box::new(work));
        let alignment = began.since(self.opened);
        self.writing = Some(Writing { number, began, alignment, outcome });
    }

    /// Notes how writing a checkpoint ended.
    ///
    /// # Errors
    /// If it is not durable; the job continues.
    fn note(&mut self, ended: Ended) -> Result<()> {
        let Ended { number, began, alignment, written, parts } = ended;
        let now = self.env.clock().monotonic();
        let (writing, age) = (now.since(began), Duration::ZERO);
        match written {
            Ok(written) => {
                self.protocol.durable();
                self.manifest.epoch = number;
                let bytes = written.bytes;
                let last = LastCheckpoint { number, bytes, alignment, writing, age };
                self.counters.note(last, written.sizes, now);
                log_durable(&last);
                self.commits.durable(&parts)
            }
            Err(error) => {
                self.protocol.failed(parts);
                self.counters.failed();
                log_failed(number, &error);
                Err(error)
            }
        }
    }

    /// Waits until no thread has the directory: the next start takes it again.
    pub(super) async fn release(&mut self) {
        self.commits.end().await;
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
        self.opened = self.env.clock().monotonic();
        self.write(self.begun + 1);
        let ended = outcome_of(&mut self.writing).await;
        self.note(ended)?;
        self.commits.settled().await
    }
}
