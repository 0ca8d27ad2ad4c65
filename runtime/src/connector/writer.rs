//! Writes events to a file, in any format.

use super::file;
use super::output::{self, SharedFile};
use crate::env::{Env, IfExists};
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::sink::Writer;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Writes events as text; may buffer.
pub trait Encoder<T>: Send + 'static {
    /// Writes an event.
    ///
    /// # Errors
    /// If the event cannot be written in this format, or the file cannot be written.
    fn encode(&mut self, event: &T) -> Result<(), BoxError>;

    /// Passes on what is buffered.
    ///
    /// # Errors
    /// If the file cannot be written.
    fn pass_on(&mut self) -> io::Result<()>;
}

/// Writes a file; what [`csv_file`](super::csv::csv_file) and
/// [`jsonl_file`](super::json::jsonl_file) open into as sinks.
pub struct FileWriter<E> {
    encoder: E,
    output: SharedFile,
    path: PathBuf,
}

impl<E> fmt::Debug for FileWriter<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileWriter").field("path", &self.path).finish_non_exhaustive()
    }
}

impl<E> FileWriter<E> {
    /// Opens the file.
    pub(super) fn open(
        env: &Env,
        path: &Path,
        if_exists: IfExists,
        encoder: impl FnOnce(SharedFile) -> E,
    ) -> Result<Self> {
        let output = output::open(env, path, if_exists)?;
        Ok(Self { encoder: encoder(output.clone()), output, path: path.to_owned() })
    }

    /// The bytes passed on so far.
    pub(super) fn written(&self) -> u64 {
        self.output.written()
    }

    /// Passes on what is buffered.
    pub(super) fn pass_on<T>(&mut self) -> Result<()>
    where
        E: Encoder<T>,
    {
        self.encoder.pass_on().map_err(unwritten(&self.path, &self.output))
    }

    /// Writes an event.
    pub(super) fn encode<T>(&mut self, event: &T) -> Result<()>
    where
        E: Encoder<T>,
    {
        self.encoder.encode(event).map_err(unwritten(&self.path, &self.output))
    }

    /// Makes the written events visible.
    pub(super) fn publish<T>(&mut self) -> Result<()>
    where
        E: Encoder<T>,
    {
        self.pass_on::<T>()?;
        self.output.publish().map_err(unwritten(&self.path, &self.output))
    }

    /// Ends the file.
    pub(super) fn end<T>(&mut self) -> Result<()>
    where
        E: Encoder<T>,
    {
        self.pass_on::<T>()?;
        self.output.close().map_err(unwritten(&self.path, &self.output))
    }
}

impl<T: 'static, E: Encoder<T>> Writer<T> for FileWriter<E> {
    fn write(&mut self, event: T) -> Result<()> {
        self.encode(&event)
    }

    async fn flush(&mut self) -> Result<()> {
        self.publish::<T>()
    }

    async fn close(&mut self) -> Result<()> {
        self.end::<T>()
    }
}

fn unwritten<C: Into<BoxError>>(path: &Path, output: &SharedFile) -> impl FnOnce(C) -> Error {
    move |cause| file::failed(ErrorKind::Sink, "write", path, cause).unread(output.is_unread())
}
