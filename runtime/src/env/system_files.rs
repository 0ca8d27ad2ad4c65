//! The file system of the machine.

use super::{FileKind, FileLock, FileStatus, Files, ReadAt};
use std::ffi::OsString;
use std::fs::{self, Metadata, OpenOptions};
use std::io::{Error, Read, Result, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

/// The file system of the machine, and the default of a job.
#[derive(Debug, Clone, Copy)]
pub struct SystemFiles;

impl Files for SystemFiles {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that opens files")]
    fn open(&self, path: &Path) -> Result<Box<dyn Read + Send>> {
        Ok(Box::new(fs::File::open(path)?))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that opens files")]
    fn open_at(&self, path: &Path, offset: u64) -> Result<Box<dyn Read + Send>> {
        let mut file = fs::File::open(path)?;
        file.seek(SeekFrom::Start(offset))?;
        Ok(Box::new(file))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that creates files")]
    fn create(&self, path: &Path) -> Result<Box<dyn Write + Send>> {
        Ok(Box::new(fs::File::create(path)?))
    }

    fn create_new(&self, path: &Path) -> Result<Box<dyn Write + Send>> {
        if self.status(path).is_ok_and(|status| status.kind.streams()) {
            return self.create(path);
        }
        Ok(Box::new(OpenOptions::new().write(true).create_new(true).open(path)?))
    }

    /// With mode 0600 from the beginning, where files have modes.
    fn create_private(&self, path: &Path) -> Result<Box<dyn Write + Send>> {
        if self.status(path).is_ok_and(|status| status.kind.streams()) {
            return self.create(path);
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Box::new(options.open(path)?))
    }

    fn check_replace(&self, path: &Path) -> Result<()> {
        if self.status(path).is_ok_and(|status| status.kind.streams()) {
            return Ok(());
        }
        OpenOptions::new().write(true).create(true).truncate(false).open(path).map(drop)
    }

    fn append(&self, path: &Path) -> Result<Box<dyn Write + Send>> {
        Ok(Box::new(OpenOptions::new().append(true).create(true).open(path)?))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that opens files")]
    fn last_byte(&self, path: &Path) -> Result<Option<u8>> {
        let mut file = fs::File::open(path)?;
        if file.metadata()?.len() > 0 {
            file.seek(SeekFrom::End(-1))?;
        }
        let mut byte = [0];
        let read = file.read(&mut byte)?;
        let [byte] = byte;
        Ok((read > 0).then_some(byte))
    }

    fn status(&self, path: &Path) -> Result<FileStatus> {
        let found = fs::metadata(path)?;
        Ok(FileStatus { kind: kind_of(&found), length: found.len(), id: id_of(&found) })
    }

    fn modified(&self, path: &Path) -> Result<Duration> {
        let modified = fs::metadata(path)?.modified()?;
        modified.duration_since(UNIX_EPOCH).map_err(Error::other)
    }

    fn canonical(&self, path: &Path) -> PathBuf {
        let mut path = path.to_owned();
        // As many links as Linux follows.
        for _ in 0..40 {
            if let Ok(found) = fs::canonicalize(&path) {
                return found;
            }
            let folder = match path.parent() {
                Some(folder) if folder != Path::new("") => folder,
                _ => Path::new("."),
            };
            if let Ok(target) = fs::read_link(&path) {
                path = folder.join(target);
                continue;
            }
            return match (fs::canonicalize(folder), path.file_name()) {
                (Ok(folder), Some(name)) => folder.join(name),
                _ => std::path::absolute(&path).unwrap_or(path),
            };
        }
        path
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        fs::rename(from, to)
    }

    fn directory(&self, path: &Path) -> Result<Vec<OsString>> {
        fs::create_dir_all(path)?;
        fs::read_dir(path)?.map(|entry| Ok(entry?.file_name())).collect()
    }

    fn remove(&self, path: &Path) -> Result<()> {
        fs::remove_file(path)
    }

    fn set_length(&self, path: &Path, length: u64) -> Result<()> {
        OpenOptions::new().write(true).open(path)?.set_len(length)
    }

    fn sync(&self, path: &Path) -> Result<()> {
        OpenOptions::new().write(true).open(path)?.sync_all()
    }

    #[cfg(unix)]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that opens files")]
    fn sync_directory(&self, path: &Path) -> Result<()> {
        fs::File::open(path)?.sync_all()
    }

    /// Names are journaled where directories cannot be opened.
    #[cfg(not(unix))]
    fn sync_directory(&self, _: &Path) -> Result<()> {
        Ok(())
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that opens files")]
    fn open_at_random(&self, path: &Path) -> Result<Box<dyn ReadAt>> {
        Ok(Box::new(fs::File::open(path)?))
    }

    fn lock(&self, path: &Path) -> Result<FileLock> {
        lock(path)
    }
}

#[cfg(unix)]
fn kind_of(found: &Metadata) -> FileKind {
    use std::os::unix::fs::FileTypeExt;
    let kind = found.file_type();
    if kind.is_fifo() { FileKind::Pipe } else { portable_kind_of(found) }
}

#[cfg(not(unix))]
fn kind_of(found: &Metadata) -> FileKind {
    portable_kind_of(found)
}

fn portable_kind_of(found: &Metadata) -> FileKind {
    if found.is_file() {
        FileKind::Regular
    } else if found.is_dir() {
        FileKind::Directory
    } else {
        FileKind::Device
    }
}

#[cfg(unix)]
fn id_of(found: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn id_of(_: &Metadata) -> Option<(u64, u64)> {
    None
}

impl ReadAt for fs::File {
    fn length(&self) -> Result<u64> {
        Ok(self.metadata()?.len())
    }

    #[cfg(unix)]
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(self, buffer, offset)
    }

    #[cfg(windows)]
    fn read_at(&self, mut offset: u64, mut buffer: &mut [u8]) -> Result<()> {
        use std::os::windows::fs::FileExt;
        while !buffer.is_empty() {
            let read = self.seek_read(buffer, offset)?;
            let rest = std::mem::take(&mut buffer).get_mut(read..).filter(|_| read > 0);
            buffer = rest.ok_or(std::io::ErrorKind::UnexpectedEof)?;
            offset += read as u64;
        }
        Ok(())
    }
}

/// The lock belongs to the open file, so that a second one in this process is refused too.
#[cfg(unix)]
fn lock(path: &Path) -> Result<FileLock> {
    use rustix::fs::{FlockOperation, flock};
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
    flock(&file, FlockOperation::NonBlockingLockExclusive)?;
    Ok(FileLock::new(LockedFile(file)))
}

/// A file that is locked.
#[cfg(unix)]
struct LockedFile(fs::File);

#[cfg(unix)]
impl Drop for LockedFile {
    /// Unlocks it. To close it would not do: while the program starts another process, that one
    /// has the file too, and with it the lock, until it runs a program of its own.
    fn drop(&mut self) {
        if let Err(error) = rustix::fs::flock(&self.0, rustix::fs::FlockOperation::Unlock) {
            tracing::debug!(%error, "a lock is released once its file is closed");
        }
    }
}

/// A file that is not shared cannot be opened twice.
#[cfg(windows)]
fn lock(path: &Path) -> Result<FileLock> {
    use std::os::windows::fs::OpenOptionsExt;
    const SHARING_VIOLATION: i32 = 32;
    let mut options = OpenOptions::new();
    let opened = options.write(true).create(true).truncate(false).share_mode(0).open(path);
    match opened {
        Err(error) if error.raw_os_error() == Some(SHARING_VIOLATION) => {
            Err(std::io::ErrorKind::WouldBlock.into())
        }
        opened => Ok(FileLock::new(opened?)),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use rustix::fs::{FlockOperation, flock};

    #[test]
    fn a_lock_ends_although_a_process_that_is_being_started_has_the_file() {
        let path = std::env::temp_dir().join(format!("millstream-lock-{}", std::process::id()));
        let open = || OpenOptions::new().write(true).create(true).truncate(false).open(&path);
        // A clone is what the other process has: closing the file here does not unlock it.
        let closed = open().unwrap();
        flock(&closed, FlockOperation::NonBlockingLockExclusive).unwrap();
        let other = closed.try_clone().unwrap();
        drop(closed);
        assert_eq!(lock(&path).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
        drop(other);
        let locked = open().unwrap();
        flock(&locked, FlockOperation::NonBlockingLockExclusive).unwrap();
        let other = locked.try_clone().unwrap();
        drop(LockedFile(locked));
        drop(lock(&path).unwrap());
        drop(other);
        fs::remove_file(path).unwrap();
    }
}
