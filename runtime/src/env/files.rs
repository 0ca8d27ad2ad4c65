//! The file system of a job.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, Metadata, OpenOptions};
use std::io::{ErrorKind, Read, Result, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The file system of a job: implement it to run file connectors against memory in a test.
///
/// # Examples
/// ```
/// use millstream::env::{Env, Files};
/// use millstream::prelude::*;
/// use std::io::{Cursor, Read, Result, Write};
/// use std::path::Path;
///
/// #[derive(Debug)]
/// struct OneFile(&'static str);
///
/// impl Files for OneFile {
///     fn open(&self, _: &Path) -> Result<Box<dyn Read + Send>> {
///         Ok(Box::new(Cursor::new(self.0)))
///     }
///     fn create(&self, _: &Path) -> Result<Box<dyn Write + Send>> {
///         Ok(Box::new(std::io::sink()))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let lines = Collected::new();
/// let env = Env::system().with_files(OneFile("GET /\nGET /about\n"));
/// topology!(log = source(file_lines("access.log")), log >> sink(lines.sink()))
///     .run(Config::default().env(env))
///     .await?;
/// assert_eq!(lines.take(), ["GET /", "GET /about"]);
/// # Ok(())
/// # }
/// ```
pub trait Files: Send + Sync + fmt::Debug + 'static {
    /// Opens a file for reading.
    ///
    /// # Errors
    /// If the file does not exist or cannot be read: the job does not start.
    fn open(&self, path: &Path) -> Result<Box<dyn Read + Send>>;

    /// Creates an empty file for writing; truncates an existing one.
    ///
    /// # Errors
    /// If the file cannot be created: the job does not start.
    fn create(&self, path: &Path) -> Result<Box<dyn Write + Send>>;

    /// Creates an empty file for writing, unless it exists.
    ///
    /// # Errors
    /// [`AlreadyExists`](ErrorKind::AlreadyExists), and those of [`create`](Files::create).
    fn create_new(&self, path: &Path) -> Result<Box<dyn Write + Send>> {
        if self.open(path).is_ok() {
            return Err(ErrorKind::AlreadyExists.into());
        }
        self.create(path)
    }

    /// Checks that a file can be created or replaced; keeps what is in it.
    ///
    /// By default, only that it is no directory, as far as [`status`](Files::status) shows.
    ///
    /// # Errors
    /// If the file cannot be written: the job does not start.
    fn check_replace(&self, path: &Path) -> Result<()> {
        match self.status(path) {
            Ok(status) if status.kind == FileKind::Directory => Err(ErrorKind::IsADirectory.into()),
            _ => Ok(()),
        }
    }

    /// Opens a file for writing at its end; creates it if it does not exist.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) unless overridden; if the file cannot be opened.
    fn append(&self, path: &Path) -> Result<Box<dyn Write + Send>> {
        let _: &Path = path;
        Err(ErrorKind::Unsupported.into())
    }

    /// What is at a path.
    ///
    /// By default, a regular file of unknown identity and length 0 if it can be opened.
    ///
    /// # Errors
    /// If there is nothing, or it cannot be examined.
    fn status(&self, path: &Path) -> Result<FileStatus> {
        self.open(path)?;
        Ok(FileStatus { kind: FileKind::Regular, length: 0, id: None })
    }

    /// The last byte of a file, unless it is empty.
    ///
    /// By default, reads the whole file.
    ///
    /// # Errors
    /// If the file cannot be read.
    fn last_byte(&self, path: &Path) -> Result<Option<u8>> {
        let (mut file, mut buffer, mut last) = (self.open(path)?, [0; 8 * 1_024], None);
        loop {
            let read = file.read(&mut buffer)?;
            match buffer.get(..read).and_then(<[u8]>::last) {
                Some(byte) => last = Some(*byte),
                None => return Ok(last),
            }
        }
    }

    /// The one path by which a file is known, whatever the spelling: absolute, without links. The
    /// file need not exist.
    ///
    /// By default, the path itself.
    fn canonical(&self, path: &Path) -> PathBuf {
        path.to_owned()
    }

    /// Renames a file; replaces an existing one.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) unless overridden; if the file cannot be renamed.
    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        let _: (&Path, &Path) = (from, to);
        Err(ErrorKind::Unsupported.into())
    }

    /// Creates a directory with its parents, unless it exists, and lists the names in it.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) unless overridden; if the directory cannot be
    /// created or read.
    fn directory(&self, path: &Path) -> Result<Vec<OsString>> {
        let _: &Path = path;
        Err(ErrorKind::Unsupported.into())
    }
}

/// What is at a path: what [`Files::status`] returns.
///
/// # Examples
/// ```
/// use millstream::env::{Env, FileKind};
/// use std::path::Path;
///
/// let status = Env::system().files().status(Path::new("."))?;
/// assert_eq!(status.kind, FileKind::Directory);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStatus {
    /// What it is.
    pub kind: FileKind,
    /// Its length in bytes.
    pub length: u64,
    /// Two numbers that no other file has at the same time, such as device and inode, if known.
    pub id: Option<(u64, u64)>,
}

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    Regular,
    /// A directory.
    Directory,
    /// A pipe with or without a name.
    Pipe,
    /// A terminal, another device, or a socket.
    Device,
}

impl FileKind {
    /// Whether its next bytes may take a long time to arrive.
    #[must_use]
    pub fn streams(self) -> bool {
        matches!(self, Self::Pipe | Self::Device)
    }
}

/// The file system of the machine, and the default of a job.
#[derive(Debug, Clone, Copy)]
pub struct SystemFiles;

impl Files for SystemFiles {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that opens files")]
    fn open(&self, path: &Path) -> Result<Box<dyn Read + Send>> {
        Ok(Box::new(fs::File::open(path)?))
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
