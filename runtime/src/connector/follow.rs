//! Files that grow and rotate.

use super::file::{self, BUFFER};
use super::input::MARK;
use super::place::{CHECKED, FilePosition};
use super::rotated::{self, FileId, FollowPosition, RotatedFile};
use super::text::{Record, parsed, too_long};
use crate::env::{Alarm, Env, FileKind, FileUse};
use crate::error::{Error, ErrorKind, Result};
use crate::source::{Intake, Position, Reader, Readiness, Replayable, Source};
use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Read};
use std::path::PathBuf;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// How often a file is examined, unless the source sets another interval.
const INTERVAL: Duration = Duration::from_millis(100);

/// Makes an event of a line: gets the name of the file, the line's number, and the line.
pub type Parse<T> = fn(&str, u64, String) -> Option<Record<T>>;

/// A source that follows a file, made by [`FileLines::follow`](super::lines::FileLines::follow) or
/// `JsonLines::follow`.
///
/// Reads the file from its beginning, and then what is appended, until the job is drained. A line
/// is emitted once it is complete. When the path names another file, since the old one was renamed
/// and a new one created, the source reads the rest of the old file, and then the new one. When the
/// file is shorter than what was read, since it was copied and truncated, the source reads it from
/// the beginning; lines that were written between the last look and the truncation are lost.
///
/// # After a restart
/// The position of a job with `at_least_once` is that of a line: the identity of the file (device
/// and inode), offset, line number, and a checksum of the 4 KiB before it. If the path names
/// another file by then, the one that was read last is looked for in the same directory: by its
/// identity, or, if the file was copied and truncated, by the bytes of the copy. Its rest is read,
/// then the files that were rotated after it, in the order in which they were last written, then
/// the one at the path. Rotated files are those whose name begins with that of the file, such as
/// `access.log.1`.
///
/// The job is refused, and nothing skipped, if the file is gone or was compressed, if one that was
/// rotated later is compressed already, or if their order is not clear. Keep as many rotated files,
/// and uncompressed (`delaycompress`), as can come about while the job is down. A job that is
/// killed before its first checkpoint begins with the file that the path names then.
pub struct Followed<T> {
    path: PathBuf,
    limit: usize,
    interval: Duration,
    parse: Parse<T>,
}

impl<T> fmt::Debug for Followed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Followed").field("path", &self.path).finish_non_exhaustive()
    }
}

impl<T> Followed<T> {
    pub(super) fn new(path: PathBuf, limit: usize, parse: Parse<T>) -> Self {
        Self { path, limit, interval: INTERVAL, parse }
    }

    fn check(&self) -> Result<()> {
        super::input::check_limit(self.limit)?;
        if self.interval.is_zero() {
            let message = "`poll_every` needs an interval above zero";
            return Err(Error::new(ErrorKind::Config, message));
        }
        Ok(())
    }

    /// Sets how often the file is examined while nothing is appended; 100 ms unless called.
    #[must_use]
    pub fn poll_every(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }
}

impl<T> Clone for Followed<T> {
    fn clone(&self) -> Self {
        Self { path: self.path.clone(), ..*self }
    }
}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> Source<T> for Followed<T> {
    type Reader = FollowReader<T>;
    type Replay = Replayable;

    fn open(self, env: &Env) -> Result<Self::Reader> {
        self.check()?;
        let failed = |error| file::failed(ErrorKind::Source, "follow", &self.path, error);
        let status = env.files().status(&self.path).map_err(failed)?;
        if status.kind != FileKind::Regular || super::input::compressed(&self.path) {
            return Err(failed(io::ErrorKind::Unsupported.into()));
        }
        let file = env.files().open(&self.path).map_err(failed)?;
        let (at, recent) = (FilePosition::default(), Vec::new());
        let first = RotatedFile { id: status.id, file, at, recent };
        Ok(FollowReader::new(self, env, [first].into()))
    }

    fn open_at(self, env: &Env, at: &Position) -> Result<Self::Reader> {
        self.check()?;
        let files = rotated::continued(env, &self.path, &at.read()?)?;
        Ok(FollowReader::new(self, env, files))
    }

    fn again(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn files(&self) -> Vec<FileUse> {
        vec![FileUse::read(&self.path)]
    }
}

/// Reads a file that grows; what [`Followed`] opens into.
pub struct FollowReader<T> {
    source: Followed<T>,
    name: String,
    env: Env,
    tail: FileTail,
    /// The files that were rotated after that one while nobody read.
    later: VecDeque<RotatedFile>,
    /// Whether the path named another file at the last look.
    renamed: bool,
    waits: bool,
    alarm: Alarm,
    /// Each with the place behind it in the file of the tail.
    records: VecDeque<(Record<T>, LineEnd)>,
    buffer: Vec<u8>,
    /// The place behind the last record that was read, if it is in what was read of the tail last.
    read: Option<LineEnd>,
    /// Where that was before.
    settled: FollowPosition,
}

/// Where a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LineEnd {
    offset: u64,
    /// The lines that end up to there.
    lines: u64,
}

