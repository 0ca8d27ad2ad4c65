//! The directory in which a job keeps its checkpoints: taking it, and finding the newest one.

use super::fault;
use super::file::CheckpointFile;
use super::folder::{FileName, Folder, UNFINISHED, epoch_of};
use super::format::PartIndex;
use super::owner::{self, IfHeld, Owner};
use super::restored::RestoredCheckpoint;
use super::search::{Line, Search};
use crate::env::Env;
use crate::error::{Error, Result};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The checkpoints of a job in a directory, to which only this process writes.
///
/// All methods block their thread on files. One thread may [write](Self::write) while another
/// [compacts](Self::compact).
#[derive(Debug)]
pub struct CheckpointDirectory {
    pub(super) folder: Folder,
    pub(super) owner: Owner,
    pub(super) progress: Mutex<DirectoryState>,
    /// Held while a checkpoint is written.
    pub(super) writing: Mutex<()>,
    /// Held while checkpoints are merged.
    pub(super) compacting: Mutex<()>,
}

/// What a directory has come to.
#[derive(Debug, Default)]
pub(super) struct DirectoryState {
    /// The greatest number that any checkpoint has had, complete or not.
    pub(super) last: u64,
    /// The newest checkpoint and those on which it builds, the oldest first; none until the newest
    /// was looked for.
    pub(super) line: Option<Vec<KeptFile>>,
    /// Checkpoints that were skipped.
    pub(super) abandoned: Vec<FileName>,
}

/// A file of the line that ends with the newest checkpoint.
#[derive(Debug, Clone)]
pub(super) struct KeptFile {
    pub(super) name: FileName,
    pub(super) identity: u64,
    pub(super) bytes: u64,
    pub(super) key_groups: u16,
    /// Whether it builds on no other.
    pub(super) alone: bool,
    /// What it holds.
    pub(super) index: Arc<[PartIndex]>,
}

impl KeptFile {
    fn of(name: FileName, file: &CheckpointFile) -> Self {
        Self {
            name,
            identity: file.header.identity,
            bytes: file.bytes,
            key_groups: file.manifest.key_groups,
            alone: file.header.base.is_none(),
            index: file.index.as_slice().into(),
        }
    }
}

/// Locks, whatever a thread that panicked has left.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl CheckpointDirectory {
    /// Takes a directory for a job; creates it if it does not exist.
    ///
    /// What an earlier process has left incomplete is removed.
    ///
    /// # Errors
    /// If another process writes to the directory, if it belongs to another job, or if it cannot be
    /// written.
    pub fn open(env: &Env, path: &Path, job: &str) -> Result<Self> {
        Self::take(env, path, job, IfHeld::Refuse)
    }

    /// Takes a directory even if another process has it.
    ///
    /// That process can publish no checkpoint any more, even if it is only suspended and wakes.
    ///
    /// # Errors
    /// If the directory belongs to another job, or cannot be written.
    pub fn take_over(env: &Env, path: &Path, job: &str) -> Result<Self> {
        Self::take(env, path, job, IfHeld::TakeOver)
    }

    pub(crate) fn take(env: &Env, path: &Path, job: &str, if_held: IfHeld) -> Result<Self> {
        let folder = Folder { env: env.clone(), path: path.to_owned() };
        folder.create()?;
        let names = folder.names()?;
        let files = names.iter().filter_map(|name| FileName::parse(name));
        let least = files.filter_map(|name| folder.generation_of(name)).max();
        let owner = Owner::take(&folder, job, if_held, least.unwrap_or_default())?;
        // The generation has been raised: who had the directory begins no file any more, and cannot
        // rename those that are removed here. Until now it could do both.
        let names = folder.names()?;
        for name in names.iter().filter(|name| name.ends_with(UNFINISHED)) {
            if let Err(error) = folder.files().remove(&folder.at(name)) {
                tracing::warn!(%name, %error, "an incomplete checkpoint cannot be removed");
            }
        }
        let last = names.iter().filter_map(|name| epoch_of(name)).max().unwrap_or_default();
        let progress = DirectoryState { last, ..DirectoryState::default() };
        let (writing, compacting) = (Mutex::default(), Mutex::default());
        Ok(Self { folder, owner, progress: progress.into(), writing, compacting })
    }

    /// Checks that no other process has taken the directory over.
    ///
    /// # Errors
    /// [`ErrorKind::TakenOver`](crate::ErrorKind::TakenOver) if one has.
    pub fn check_owner(&self) -> Result<()> {
        self.owner.check(&self.folder)
    }

    /// How many times the directory has been taken, this time included.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.owner.generation
    }

    /// The greatest number that a checkpoint has had in this directory, complete or not; 0 if there
    /// was none. The next one has a greater number.
    #[must_use]
    pub fn last_epoch(&self) -> u64 {
        lock(&self.progress).last
    }

    /// Finds the newest checkpoint that is good, with all on which it builds; `None` if there has
    /// been none. The next checkpoint builds on it.
    ///
    /// Reads all of its bytes. A damaged checkpoint is skipped with a warning, and recorded in
    /// [`skipped`](RestoredCheckpoint::skipped).
    ///
    /// # Errors
    /// If there are checkpoints and none is good, or if the directory cannot be read.
    pub fn latest(&self) -> Result<Option<RestoredCheckpoint>> {
        let _writing = lock(&self.writing);
        let names = self.folder.checkpoints()?;
        let found = find(&self.folder, &self.owner.job, &names)?;
        let mut progress = lock(&self.progress);
        let Some((line, skipped)) = found else {
            progress.line = Some(Vec::new());
            return Ok(None);
        };
        let newest = line.first().map_or(0, |(name, _)| name.epoch);
        let kept = line.iter().rev().map(|(name, file)| KeptFile::of(*name, file)).collect();
        progress.line = Some(kept);
        progress.abandoned = names.into_iter().filter(|name| name.epoch > newest).collect();
        Ok(RestoredCheckpoint::new(line.into_iter().map(|(_, file)| file), skipped))
    }

    /// Finds the newest checkpoint as [`latest`](Self::latest) does, without taking the directory.
    ///
    /// # Errors
    /// If there are checkpoints and none is good, if the directory belongs to another job, or if it
    /// cannot be read.
    pub(crate) fn peek(env: &Env, path: &Path, job: &str) -> Result<Option<RestoredCheckpoint>> {
        let folder = Folder { env: env.clone(), path: path.to_owned() };
        owner::check_job(&folder, job)?;
        let found = find(&folder, job, &folder.checkpoints()?)?;
        Ok(found.and_then(|(line, skipped)| {
            RestoredCheckpoint::new(line.into_iter().map(|(_, file)| file), skipped)
        }))
    }
}

/// The files of the newest checkpoint that is good, and the faults of those after it; `None` if
/// there is none.
///
/// # Errors
/// If there are checkpoints and none is good.
pub(super) fn find(
    folder: &Folder,
    job: &str,
    names: &[FileName],
) -> Result<Option<(Line, Vec<Error>)>> {
    match Search::new(folder, job, names).newest() {
        (Some(line), faults) => Ok(Some((line, faults))),
        (None, faults) => match faults.into_iter().next() {
            None => Ok(None),
            Some(newest) => {
                let path = folder.path.display();
                Err(fault(format!("no checkpoint in {path} can be restored"))
                    .caused_by(newest)
                    .help("restore the directory from a copy, or begin again in a new one"))
            }
        },
    }
}
