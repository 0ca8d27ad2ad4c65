//! Writes events to a file, in any format.

use super::cut::FileCut;
use super::durable::{beside, decoded, encoded};
use super::file;
use super::output::{self, SharedFile};
use super::torn::{BehindCut, cut_back};
use crate::env::{Env, IfExists, is_standard};
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::sink::{Epoch, Prepared, Writer};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
    env: Env,
    /// Whether the name of the file is durable.
    is_named: Arc<AtomicBool>,
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
        Ok(Self::new(env, path, encoder(output.clone()), output))
    }

    /// Opens the file; one that is created can only be read by its owner.
    #[cfg(feature = "json")]
    pub(super) fn open_private(
        env: &Env,
        path: &Path,
        if_exists: IfExists,
        encoder: impl FnOnce(SharedFile) -> E,
    ) -> Result<Self> {
        let output = output::open_private(env, path, if_exists)?;
        Ok(Self::new(env, path, encoder(output.clone()), output))
    }

    /// Opens the file after a restart, cut back but for what stays behind the last cut.
    pub(super) fn open_again(
        env: &Env,
        path: &Path,
        last: &[u8],
        stays: BehindCut,
        encoder: impl FnOnce(SharedFile) -> Result<E>,
    ) -> Result<Self> {
        let cut = decoded(path, FileCut::decode(last))?;
        Self::continued(env, path, cut_back(env, path, cut, stays)?, encoder)
    }

    /// Checks that what is written can be cut off again.
    ///
    /// # Errors
    /// If it is standard output, a pipe or a terminal.
    pub(super) fn able_to_cut_back(self) -> Result<Self> {
        if !self.streams() {
            return Ok(self);
        }
        let cause = "what is written there cannot be cut off after a failure";
        Err(file::failed(ErrorKind::Sink, "write exactly once to", &self.path, cause)
            .help("write to a regular file, or promise `at_least_once`"))
    }

    /// Opens a file that has this length, to write on.
    pub(super) fn continued(
        env: &Env,
        path: &Path,
        length: u64,
        encoder: impl FnOnce(SharedFile) -> Result<E>,
    ) -> Result<Self> {
        let output = output::continued(env, path, length)?;
        Ok(Self::new(env, path, encoder(output.clone())?, output))
    }

    fn new(env: &Env, path: &Path, encoder: E, output: SharedFile) -> Self {
        let (env, path, is_named) = (env.clone(), path.to_owned(), Arc::default());
        Self { encoder, output, path, env, is_named }
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

    /// Passes on everything to the file, whose length is returned: whole records, and members.
    pub(super) fn cut_file<T>(&mut self) -> Result<u64>
    where
        E: Encoder<T>,
    {
        self.pass_on::<T>()?;
        self.output.cut().map_err(unwritten(&self.path, &self.output))
    }

    fn streams(&self) -> bool {
        let status = || self.env.files().status(&self.path);
        is_standard(&self.path) || status().is_ok_and(|found| found.kind.streams())
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

    /// Flushes; the `fsync` of a regular file is in the future.
    fn cut(&mut self, _: Epoch) -> Result<Prepared> {
        let length = self.cut_file::<T>()?;
        if self.streams() {
            return Ok(Prepared::nothing());
        }
        let (path, is_named) = (self.path.clone(), Arc::clone(&self.is_named));
        Ok(beside(&self.env, move |files| {
            let failed = |error| file::failed(ErrorKind::Sink, "sync", &path, error);
            files.sync(&path).map_err(failed)?;
            if !is_named.load(Ordering::Relaxed) {
                files.sync_directory(file::folder(&path)).map_err(failed)?;
                is_named.store(true, Ordering::Relaxed);
            }
            encoded(FileCut::at(length).checked(files, &path).encode())
        }))
    }

    async fn close(&mut self) -> Result<()> {
        self.end::<T>()
    }
}

fn unwritten<C: Into<BoxError>>(path: &Path, output: &SharedFile) -> impl FnOnce(C) -> Error {
    move |cause| file::failed(ErrorKind::Sink, "write", path, cause).unread(output.is_unread())
}

#[cfg(test)]
#[cfg(all(feature = "csv", feature = "json"))]
mod tests;