/// One of the files that a path has named, and the line that is not complete.
struct FileTail {
    file: Box<dyn Read + Send>,
    id: FileId,
    position: u64,
    number: u64,
    line: Vec<u8>,
    length: u64,
    /// The bytes up to the position: those that were read last, and some before.
    recent: Vec<u8>,
}

impl FileTail {
    fn new(from: RotatedFile) -> Self {
        let RotatedFile { id, file, at, recent } = from;
        let (position, number) = (at.offset, at.lines);
        Self { file, id, position, number, line: Vec::new(), length: 0, recent }
    }

    /// The position at a place in what was read last.
    fn position_at(&self, LineEnd { offset, lines }: LineEnd) -> FollowPosition {
        let behind = usize::try_from(self.position.saturating_sub(offset)).unwrap_or(usize::MAX);
        let length = self.recent.len().saturating_sub(behind);
        let text = self.recent.get(..length).unwrap_or_default();
        FollowPosition::behind(self.id, text, offset, lines)
    }

    /// Adds what was read.
    fn extend(&mut self, bytes: &[u8]) {
        self.recent.drain(..self.recent.len().saturating_sub(CHECKED));
        self.recent.extend_from_slice(bytes);
        self.position += bytes.len() as u64;
    }
}

impl<T> fmt::Debug for FollowReader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FollowReader").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<T> FollowReader<T> {
    /// Reads these files, of which there is one at least, and then what the path names.
    fn new(source: Followed<T>, env: &Env, mut files: VecDeque<RotatedFile>) -> Self {
        let empty = RotatedFile {
            id: None,
            file: Box::new(io::empty()),
            at: FilePosition::default(),
            recent: Vec::new(),
        };
        let first = files.pop_front().unwrap_or(empty);
        let settled = FollowPosition { id: first.id, at: first.at.clone() };
        Self {
            name: source.path.display().to_string(),
            source,
            tail: FileTail::new(first),
            later: files,
            renamed: false,
            waits: false,
            alarm: Alarm::new(env.clone()),
            records: VecDeque::new(),
            buffer: vec![0; BUFFER],
            env: env.clone(),
            read: None,
            settled,
        }
    }

    /// Keeps the position before more is read.
    fn settle(&mut self) {
        if let Some(read) = self.read.take() {
            self.settled = self.tail.position_at(read);
        }
    }

    /// Reads what has been appended; false if that is nothing.
    fn fill(&mut self) -> Result<bool> {
        let read = match self.tail.file.read(&mut self.buffer) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(true),
            Err(error) => return Err(self.failed(error)),
        };
        if read == 0 {
            return Ok(false);
        }
        self.settle();
        let mut offset = self.tail.position;
        let bytes = self.buffer.get(..read).unwrap_or_default().to_vec();
        self.tail.extend(&bytes);
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let ended = part.ends_with(b"\n");
            let text = part.strip_suffix(b"\n").unwrap_or(part);
            // The byte beyond the limit may be the `\r` of the line's end, and the first three
            // a byte order mark.
            let most = self.source.limit.saturating_add(1 + MARK.len());
            let room = most.saturating_sub(self.tail.line.len());
            self.tail.line.extend_from_slice(text.get(..room).unwrap_or(text));
            self.tail.length += text.len() as u64;
            offset += part.len() as u64;
            if ended {
                self.end_line(Some(offset));
            }
        }
        Ok(true)
    }

    /// Ends a line; without an offset it is the last of its file, and the next file follows.
    fn end_line(&mut self, offset: Option<u64>) {
        let FileTail { line, length, number, .. } = &mut self.tail;
        let (mut line, length) = (std::mem::take(line), std::mem::take(length));
        *number += 1;
        let (whole, number) = (line.len() as u64 == length, *number);
        if number == 1 && line.starts_with(&MARK) {
            line.drain(..MARK.len());
        }
        line.pop_if(|last| *last == b'\r');
        let record = if whole && line.len() <= self.source.limit {
            parsed(&self.name, number, line)
        } else {
            Err(too_long(&self.name, number, self.source.limit, &line))
        };
        let end = match offset {
            Some(offset) => LineEnd { offset, lines: number },
            None => LineEnd { offset: 0, lines: 0 },
        };
        let record = match record {
            Ok(line) => (self.source.parse)(&self.name, number, line),
            Err(malformed) => Some(Err(malformed)),
        };
        self.records.extend(record.map(|record| (record, end)));
    }

    /// Continues with another file at its beginning, once all of this one was read.
    fn continue_with(&mut self, next: RotatedFile) {
        self.settle();
        if self.tail.length > 0 {
            self.end_line(None);
        }
        self.tail = FileTail::new(next);
        if self.records.is_empty() {
            self.read = Some(LineEnd { offset: 0, lines: 0 });
        }
        self.renamed = false;
    }

    /// Continues with the file that the path names now, if it is another or begins anew.
    fn rotate(&mut self) -> Result<bool> {
        if let Some(next) = self.later.pop_front() {
            self.continue_with(next);
            return Ok(true);
        }
        let Ok(status) = self.env.files().status(&self.source.path) else { return Ok(false) };
        let truncated = status.id == self.tail.id && status.id.is_some();
        let truncated = truncated && status.length < self.tail.position;
        let renamed = status.id != self.tail.id;
        // The writer may add to the old file until it opens the new one: look once more.
        let other = truncated || (renamed && self.renamed);
        if !other {
            self.renamed = renamed;
            return Ok(false);
        }
        if renamed {
            // More than one may have been rotated since the last look.
            self.later = rotated::later(&self.env, &self.source.path, self.tail.id)
                .inspect_err(
                    |error| tracing::warn!(%error, "a file that was rotated since is skipped"),
                )
                .unwrap_or_default();
            if let Some(next) = self.later.pop_front() {
                self.continue_with(next);
                return Ok(true);
            }
        }
        let file = match self.env.files().open(&self.source.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(self.failed(error)),
        };
        let (at, recent) = (FilePosition::default(), Vec::new());
        self.continue_with(RotatedFile { id: status.id, file, at, recent });
        Ok(true)
    }

    fn failed(&self, error: io::Error) -> Error {
        file::failed(ErrorKind::Source, "follow", &self.source.path, error)
    }
}

impl<T: Send + 'static> Reader<T> for FollowReader<T> {
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<Readiness>> {
        while self.records.is_empty() {
            if self.waits {
                ready!(self.alarm.poll(cx));
                self.waits = false;
            }
            if !self.fill()? && !self.rotate()? {
                let next = self.alarm.now().plus(self.source.interval);
                self.alarm.set(Some(next));
                self.waits = true;
            }
        }
        Poll::Ready(Ok(Readiness::Events))
    }

    fn read(&mut self, limit: usize, into: &mut impl Intake<T>) -> Result<()> {
        let limit = limit.min(self.records.len());
        for (record, end) in self.records.drain(..limit) {
            self.read = Some(end);
            match record {
                Ok(event) => into.event(event)?,
                Err(malformed) => into.malformed(malformed)?,
            }
        }
        Ok(())
    }

    fn position(&mut self) -> Result<Option<Position>> {
        let position = match self.read {
            Some(read) => &self.tail.position_at(read),
            None => &self.settled,
        };
        Position::of(position).map(Some)
    }
}
