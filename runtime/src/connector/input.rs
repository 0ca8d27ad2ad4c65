//! Text to be read: a file, a pipe, a terminal or standard input.

use super::file;
use crate::env::{Env, FileKind, is_standard};
use crate::error::{Error, ErrorKind, Result};
use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The most bytes of a record, unless the source sets another limit: 16 MiB.
pub(super) const RECORD_LIMIT: usize = 16 << 20;

/// The bytes of a text, decompressed, without a byte order mark.
pub(super) type Text = Box<dyn Read + Send>;

/// A file before its text is read.
pub(super) struct Input {
    pub(super) name: String,
    file: Box<dyn Read + Send>,
    /// Whether the next bytes may take a long time to arrive.
    pub(super) streams: bool,
    compressed: bool,
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Input {
    /// Opens a file; `-` is standard input. A named pipe is opened by the first read, since that
    /// waits for a writer.
    pub(super) fn open(env: &Env, path: &Path) -> Result<Self> {
        if is_standard(path) {
            return Ok(Self::stdin());
        }
        let failed = |error| file::failed(ErrorKind::Source, "read", path, error);
        let status = env.files().status(path).map_err(failed)?;
        if status.kind == FileKind::Directory {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        let streams = status.kind.streams();
        let file = if streams {
            Box::new(Lazy { env: env.clone(), path: path.to_owned(), file: None })
        } else {
            env.files().open(path).map_err(failed)?
        };
        Ok(Self { name: path.display().to_string(), file, streams, compressed: compressed(path) })
    }

    pub(super) fn stdin() -> Self {
        let file = Box::new(io::stdin());
        Self { name: "standard input".into(), file, streams: true, compressed: false }
    }

    /// The text; `before` is called before every read that may wait.
    pub(super) fn text(self, before: Option<Box<dyn FnMut() + Send>>) -> Text {
        let file: Text = match before {
            Some(before) => Box::new(Announced { file: self.file, before }),
            None => self.file,
        };
        let text = if self.compressed { decompressed(file) } else { file };
        Box::new(Unmarked::new(text))
    }
}

/// The least limit of a record is one byte.
pub(super) fn check_limit(limit: usize) -> Result<()> {
    if limit > 0 {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Config, "`record_limit(0)` would refuse every record"))
}

#[cfg(feature = "csv")]
pub(super) fn compressed(path: &Path) -> bool {
    file::is_gzip(path)
}

#[cfg(not(feature = "csv"))]
pub(super) fn compressed(_: &Path) -> bool {
    false
}

#[cfg(feature = "csv")]
fn decompressed(file: Text) -> Text {
    Box::new(super::gzip::GzipMembers::new(file))
}

#[cfg(not(feature = "csv"))]
fn decompressed(file: Text) -> Text {
    file
}

/// Opened by the first read.
struct Lazy {
    env: Env,
    path: PathBuf,
    file: Option<Box<dyn Read + Send>>,
}

impl Read for Lazy {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let file = match self.file.take() {
            Some(file) => file,
            None => self.env.files().open(&self.path)?,
        };
        self.file.insert(file).read(into)
    }
}

/// Announces every read.
struct Announced {
    file: Box<dyn Read + Send>,
    before: Box<dyn FnMut() + Send>,
}

impl Read for Announced {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        (self.before)();
        self.file.read(into)
    }
}

/// The byte order mark of UTF-8.
pub(super) const MARK: [u8; 3] = *b"\xef\xbb\xbf";

/// Leaves out a byte order mark at the beginning.
struct Unmarked<R> {
    text: R,
    /// What was read of the beginning, until it is known not to be a mark.
    start: Vec<u8>,
    started: bool,
}

impl<R: Read> Unmarked<R> {
    fn new(text: R) -> Self {
        Self { text, start: Vec::new(), started: false }
    }

    fn read_start(&mut self) -> io::Result<()> {
        let mut byte = [0];
        while MARK.starts_with(&self.start) && self.start.len() < MARK.len() {
            match self.text.read(&mut byte) {
                Ok(0) => break,
                Ok(_) => self.start.extend(byte),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if self.start == MARK {
            self.start.clear();
        }
        self.started = true;
        Ok(())
    }
}

impl<R: Read> Read for Unmarked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if !self.started {
            self.read_start()?;
        }
        if self.start.is_empty() {
            return self.text.read(into);
        }
        let read = self.start.as_slice().read(into)?;
        self.start.drain(..read);
        Ok(read)
    }
}
