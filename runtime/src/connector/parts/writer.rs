//! Writes a sequence of files.

use super::commit::CommittedCut;
use super::place::{Place, RunId};
use super::{Format, PartOutput};
use crate::connector::cut::FileCut;
use crate::connector::durable::{beside, decoded, encoded};
use crate::connector::file;
use crate::connector::torn::{BehindCut, RecordEnds, cut_back};
use crate::connector::writer::{Encoder, FileWriter};
use crate::env::{Env, Files, IfExists};
use crate::error::{ErrorKind, Result};
use crate::sink::{Epoch, Prepared, Writer};
use crate::time::Monotonic;
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// What a checkpoint stores of a sink that writes parts.
#[derive(Serialize, Deserialize)]
pub(super) struct PartsCut {
    /// The number of the next part.
    next: u64,
    /// The part that was being written, and its length.
    current: Option<(u64, u64)>,
}

/// When a part is renamed to its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visible {
    /// Once it is finished.
    Finished,
    /// Once the checkpoint that contains it is durable: its committer renames it.
    Committed(RunId),
}

/// Writes a sequence of files; what [`Parts`](super::Parts) open into.
pub struct PartWriter<F: Format> {
    pub(super) place: Place,
    size: u64,
    time: Option<Duration>,
    format: F,
    env: Env,
    pub(super) visible: Visible,
    number: u64,
    current: Option<Part<F::Encoder>>,
    /// The first part that may not be durable.
    unsynced: u64,
}

impl<F: Format> fmt::Debug for PartWriter<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartWriter").field("number", &self.number).finish_non_exhaustive()
    }
}

/// A part that is being written.
struct Part<E> {
    writer: FileWriter<E>,
    number: u64,
    ends: Option<Monotonic>,
}

impl<F: Format> PartWriter<F> {
    /// A writer whose next part has this number.
    pub(super) fn new(
        (place, number): (Place, u64),
        (size, time): (u64, Option<Duration>),
        format: F,
        env: Env,
    ) -> Self {
        let (visible, current, unsynced) = (Visible::Finished, None, number);
        Self { place, size, time, format, env, visible, number, current, unsynced }
    }

    /// Begins behind the parts of a checkpoint, which are visible; no bytes if it has none.
    ///
    /// # Errors
    /// If later parts are visible: what they contain would be visible twice.
    pub(super) fn begin_behind(&mut self, names: &[OsString], last: &[u8]) -> Result<()> {
        if !last.is_empty() {
            let CommittedCut { next, .. } =
                decoded(&self.place.folder, postcard::from_bytes(last))?;
            self.refuse_newer(next)?;
            self.number = next;
        }
        self.unsynced = self.number;
        // The events of what was begun since are read again.
        self.remove(names, |name| self.place.is_prepared::<F>(name))
    }

    /// Refuses parts that are visible and have this number or a greater one.
    fn refuse_newer(&self, next: u64) -> Result<()> {
        if self.number <= next {
            return Ok(());
        }
        let [_, newest] = self.paths(self.number - 1);
        let first = self.place.part::<F>(next);
        let cause = format!(
            "it is newer than the checkpoint, which ends before {first}; its events would be \
             visible twice"
        );
        Err(file::failed(ErrorKind::Sink, "continue with", &newest, cause).help(
            "restore the newest checkpoint; to go back to this one, take away the parts that are \
             newer",
        ))
    }

    /// Where a part is while it is written, and afterwards.
    fn paths(&self, number: u64) -> [PathBuf; 2] {
        match self.visible {
            Visible::Finished => self.place.paths::<F>(number),
            Visible::Committed(run) => self.place.prepared::<F>(number, run),
        }
    }

    fn begin(&mut self) -> Result<Part<F::Encoder>> {
        let [temporary, _] = self.paths(self.number);
        let encoder = |output| self.format.encoder(PartOutput(output));
        let writer = FileWriter::open(&self.env, &temporary, IfExists::Replace, encoder)?;
        let number = self.number;
        self.number += 1;
        Ok(self.part(number, writer))
    }

    fn part(&self, number: u64, writer: FileWriter<F::Encoder>) -> Part<F::Encoder> {
        let ends = self.time.map(|time| self.env.clock().monotonic().plus(time));
        Part { writer, number, ends }
    }

