//! Files in memory, for the tests of sources and sinks.

use crate::env::{Env, FileKind, FileStatus, Files};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Cursor, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Files in memory.
#[derive(Debug, Clone, Default)]
pub(super) struct Shelf {
    files: Arc<Mutex<BTreeMap<PathBuf, Vec<u8>>>>,
    synced: Arc<Mutex<Vec<PathBuf>>>,
}

impl Shelf {
    pub(super) fn with(path: &str, text: &[u8]) -> Self {
        let shelf = Self::default();
        shelf.put(path, text);
        shelf
    }

    pub(super) fn put(&self, path: &str, text: &[u8]) {
        self.files.lock().unwrap().insert(path.into(), text.to_vec());
    }

    pub(super) fn bytes(&self, path: &str) -> Vec<u8> {
        self.files.lock().unwrap().get(Path::new(path)).cloned().unwrap_or_default()
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.files.lock().unwrap().keys().map(|path| path.display().to_string()).collect()
    }

    /// What has been made durable since the last call.
    pub(super) fn synced(&self) -> Vec<String> {
        let synced = std::mem::take(&mut *self.synced.lock().unwrap());
        synced.iter().map(|path| path.display().to_string()).collect()
    }

    pub(super) fn env(&self) -> Env {
        Env::system().with_files(self.clone())
    }

    /// Another one with the same files.
    pub(super) fn copy(&self) -> Self {
        let files = self.files.lock().unwrap().clone();
        Self { files: Arc::new(Mutex::new(files)), synced: Arc::default() }
    }

    fn edit<R>(&self, path: &Path, work: impl FnOnce(&mut Vec<u8>) -> R) -> io::Result<R> {
        let mut files = self.files.lock().unwrap();
        files.get_mut(path).map(work).ok_or_else(|| ErrorKind::NotFound.into())
    }
}

impl Files for Shelf {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + Send>> {
        let bytes = self.edit(path, |bytes| bytes.clone())?;
        Ok(Box::new(Cursor::new(bytes)))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Write + Send>> {
        self.files.lock().unwrap().insert(path.into(), Vec::new());
        self.append(path)
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn Write + Send>> {
        self.files.lock().unwrap().entry(path.into()).or_default();
        Ok(Box::new(ShelfWriter { shelf: self.clone(), path: path.into() }))
    }

    fn status(&self, path: &Path) -> io::Result<FileStatus> {
        let length = self.edit(path, |bytes| bytes.len() as u64)?;
        Ok(FileStatus { kind: FileKind::Regular, length, id: None })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut files = self.files.lock().unwrap();
        let bytes = files.remove(from).ok_or(ErrorKind::NotFound)?;
        files.insert(to.into(), bytes);
        Ok(())
    }

    fn directory(&self, path: &Path) -> io::Result<Vec<OsString>> {
        let files = self.files.lock().unwrap();
        let within = files.keys().filter(|file| file.parent() == Some(path));
        Ok(within.filter_map(|file| file.file_name().map(OsString::from)).collect())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let removed = self.files.lock().unwrap().remove(path);
        removed.map(drop).ok_or_else(|| ErrorKind::NotFound.into())
    }

    fn set_length(&self, path: &Path, length: u64) -> io::Result<()> {
        self.edit(path, |bytes| bytes.resize(usize::try_from(length).unwrap(), 0))
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        self.status(path)?;
        self.synced.lock().unwrap().push(path.into());
        Ok(())
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        self.synced.lock().unwrap().push(path.join("."));
        Ok(())
    }
}

struct ShelfWriter {
    shelf: Shelf,
    path: PathBuf,
}

impl Write for ShelfWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.shelf.edit(&self.path, |file| file.extend_from_slice(bytes))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
