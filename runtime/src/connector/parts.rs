//! Sinks that write a sequence of files, each visible once it is whole.

use super::file;
use super::output::SharedFile;
use super::writer::{Encoder, FileWriter};
use crate::env::{Env, FileUse, IfExists};
use crate::error::{Error, ErrorKind, Result};
use crate::sink::{Appends, Sink, Writer};
use crate::time::Monotonic;
use std::ffi::OsStr;
use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The size of a part in bytes, unless the sink sets another: 128 MiB.
const PART: u64 = 128 << 20;

/// The format of the files of [`Parts`].
pub trait Format: Send + 'static {
    /// How the names of the files end.
    const EXTENSION: &str;
    /// Writes one file.
    type Encoder: Send + 'static;

    /// Begins a file.
    fn encoder(&self, output: PartOutput) -> Self::Encoder;

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

#[diagnostic::do_not_recommend]
impl<T, F> Sink<T> for Parts<T, F>
where
    T: 'static,
    F: Format<Encoder: Encoder<T>>,
{
    type Writer = PartWriter<F>;
    type Repeat = Appends;

    fn open(self, env: &Env) -> Result<Self::Writer> {
        self.check()?;
        self.format.check()?;
        let names = env.files().directory(&self.folder);
        let names =
            names.map_err(|error| file::failed(ErrorKind::Sink, "create", &self.folder, error))?;
        let place = Place { folder: self.folder, name: format!("{}-0-", self.name) };
        let numbers = names.iter().filter_map(|name| place.number::<F>(name));
        let number = numbers.max().map_or(0, |last| last + 1);
        let (size, time, env) = (self.size, self.time, env.clone());
        Ok(PartWriter { place, size, time, format: self.format, env, number, current: None })
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
}

impl<F: Format> fmt::Debug for PartWriter<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartWriter").field("number", &self.number).finish_non_exhaustive()
    }
}

/// A part that is being written.
struct Part<E> {
    writer: FileWriter<E>,
    temporary: PathBuf,
    place: PathBuf,
    ends: Option<Monotonic>,
}

impl<F: Format> PartWriter<F> {
    fn begin(&mut self) -> Result<Part<F::Encoder>> {
        let name = self.place.part::<F>(self.number);
        let temporary = self.place.folder.join(format!(".{name}.tmp"));
        let place = self.place.folder.join(name);
        let encoder = |output| self.format.encoder(PartOutput(output));
        let writer = FileWriter::open(&self.env, &temporary, IfExists::Replace, encoder)?;
        let ends = self.time.map(|time| self.env.clock().monotonic().plus(time));
        self.number += 1;
        Ok(Part { writer, temporary, place, ends })
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
        let Part { temporary, place, writer, .. } = part;
        drop(writer);
        let renamed = self.env.files().rename(&temporary, &place);
        renamed.map_err(|error| unnamed(&place, error))
    }
}

fn unnamed(place: &Path, error: std::io::Error) -> Error {
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

    async fn close(&mut self) -> Result<()> {
        self.end::<T>()
    }
}
