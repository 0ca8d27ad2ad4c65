//! Sinks that write a sequence of files, each visible once it is whole.

mod commit;
mod place;
mod writer;

pub use writer::PartWriter;

use super::durable::decoded;
use super::output::SharedFile;
use super::writer::Encoder;
use crate::env::{Env, FileUse, IfExists};
use crate::error::{Error, ErrorKind, Result};
use crate::sink::{Committer, Sink, Transactional};
use commit::PartCommitter;
use place::{Place, RunId};
use std::ffi::OsString;
use std::fmt;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::time::Duration;
use writer::Visible;

/// The size of a part in bytes, unless the sink sets another: 128 MiB.
const PART: u64 = 128 << 20;

/// The format of the files of [`Parts`].
pub trait Format: Clone + Send + 'static {
    /// How the names of the files end.
    const EXTENSION: &str;
    /// Writes one file.
    type Encoder: Send + 'static;

    /// Begins a file, or writes on in one that is not empty.
    fn encoder(&self, output: PartOutput) -> Self::Encoder;

    /// Whether the end of a line within quotes does not end a record. Not so by default.
    fn is_quoted(&self) -> bool {
        false
    }

    /// Checks the options of the format.
    ///
    /// # Errors
    /// If the format cannot be written with these options.
    fn check(&self) -> Result<()> {
        Ok(())
    }
}

/// A part that is being written.
pub struct PartOutput(pub(super) SharedFile);

impl fmt::Debug for PartOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartOutput").finish_non_exhaustive()
    }
}

/// A sink that writes a sequence of files into a directory, made by
/// [`csv_parts`](super::csv::csv_parts) and [`jsonl_parts`](super::json::jsonl_parts).
///
/// The files are `NAME-INSTANCE-NUMBER` with the extension of the format, such as
/// `part-0-17.csv`. The number continues after those that are there; no part is overwritten. A part
/// is written beside its place and renamed once it is whole: after a given size or time, and at the
/// end of the job. A job that is aborted leaves the file it was writing as `.part-0-17.csv.tmp`.
///
/// A checkpoint does not end a part: it makes the parts durable, and notes the length of the one
/// that is being written. After a restart, the sink writes on in that part, cut back to its last
/// whole record at or after that length, and removes unfinished parts begun since, whose events are
/// read again. Parts finished since stay: what they hold is written a second time to later parts,
/// as at least once allows.
///
/// In an `exactly_once` job a checkpoint ends the part, and parts become visible once that
/// checkpoint is durable: no reader ever sees an event twice. An epoch without events has no part.
/// Those that were written after the last checkpoint are removed after a restart. Until then a part
/// is named `.part-0-17.csv.RUN.tmp`: a process that was stopped, and wakes after its successor
/// has [taken over](crate::Config::take_over), writes into none of the successor's. A checkpoint is
/// refused if parts are visible that are newer: it would make their events visible twice.
///
/// Under `at_least_once`, a restart is refused if the part is there neither unfinished nor
/// finished, since its events are not read again: take parts away only while the job runs, or once
/// it has ended.
pub struct Parts<T, F> {
    folder: PathBuf,
    name: String,
    size: u64,
    time: Option<Duration>,
    pub(super) format: F,
    events: PhantomData<fn() -> T>,
}

impl<T, F> fmt::Debug for Parts<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl<T, F> Parts<T, F> {
    pub(super) fn new(folder: PathBuf, format: F) -> Self {
        let (name, time) = ("part".into(), None);
        Self { folder, name, size: PART, time, format, events: PhantomData }
    }

    /// Sets how the names of the files begin; `part` unless called.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Ends a part with the event that brings it to this size in bytes; 128 MiB unless called.
    #[must_use]
    pub fn roll_at(mut self, bytes: u64) -> Self {
        self.size = bytes;
        self
    }

    /// Ends a part this long after its first event; never unless called.
    ///
    /// Checked before each event and whenever no more events are at hand: while no events arrive,
    /// the last part waits for the next one or the end of the job.
    #[must_use]
    pub fn roll_after(mut self, time: Duration) -> Self {
        self.time = Some(time);
        self
    }

    fn check(&self) -> Result<()> {
        let plain = !self.name.is_empty() && !self.name.contains(['/', '\\']);
        if !plain {
            let message = format!("`{}` cannot begin the name of a part", self.name);
            return Err(Error::new(ErrorKind::Config, message));
        }
        if self.size == 0 || self.time == Some(Duration::ZERO) {
            let message = "a part has a size of at least one byte, and a time above zero";
            return Err(Error::new(ErrorKind::Config, message));
        }
        Ok(())
    }
}

impl<T, F: Format> Parts<T, F> {
    fn place(&self) -> Place {
        Place { folder: self.folder.clone(), name: format!("{}-0-", self.name) }
    }

    /// A writer behind the parts that there are, and the names in the directory.
    fn found(self, env: &Env) -> Result<(PartWriter<F>, Vec<OsString>)> {
        self.check()?;
        self.format.check()?;
        let place = self.place();
        let names = place.names(env)?;
        let numbers = names.iter().filter_map(|name| place.number::<F>(name));
        let number = numbers.max().map_or(0, |last| last + 1);
        let (size, time, format, env) = (self.size, self.time, self.format, env.clone());
        Ok((PartWriter::new((place, number), (size, time), format, env), names))
    }
}

#[diagnostic::do_not_recommend]
impl<T, F> Sink<T> for Parts<T, F>
where
    T: 'static,
    F: Format<Encoder: Encoder<T>>,
{
    type Writer = PartWriter<F>;
    type Repeat = Transactional;

    fn open(self, env: &Env) -> Result<Self::Writer> {
        self.found(env).map(|(writer, _)| writer)
    }

    fn open_again(self, env: &Env, last: &[u8]) -> Result<Self::Writer> {
        if last.is_empty() {
            return Sink::<T>::open(self, env);
        }
        let (mut writer, names) = self.found(env)?;
        let last = decoded(&writer.place.folder, postcard::from_bytes(last))?;
        writer.go_on(&names, last)?;
        Ok(writer)
    }

    fn open_exactly_once(self, env: &Env, last: Option<&[u8]>) -> Result<Self::Writer> {
        let (mut writer, names) = self.found(env)?;
        writer.visible = Visible::Committed(RunId(env.random()));
        if let Some(last) = last {
            writer.begin_behind(&names, last)?;
        }
        Ok(writer)
    }

    fn committer(&self, env: &Env) -> Result<Option<Box<dyn Committer>>> {
        let (place, env) = (self.place(), env.clone());
        Ok(Some(Box::new(PartCommitter::<F>::new(place, env))))
    }

    fn again(&self) -> Option<Self> {
        let (folder, name) = (self.folder.clone(), self.name.clone());
        let (size, time, format) = (self.size, self.time, self.format.clone());
        Some(Self { folder, name, size, time, format, events: PhantomData })
    }

    fn files(&self) -> Vec<FileUse> {
        let parts = self.folder.join(format!("{}-0-*", self.name));
        vec![FileUse::write(parts, IfExists::Append)]
    }
}
