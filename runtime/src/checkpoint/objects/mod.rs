//! Checkpoints in an object store, behind the feature `object-store`.
//!
//! An object store has no locks and no atomic rename, but it can refuse to create an object that
//! exists. So every file that gets its name, and every process that takes the directory, is the
//! next entry of a [log] of numbered objects: whoever creates entry `n` first has it. A process
//! creates the entry behind its own last one; once another has taken the directory, that one
//! exists, for ever.
//!
//! ```text
//! PREFIX/log/00000000000000000007      a checkpoint, or `GENERATION` with its new number
//! PREFIX/job.txt                       the newest manifest, for people
//! ```
//! What has no name yet is in memory.

mod blocking;
mod log;
mod reading;
#[cfg(test)]
mod tests;

use super::folder::{ABANDONED, FileName};
use crate::env::{FileKind, FileLock, FileStatus, Files, ReadAt};
use blocking::Blocking;
use log::ObjectLog;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt};
use reading::ObjectReader;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{Cursor, Error, ErrorKind, Read, Result, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The file that a process replaces when it takes the directory.
const GENERATION: &str = "GENERATION";

/// Files that have no name in the store yet, by their path.
type Staged = Arc<Mutex<BTreeMap<PathBuf, Vec<u8>>>>;

/// A directory of checkpoints in an object store, as one process sees it.
#[derive(Debug)]
pub(crate) struct ObjectFiles {
    root: PathBuf,
    staged: Staged,
    log: Mutex<ObjectLog>,
    blocking: Blocking,
    store: Arc<dyn ObjectStore>,
}

impl ObjectFiles {
    /// Opens the directory whose objects begin with a prefix, as a new owner: the random number
    /// is its own.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(crate) fn open(store: Arc<dyn ObjectStore>, root: &Path, owner: u64) -> Result<Self> {
        let log = ObjectLog::new(Arc::clone(&store), key(root, "log"), owner);
        let (staged, blocking) = (Staged::default(), Blocking::start()?);
        Ok(Self { root: root.to_owned(), staged, log: log.into(), blocking, store })
    }

    fn staged(&self) -> MutexGuard<'_, BTreeMap<PathBuf, Vec<u8>>> {
        self.staged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the log, and waits for it.
    fn with_log<R: Send + 'static>(
        &self,
        work: impl AsyncFnOnce(&mut ObjectLog) -> Result<R> + Send,
    ) -> Result<R> {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let log = &mut *log;
        self.blocking.wait(async move || work(log).await)
    }

    fn name_of<'a>(&self, path: &'a Path) -> Result<&'a str> {
        let name = path.strip_prefix(&self.root).ok().and_then(Path::to_str);
        name.filter(|name| !name.is_empty()).ok_or_else(|| ErrorKind::NotFound.into())
    }

    fn reader(&self, path: &Path) -> Result<ObjectReader> {
        let name = self.name_of(path)?.to_owned();
        let entry = self.with_log(async move |log| log.find(&name).await)?;
        Ok(ObjectReader::new(Arc::clone(&self.store), entry, self.blocking.clone()))
    }
}

/// A key below the prefix of the directory.
fn key(root: &Path, name: &str) -> Key {
    Key::from_iter(root.iter().filter_map(|part| part.to_str()).chain([name]))
}

/// Whether a file of this name is an entry of the log.
fn is_logged(name: &str) -> bool {
    let plain = name.strip_suffix(ABANDONED).unwrap_or(name);
    name == GENERATION || FileName::parse(plain).is_some()
}

/// Adds to a staged file.
struct StagedWriter {
    staged: Staged,
    path: PathBuf,
}