    /// Continues where a checkpoint was taken.
    pub(super) fn go_on(&mut self, names: &[OsString], last: PartsCut) -> Result<()> {
        self.number = self.number.max(last.next);
        self.unsynced = last.current.map_or(last.next, |(number, _)| number);
        // The events of a part that was begun since are read again.
        self.remove_unfinished(names, last.next)?;
        let Some((number, length)) = last.current else { return Ok(()) };
        let [temporary, place] = self.place.paths::<F>(number);
        let is_finished = names.iter().any(|name| place.file_name() == Some(name));
        if is_finished && !names.iter().any(|name| temporary.file_name() == Some(name)) {
            return Ok(());
        }
        let quoted = self.format.is_quoted();
        let ends = if quoted { RecordEnds::Unquoted } else { RecordEnds::Lines };
        let length = cut_back(&self.env, &temporary, FileCut::at(length), BehindCut::Whole(ends))?;
        let encoder = |output| Ok(self.format.encoder(PartOutput(output)));
        let writer = FileWriter::continued(&self.env, &temporary, length, encoder)?;
        self.current = Some(self.part(number, writer));
        Ok(())
    }

    /// Removes the unfinished parts from a number on.
    fn remove_unfinished(&self, names: &[OsString], from: u64) -> Result<()> {
        self.remove(names, |name| {
            self.place.unfinished::<F>(name).is_some_and(|number| number >= from)
        })
    }

    fn remove(&self, names: &[OsString], is_one: impl Fn(&OsString) -> bool) -> Result<()> {
        names.iter().filter(|name| is_one(name)).try_for_each(|name| {
            let path = self.place.folder.join(name);
            let removed = self.env.files().remove(&path);
            removed.map_err(|error| file::failed(ErrorKind::Sink, "remove", &path, error))
        })
    }

    fn end_in_time<T>(&mut self) -> Result<()>
    where
        F::Encoder: Encoder<T>,
    {
        let ends = self.current.as_ref().and_then(|part| part.ends);
        if ends.is_some_and(|ends| self.env.clock().monotonic() >= ends) {
            self.end::<T>()
        } else {
            Ok(())
        }
    }

    fn end<T>(&mut self) -> Result<()>
    where
        F::Encoder: Encoder<T>,
    {
        let Some(mut part) = self.current.take() else { return Ok(()) };
        part.writer.end::<T>()?;
        let Part { number, writer, .. } = part;
        drop(writer);
        match self.visible {
            Visible::Finished => self.place.show::<F>(&self.env, number),
            Visible::Committed(_) => Ok(()),
        }
    }
}

/// Makes a part durable, wherever it is: it may end meanwhile. One that was taken away is the
/// concern of who took it.
fn sync_part(files: &dyn Files, paths: &[PathBuf; 2]) -> Result<()> {
    for path in paths {
        match files.sync(path) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(file::failed(ErrorKind::Sink, "sync", path, error)),
        }
    }
    Ok(())
}

impl<T, F> Writer<T> for PartWriter<F>
where
    T: 'static,
    F: Format<Encoder: Encoder<T>>,
{
    fn write(&mut self, event: T) -> Result<()> {
        self.end_in_time::<T>()?;
        let mut part = match self.current.take() {
            Some(part) => part,
            None => self.begin()?,
        };
        part.writer.encode(&event)?;
        part.writer.pass_on::<T>()?;
        let full = part.writer.written() >= self.size;
        self.current = Some(part);
        if full { self.end::<T>() } else { Ok(()) }
    }

    async fn flush(&mut self) -> Result<()> {
        self.end_in_time::<T>()
    }

    /// Ends the part if it is due; the `fsync` of all parts since the last cut is in the future.
    fn cut(&mut self, _: Epoch) -> Result<Prepared> {
        match self.visible {
            Visible::Finished => self.end_in_time::<T>()?,
            Visible::Committed(_) => self.end::<T>()?,
        }
        let parts: Vec<_> = (self.unsynced..self.number).map(|number| self.paths(number)).collect();
        let first = self.unsynced;
        let mut current = None;
        if let Some(part) = &mut self.current {
            current = Some((part.number, part.writer.cut_file::<T>()?));
        }
        self.unsynced = current.map_or(self.number, |(number, _)| number);
        let (next, folder) = (self.number, self.place.folder.clone());
        let cut = encoded(match self.visible {
            Visible::Finished => postcard::to_allocvec(&PartsCut { next, current }),
            Visible::Committed(run) => postcard::to_allocvec(&CommittedCut { first, next, run }),
        })?;
        Ok(beside(&self.env, move |files| {
            parts.iter().try_for_each(|paths| sync_part(files, paths))?;
            let named = files.sync_directory(&folder);
            named.map_err(|error| file::failed(ErrorKind::Sink, "sync", &folder, error))?;
            Ok(cut)
        }))
    }

    async fn close(&mut self) -> Result<()> {
        self.end::<T>()
    }
}
