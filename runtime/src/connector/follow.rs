//! Files that grow and rotate.

use super::file::{self, BUFFER};
use super::input::MARK;
use super::text::{Record, parsed, too_long};
use crate::env::{Alarm, Env, FileKind, FileUse};
use crate::error::{Error, ErrorKind, Result};
use crate::source::{Intake, Reader, Readiness, Source, Unreplayable};
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
/// Not replayable, and without a position: the file that was read last may have been rotated more
/// than once while the job was down, and the files in the interval are then unknown.
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

    /// Sets how often the file is examined while nothing is appended; 100 ms unless called.
    #[must_use]
    pub fn poll_every(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> Source<T> for Followed<T> {
    type Reader = FollowReader<T>;
    type Replay = Unreplayable;

    fn open(self, env: &Env) -> Result<Self::Reader> {
        super::input::check_limit(self.limit)?;
        if self.interval.is_zero() {
            let message = "`poll_every` needs an interval above zero";
            return Err(Error::new(ErrorKind::Config, message));
        }
        let failed = |error| file::failed(ErrorKind::Source, "follow", &self.path, error);
        let status = env.files().status(&self.path).map_err(failed)?;
        if status.kind != FileKind::Regular || super::input::compressed(&self.path) {
            return Err(failed(io::ErrorKind::Unsupported.into()));
        }
        let name = self.path.display().to_string();
        let file = env.files().open(&self.path).map_err(failed)?;
        Ok(FollowReader {
            tail: FileTail {
                file,
                id: status.id,
                position: 0,
                number: 0,
                line: Vec::new(),
                length: 0,
            },
            renamed: false,
            waits: false,
            alarm: Alarm::new(env.clone()),
            records: VecDeque::new(),
            buffer: vec![0; BUFFER],
            env: env.clone(),
            name,
            source: self,
        })
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
    /// Whether the path named another file at the last look.
    renamed: bool,
    waits: bool,
    alarm: Alarm,
    records: VecDeque<Record<T>>,
    buffer: Vec<u8>,
}

/// One of the files that a path has named, and the line that is not complete.
struct FileTail {
    file: Box<dyn Read + Send>,
    id: Option<(u64, u64)>,
    position: u64,
    number: u64,
    line: Vec<u8>,
    length: u64,
}

impl<T> fmt::Debug for FollowReader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FollowReader").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<T> FollowReader<T> {
    /// Reads what has been appended; false if that is nothing.
    fn fill(&mut self) -> Result<bool> {
        let read = match self.tail.file.read(&mut self.buffer) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(true),
            Err(error) => return Err(self.failed(error)),
        };
        self.tail.position += read as u64;
        let bytes = self.buffer.get(..read).unwrap_or_default().to_vec();
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let ended = part.ends_with(b"\n");
            let text = part.strip_suffix(b"\n").unwrap_or(part);
            // The byte beyond the limit may be the `\r` of the line's end, and the first three
            // a byte order mark.
            let most = self.source.limit.saturating_add(1 + MARK.len());
            let room = most.saturating_sub(self.tail.line.len());
            self.tail.line.extend_from_slice(text.get(..room).unwrap_or(text));
            self.tail.length += text.len() as u64;
            if ended {
                self.end_line();
            }
        }
        Ok(read > 0)
    }

    fn end_line(&mut self) {
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
        match record {
            Ok(line) => self.records.extend((self.source.parse)(&self.name, number, line)),
            Err(malformed) => self.records.push_back(Err(malformed)),
        }
    }

    /// Continues with the file that the path names now, if it is another or begins anew.
    fn rotate(&mut self) -> Result<bool> {
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
        let file = match self.env.files().open(&self.source.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(self.failed(error)),
        };
        if self.tail.length > 0 {
            self.end_line();
        }
        let (line, id) = (Vec::new(), status.id);
        self.tail = FileTail { file, id, position: 0, number: 0, line, length: 0 };
        self.renamed = false;
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
        self.records.drain(..limit).try_for_each(|record| match record {
            Ok(event) => into.event(event),
            Err(malformed) => into.malformed(malformed),
        })
    }
}