impl Write for StagedWriter {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let mut staged = self.staged.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(file) = staged.get_mut(&self.path) else { return Err(ErrorKind::NotFound.into()) };
        file.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Files for ObjectFiles {
    fn open(&self, path: &Path) -> Result<Box<dyn Read + Send>> {
        if let Some(bytes) = self.staged().get(path) {
            return Ok(Box::new(Cursor::new(bytes.clone())));
        }
        let reader = self.reader(path)?;
        let length = usize::try_from(reader.length()?).map_err(Error::other)?;
        let mut bytes = vec![0; length];
        reader.read_at(0, &mut bytes)?;
        Ok(Box::new(Cursor::new(bytes)))
    }

    fn create(&self, path: &Path) -> Result<Box<dyn Write + Send>> {
        self.staged().insert(path.to_owned(), Vec::new());
        Ok(Box::new(StagedWriter { staged: Arc::clone(&self.staged), path: path.to_owned() }))
    }

    fn status(&self, path: &Path) -> Result<FileStatus> {
        let of = |kind, length| FileStatus { kind, length, id: None };
        // Directories exist once something is in them.
        if self.root.starts_with(path) || path == Path::new(".") {
            return Ok(of(FileKind::Directory, 0));
        }
        if let Some(bytes) = self.staged().get(path) {
            return Ok(of(FileKind::Regular, bytes.len() as u64));
        }
        Ok(of(FileKind::Regular, self.reader(path)?.length()?))
    }

    /// Gives a staged file its name, if no other process has taken the directory.
    ///
    /// # Errors
    /// [`AlreadyExists`](ErrorKind::AlreadyExists) if another process has.
    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        let name = self.name_of(to)?.to_owned();
        let staged = self.staged().get(from).cloned();
        if !is_logged(&name) {
            let bytes = staged.ok_or(ErrorKind::NotFound)?;
            let (store, at) = (Arc::clone(&self.store), key(&self.root, &name));
            self.blocking
                .wait(async move || store.put(&at, bytes.into()).await.map(drop).map_err(failed))?;
        } else if let Some(bytes) = staged {
            let takes = name == GENERATION;
            self.with_log(async move |log| match takes {
                true => log.take(&name, &bytes).await,
                false => log.append(&name, &bytes).await,
            })?;
        } else {
            let before = self.name_of(from)?.to_owned();
            self.with_log(async move |log| log.rename(&before, &name).await)?;
        }
        self.staged().remove(from);
        Ok(())
    }

    fn directory(&self, _: &Path) -> Result<Vec<OsString>> {
        let staged: Vec<_> = self.staged().keys().cloned().collect();
        let staged = staged.iter().filter_map(|path| self.name_of(path).ok()).map(OsString::from);
        let logged = self.with_log(async |log| log.names().await)?;
        Ok(logged.into_iter().map(OsString::from).chain(staged).collect())
    }

    fn remove(&self, path: &Path) -> Result<()> {
        if self.staged().remove(path).is_some() {
            return Ok(());
        }
        let name = self.name_of(path)?.to_owned();
        self.with_log(async move |log| log.remove(&name).await)
    }

    /// Nothing is to be done: an object is durable once the store has accepted it.
    fn sync(&self, _: &Path) -> Result<()> {
        Ok(())
    }

    fn sync_directory(&self, _: &Path) -> Result<()> {
        Ok(())
    }

    fn open_at_random(&self, path: &Path) -> Result<Box<dyn ReadAt>> {
        Ok(Box::new(self.reader(path)?))
    }

    /// There are no locks: the process that takes the directory last has it.
    fn lock(&self, _: &Path) -> Result<FileLock> {
        Ok(FileLock::new(()))
    }
}

/// An error of the store.
fn failed(error: object_store::Error) -> Error {
    let kind = match &error {
        object_store::Error::NotFound { .. } => ErrorKind::NotFound,
        object_store::Error::AlreadyExists { .. } => ErrorKind::AlreadyExists,
        object_store::Error::PermissionDenied { .. } => ErrorKind::PermissionDenied,
        _ => ErrorKind::Other,
    };
    Error::new(kind, error)
}
