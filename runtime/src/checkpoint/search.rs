//! Finds checkpoints whose files are good.

use super::fault;
use super::file::CheckpointFile;
use super::folder::{FileName, Folder};
use super::format::Base;
use crate::error::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The files of a checkpoint, the newest first.
pub(super) type Line = Vec<(FileName, Arc<CheckpointFile>)>;

/// Opens each file of a directory at most once.
pub(super) struct Search<'a> {
    folder: &'a Folder,
    job: &'a str,
    /// All files; none where a file has not been opened.
    files: BTreeMap<FileName, Option<Result<Arc<CheckpointFile>>>>,
}

impl<'a> Search<'a> {
    pub(super) fn new(folder: &'a Folder, job: &'a str, names: &[FileName]) -> Self {
        Self { folder, job, files: names.iter().map(|name| (*name, None)).collect() }
    }

    /// The files of the newest checkpoint that is good; the faults of those after it.
    pub(super) fn newest(&mut self) -> (Option<Line>, Vec<Error>) {
        let epochs: BTreeSet<u64> = self.files.keys().map(|name| name.epoch).collect();
        let mut faults = Vec::new();
        for epoch in epochs.into_iter().rev() {
            match self.line(epoch) {
                Ok(line) => return (Some(line), faults),
                Err(error) => faults.push(error),
            }
        }
        (None, faults)
    }

    /// The files of the checkpoint of this number; the error is the first fault in its way.
    pub(super) fn line(&mut self, epoch: u64) -> Result<Line> {
        let mut first = None;
        for name in FileName::both(epoch) {
            match self.line_from(name) {
                Some(Ok(line)) => return Ok(line),
                Some(Err(error)) => drop(first.get_or_insert(error)),
                None => {}
            }
        }
        Err(first.unwrap_or_else(|| fault(format!("there is no checkpoint {epoch}"))))
    }

    fn line_from(&mut self, name: FileName) -> Option<Result<Line>> {
        let newest = match self.open(name)? {
            Ok(file) => file,
            Err(error) => return Some(Err(error)),
        };
        let mut base = newest.header.base;
        let mut line = vec![(name, newest)];
        while let Some(wanted) = base {
            match self.base(wanted) {
                Ok((name, file)) => {
                    base = file.header.base;
                    line.push((name, file));
                }
                Err(cause) => {
                    let (path, base) = (self.folder.at(name), wanted.epoch);
                    let path = path.display();
                    let what = format!("the checkpoint {path} builds on checkpoint {base}");
                    return Some(Err(fault(what).caused_by(cause)));
                }
            }
        }
        Some(Ok(line))
    }

    /// The checkpoint on which another builds.
    fn base(&mut self, wanted: Base) -> Result<(FileName, Arc<CheckpointFile>)> {
        let mut first = None;
        for name in FileName::both(wanted.epoch) {
            match self.open(name) {
                Some(Ok(file)) if file.header.identity == wanted.identity => {
                    return Ok((name, file));
                }
                Some(Ok(file)) => {
                    let what = file.fault("it is not the one that the next one builds on");
                    first = first.or(Some(what));
                }
                Some(Err(error)) => first = first.or(Some(error)),
                None => {}
            }
        }
        let missing = || fault(format!("there is no checkpoint {}", wanted.epoch));
        Err(first.unwrap_or_else(missing))
    }

    fn open(&mut self, name: FileName) -> Option<Result<Arc<CheckpointFile>>> {
        let Self { folder, job, files } = self;
        let opened = files.get_mut(&name)?.get_or_insert_with(|| {
            let opened = folder.open(name).and_then(|file| of_job(file, job)).map(Arc::new);
            opened.inspect_err(|error| tracing::warn!(%error, "a checkpoint is skipped"))
        });
        Some(opened.clone())
    }
}

fn of_job(file: CheckpointFile, job: &str) -> Result<CheckpointFile, Error> {
    match &*file.manifest.job {
        found if found == job => Ok(file),
        found => Err(file.fault(format!("it is of the job {found:?}"))),
    }
}
