//! The file system of a job.

use std::any::Any;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, ErrorKind, Read, Result, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

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

    /// Opens a file for reading from an offset in bytes; behind its end there is nothing to read.
    ///
    /// By default, opens the file and discards what is before the offset.
    ///
    /// # Errors
    /// If the file does not exist or cannot be read.
    fn open_at(&self, path: &Path, offset: u64) -> Result<Box<dyn Read + Send>> {
        let mut file = self.open(path)?;
        io::copy(&mut file.by_ref().take(offset), &mut io::sink())?;
        Ok(file)
    }

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

    /// Creates an empty file for writing that only its owner can read or write, unless it exists.
    ///
    /// By default [`create_new`](Files::create_new), with the mode that this gives.
    ///
    /// # Errors
    /// [`AlreadyExists`](ErrorKind::AlreadyExists), and those of [`create`](Files::create).
    fn create_private(&self, path: &Path) -> Result<Box<dyn Write + Send>> {
        self.create_new(path)
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

    /// When a file was last written, since 1970.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) unless overridden; if it cannot be examined.
    fn modified(&self, path: &Path) -> Result<Duration> {
        let _: &Path = path;
        Err(ErrorKind::Unsupported.into())
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

    /// Removes a file.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) unless overridden; if the file cannot be removed.
    fn remove(&self, path: &Path) -> Result<()> {
        let _: &Path = path;
        Err(ErrorKind::Unsupported.into())
    }

    /// Cuts a file to a length, or extends it by zeros.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) unless overridden; if the file cannot be written.
    fn set_length(&self, path: &Path, length: u64) -> Result<()> {
        let _: (&Path, u64) = (path, length);
        Err(ErrorKind::Unsupported.into())
    }

    /// Makes the contents of a file durable: on return they survive a power failure.
    ///
    /// After an error the contents are unknown, and a second attempt proves nothing: write a new
    /// file.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) unless overridden; if the contents may be lost.
    fn sync(&self, path: &Path) -> Result<()> {
        let _: &Path = path;
        Err(ErrorKind::Unsupported.into())
    }

    /// Makes the names in a directory durable: files created, renamed and removed in it.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) unless overridden; if a name may be lost.
    fn sync_directory(&self, path: &Path) -> Result<()> {
        let _: &Path = path;
        Err(ErrorKind::Unsupported.into())
    }

    /// Opens a file for reading at any offset.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) unless overridden; if the file cannot be read.
    fn open_at_random(&self, path: &Path) -> Result<Box<dyn ReadAt>> {
        let _: &Path = path;
        Err(ErrorKind::Unsupported.into())
    }

    /// Locks a file against other processes, without waiting; creates it if it does not exist.
    ///
    /// The lock is released when it is dropped, and when the process ends in whatever way.
    ///
    /// # Errors
    /// [`WouldBlock`](ErrorKind::WouldBlock) if it is locked already, by another process or by this
    /// one; [`Unsupported`](ErrorKind::Unsupported) unless overridden.
    fn lock(&self, path: &Path) -> Result<FileLock> {
        let _: &Path = path;
        Err(ErrorKind::Unsupported.into())
    }
}

/// A file that is read at any offset, from several threads at once: what
/// [`Files::open_at_random`] returns.
pub trait ReadAt: Send + Sync + fmt::Debug {
    /// The length of the file in bytes.
    ///
    /// # Errors
    /// If the file cannot be examined.
    fn length(&self) -> Result<u64>;

    /// Fills the buffer with the bytes that start at the offset.
    ///
    /// # Errors
    /// [`UnexpectedEof`](ErrorKind::UnexpectedEof) if the file ends before the buffer is full; if
    /// the file cannot be read.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<()>;
}

/// A lock on a file, released when it is dropped: what [`Files::lock`] returns.
pub struct FileLock(Box<dyn Any + Send + Sync>);

impl FileLock {
    /// Wraps whatever releases the lock when it is dropped.
    ///
    /// # Examples
    /// ```
    /// use millstream::env::FileLock;
    /// use std::sync::Arc;
    ///
    /// let held = Arc::new(());
    /// let lock = FileLock::new(held.clone());
    /// assert_eq!(Arc::strong_count(&held), 2);
    /// drop(lock);
    /// assert_eq!(Arc::strong_count(&held), 1);
    /// ```
    #[must_use]
    pub fn new(guard: impl Send + Sync + 'static) -> Self {
        Self(Box::new(guard))
    }
}

impl fmt::Debug for FileLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FileLock").field(&(*self.0).type_id()).finish()
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
