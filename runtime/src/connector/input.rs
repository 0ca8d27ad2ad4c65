//! Text to be read: a file, a pipe, a terminal or standard input.

use super::file;
use super::place::{FilePosition, RecentText, Resumed, differs};
use crate::env::{Env, FileKind, is_standard};
use crate::error::{Error, ErrorKind, Result};
use crate::source::Position;
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
    /// Where to continue; at the beginning unless the source begins at a position.
    pub(super) start: FilePosition,
    /// What was read last, unless the text streams.
    pub(super) recent: RecentText,
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
        let streams = kind(env, path)?.streams();
        let file = if streams {
            Box::new(Lazy { env: env.clone(), path: path.to_owned(), file: None })
        } else {
            env.files().open(path).map_err(|error| unread(path, error))?
        };
        Ok(Self::new(path.display().to_string(), file, streams, compressed(path)))
    }

    /// Opens a file at a position. What is before it is verified: at once where that is quick, or
    /// else by the first read.
    pub(super) fn open_at(env: &Env, path: &Path, at: &Position) -> Result<Self> {
        let at: FilePosition = at.read()?;
        if is_standard(path) || kind(env, path)?.streams() {
            return Err(unread(path, io::Error::other("it cannot begin at a position")));
        }
        if at.offset == 0 {
            return Self::open(env, path);
        }
        let (start, compressed) = (at.check_start(), compressed(path));
        let file = if compressed {
            env.files().open(path).map_err(|error| unread(path, error))?
        } else {
            env.files().open_at(path, start).map_err(|error| unread(path, error))?
        };
        let mut input = Self::new(path.display().to_string(), file, false, compressed);
        let text = if compressed { decompressed(input.file) } else { input.file };
        let skipped = if compressed { start } else { 0 };
        let mut resumed = Resumed::new(text, at.clone(), skipped, input.recent.clone());
        if !compressed {
            resumed.verify().map_err(|error| differs(path, &error.to_string()))?;
        }
        (input.file, input.start, input.compressed) = (Box::new(resumed), at, false);
        Ok(input)
    }

    pub(super) fn stdin() -> Self {
        Self::new("standard input".into(), Box::new(io::stdin()), true, false)
    }

    fn new(name: String, file: Text, streams: bool, compressed: bool) -> Self {
        let (start, recent) = (FilePosition::default(), RecentText::default());
        Self { name, file, streams, compressed, start, recent }
    }

    /// Where a reader of it begins; a text that streams has no positions.
    pub(super) fn position(&self) -> Result<Option<Position>> {
        (!self.streams).then(|| Position::of(&self.start)).transpose()
    }

    /// The text; `before` is called before every read that may wait.
    pub(super) fn text(self, before: Option<Box<dyn FnMut() + Send>>) -> Text {
        let file: Text = match before {
            Some(before) => Box::new(Announced { file: self.file, before }),
            None => self.file,
        };
        let mut text = if self.compressed { decompressed(file) } else { file };
        if self.start.offset == 0 {
            text = Box::new(Unmarked::new(text, self.recent.clone()));
        }
        if self.streams { text } else { Box::new(Recorded { text, recent: self.recent }) }
    }
}

/// What is at a path, unless it is a directory.
fn kind(env: &Env, path: &Path) -> Result<FileKind> {
    let status = env.files().status(path).map_err(|error| unread(path, error))?;
    if status.kind == FileKind::Directory {
        return Err(unread(path, io::ErrorKind::IsADirectory.into()));
    }
    Ok(status.kind)
}

fn unread(path: &Path, error: io::Error) -> Error {
    file::failed(ErrorKind::Source, "read", path, error)
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

/// Records what is read.
struct Recorded {
    text: Text,
    recent: RecentText,
}

impl Read for Recorded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.text.read(into)?;
        self.recent.lock().bytes.extend_from_slice(into.get(..read).unwrap_or_default());
        Ok(read)
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
    recent: RecentText,
}

impl<R: Read> Unmarked<R> {
    fn new(text: R, recent: RecentText) -> Self {
        Self { text, start: Vec::new(), started: false, recent }
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
            self.recent.lock().mark = MARK.len() as u64;
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
