//! Sinks that write a sequence of files, each visible once it is whole.

use super::cut::FileCut;
use super::durable::{beside, decoded, encoded};
use super::file;
use super::output::SharedFile;
use super::torn::{RecordEnds, cut_back};
use super::writer::{Encoder, FileWriter};
use crate::env::{Env, FileUse, Files, IfExists};
use crate::error::{Error, ErrorKind, Result};
use crate::sink::{Appends, Epoch, Prepared, Sink, Writer};
use crate::time::Monotonic;
use serde::{Deserialize, Serialize};
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::time::Duration;

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
/// as at least once allows. A restart is refused if the part is there neither unfinished nor
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
    /// A writer behind the parts that there are, and the names in the directory.
    fn found(self, env: &Env) -> Result<(PartWriter<F>, Vec<OsString>)> {
        self.check()?;
        self.format.check()?;
        let names = env.files().directory(&self.folder);
        let names =
            names.map_err(|error| file::failed(ErrorKind::Sink, "create", &self.folder, error))?;
        let place = Place { folder: self.folder, name: format!("{}-0-", self.name) };
        let numbers = names.iter().filter_map(|name| place.number::<F>(name));
        let number = numbers.max().map_or(0, |last| last + 1);
        let (size, time, format, env) = (self.size, self.time, self.format, env.clone());
        let (current, unsynced) = (None, number);
        Ok((PartWriter { place, size, time, format, env, number, current, unsynced }, names))
    }
}

#[diagnostic::do_not_recommend]
impl<T, F> Sink<T> for Parts<T, F>
where
    T: 'static,
    F: Format<Encoder: Encoder<T>>,
{
    type Writer = PartWriter<F>;
    type Repeat = Appends;

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

/// Where parts are, and how their names begin.
struct Place {
    folder: PathBuf,
    name: String,
}

impl Place {
    fn part<F: Format>(&self, number: u64) -> String {
        format!("{}{number}.{}", self.name, F::EXTENSION)
    }

    /// The number of a part, by its name.
    fn number<F: Format>(&self, name: &OsStr) -> Option<u64> {
        let rest = name.to_str()?.strip_prefix(&self.name)?;
        rest.strip_suffix(F::EXTENSION)?.strip_suffix('.')?.parse().ok()
    }

    /// Where a part is while it is written, and afterwards.
    fn paths<F: Format>(&self, number: u64) -> [PathBuf; 2] {
        let name = self.part::<F>(number);
        [self.folder.join(format!(".{name}.tmp")), self.folder.join(name)]
    }

    /// The number of a part that is not finished, by its name.
    fn unfinished<F: Format>(&self, name: &OsStr) -> Option<u64> {
        let name = name.to_str()?.strip_prefix('.')?.strip_suffix(".tmp")?;
        self.number::<F>(OsStr::new(name))
    }
}

/// What a checkpoint stores of a sink that writes parts.
#[derive(Serialize, Deserialize)]
struct PartsCut {
    /// The number of the next part.
    next: u64,
    /// The part that was being written, and its length.
    current: Option<(u64, u64)>,
}

/// Writes a sequence of files; what [`Parts`] open into.
pub struct PartWriter<F: Format> {
    place: Place,
    size: u64,
    time: Option<Duration>,
    format: F,
    env: Env,
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
    fn begin(&mut self) -> Result<Part<F::Encoder>> {
        let [temporary, _] = self.place.paths::<F>(self.number);
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
    fn go_on(&mut self, names: &[OsString], last: PartsCut) -> Result<()> {
        self.number = self.number.max(last.next);
        self.unsynced = last.current.map_or(last.next, |(number, _)| number);
        for name in names {
            // The events of a part that was begun since are read again.
            if self.place.unfinished::<F>(name).is_some_and(|number| number >= last.next) {
                let path = self.place.folder.join(name);
                let removed = self.env.files().remove(&path);
                removed.map_err(|error| file::failed(ErrorKind::Sink, "remove", &path, error))?;
            }
        }
        let Some((number, length)) = last.current else { return Ok(()) };
        let [temporary, place] = self.place.paths::<F>(number);
        let is_finished = names.iter().any(|name| place.file_name() == Some(name));
        if is_finished && !names.iter().any(|name| temporary.file_name() == Some(name)) {
            return Ok(());
        }
        let quoted = self.format.is_quoted();
        let ends = if quoted { RecordEnds::Unquoted } else { RecordEnds::Lines };
        let length = cut_back(&self.env, &temporary, FileCut::at(length), ends)?;
        let encoder = |output| Ok(self.format.encoder(PartOutput(output)));
        let writer = FileWriter::continued(&self.env, &temporary, length, encoder)?;
        self.current = Some(self.part(number, writer));
        Ok(())
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
        let [temporary, place] = self.place.paths::<F>(number);
        let renamed = self.env.files().rename(&temporary, &place);
        renamed.map_err(|error| unnamed(&place, error))
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

fn unnamed(place: &Path, error: io::Error) -> Error {
    file::failed(ErrorKind::Sink, "create", place, error)
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
        self.end_in_time::<T>()?;
        let parts: Vec<_> =
            (self.unsynced..self.number).map(|number| self.place.paths::<F>(number)).collect();
        let mut current = None;
        if let Some(part) = &mut self.current {
            current = Some((part.number, part.writer.cut_file::<T>()?));
        }
        self.unsynced = current.map_or(self.number, |(number, _)| number);
        let (cut, folder) = (PartsCut { next: self.number, current }, self.place.folder.clone());
        let cut = encoded(postcard::to_allocvec(&cut))?;
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
