//! A source with a journal, as declared.

use super::folder::{JournalFolder, JournalPlace};
use super::inner::InnerSource;
use super::reader::{Aside, JournalReader, KeptSource};
use super::replay::JournalReplay;
use super::writer::JournalWriter;
use crate::env::{Env, FileUse};
use crate::error::{Error, ErrorKind, Result};
use crate::source::{Position, Reader, Replayable, Source};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// The length at which a segment is full, unless the source sets another: 16 MiB.
const SEGMENT: u64 = 16 << 20;

/// A source whose events are in a journal before they are emitted, made by
/// [`journaled`](super::Journal::journaled).
pub struct Journaled<S: Source<T>, T> {
    aside: Arc<Mutex<Aside<S, T>>>,
    path: PathBuf,
    segment: u64,
    files: Vec<FileUse>,
}

impl<S: Source<T>, T> fmt::Debug for Journaled<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journaled").field("path", &self.path).finish_non_exhaustive()
    }
}

impl<S: Source<T>, T> Journaled<S, T> {
    pub(super) fn new(source: S, path: PathBuf) -> Self {
        let mut files = source.files();
        files.push(FileUse::journal(&path));
        let aside = Aside { source: Some(source), kept: None };
        Self { aside: Arc::new(Mutex::new(aside)), path, segment: SEGMENT, files }
    }

    /// Sets the length in bytes at which a file of the journal is full and the next one begins;
    /// 16 MiB unless called.
    ///
    /// A file is removed as a whole, so the journal keeps up to one file more than what the last
    /// two checkpoints need; a start reads one from its beginning.
    #[must_use]
    pub fn segment_bytes(mut self, bytes: u64) -> Self {
        self.segment = bytes;
        self
    }
}

impl<S, T> Journaled<S, T>
where
    S: Source<T>,
    T: Serialize + DeserializeOwned + Send + 'static,
{
    fn begin(self, env: &Env, at: Option<JournalPlace>) -> Result<JournalReader<S, T>> {
        let mut aside = self.aside.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = match aside.kept.take() {
            Some(kept) => kept,
            None => {
                let folder = JournalFolder::new(env, &self.path);
                let opened = folder.take(at)?;
                let source_at = opened.source_at.clone().map(Position::from_bytes);
                let writer = JournalWriter::new(folder, opened, self.segment);
                KeptSource::new(writer, aside.open_source(env, source_at)?)
            }
        };
        let begun = kept.writer.segments_from(at).and_then(|segments| {
            if !kept.inner.works() {
                kept.replace(aside.open_source(env, kept.inner.at.clone())?);
            }
            Ok(segments)
        });
        let segments = match begun {
            Ok(segments) => segments,
            Err(error) => {
                aside.kept = Some(kept);
                return Err(error);
            }
        };
        drop(aside);
        let begin = at.map_or(0, |place| place.event);
        let replay = JournalReplay::new(&kept.writer.folder, segments, begin);
        Ok(JournalReader::new(self.aside, kept, replay, begin))
    }
}

impl<S: Source<T>, T> Aside<S, T> {
    /// Opens the source, or another one like it.
    fn open_source(&mut self, env: &Env, at: Option<Position>) -> Result<InnerSource<S::Reader>> {
        let again = self.source.as_ref().and_then(S::again);
        let source = again.or_else(|| self.source.take()).ok_or_else(|| {
            let message = "the source has failed, and cannot be opened again";
            Error::new(ErrorKind::Source, message)
        })?;
        let Some(at) = at else {
            let mut reader = source.open(env)?;
            let at = reader.position()?;
            return Ok(InnerSource::new(reader, at));
        };
        Ok(InnerSource::new(source.open_at(env, &at)?, Some(at)))
    }
}

#[diagnostic::do_not_recommend]
impl<S, T> Source<T> for Journaled<S, T>
where
    S: Source<T>,
    T: Serialize + DeserializeOwned + Send + 'static,
{
    type Reader = JournalReader<S, T>;
    type Replay = Replayable;

    fn open(self, env: &Env) -> Result<Self::Reader> {
        self.begin(env, None)
    }

    fn open_at(self, env: &Env, at: &Position) -> Result<Self::Reader> {
        let at = at.read()?;
        self.begin(env, Some(at))
    }

    /// The same one: a reader that is dropped leaves the source and what was read of it.
    fn again(&self) -> Option<Self> {
        let (aside, path) = (Arc::clone(&self.aside), self.path.clone());
        Some(Self { aside, path, segment: self.segment, files: self.files.clone() })
    }

    fn files(&self) -> Vec<FileUse> {
        self.files.clone()
    }
}
