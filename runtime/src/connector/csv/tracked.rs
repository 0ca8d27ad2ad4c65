//! The text of a CSV file, which knows its lines and the length of the current record.

use crate::connector::file::BUFFER;
use crate::connector::input::Text;
use crate::connector::place::FilePosition;
use crate::connector::text::EXCERPT;
use std::collections::VecDeque;
use std::io::{Read, Result};

/// The text of a CSV file. Keeps what the current record consists of, and at most one more buffer.
pub(super) struct Tracked {
    text: Text,
    limit: usize,
    chunks: VecDeque<Chunk>,
    /// How much was read, and how many lines have ended in it.
    end: u64,
    lines: u64,
    last: u8,
    /// Read, but not yet passed on.
    pending: Vec<u8>,
    record: u64,
    beyond: bool,
}

/// A part of the text.
struct Chunk {
    start: u64,
    /// Lines that have ended before it, and the byte before it.
    lines: u64,
    before: u8,
    bytes: Vec<u8>,
}

impl Chunk {
    fn end(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}

impl Tracked {
    /// The text behind a position. It begins with the end of the line before, so that no parser
    /// takes it for the beginning of a file, where a byte order mark is left out.
    pub(super) fn new(text: Text, limit: usize, start: &FilePosition) -> Self {
        let (chunks, record, beyond) = (VecDeque::new(), 0, false);
        let (end, lines, last, pending) = match start.last {
            None => (start.offset, start.lines, 0, Vec::new()),
            Some(end) if ends_line(end) => (start.offset - 1, start.lines - 1, 0, vec![end]),
            // This end of a line is not there, and does not count.
            Some(_) => (start.offset - 1, start.lines, b'\r', vec![b'\n']),
        };
        Self { text, limit, chunks, end, lines, last, pending, record, beyond }
    }

    /// Where the text begins that was not read yet.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// The lines that end before a position within the current record, or at its end.
    pub(super) fn lines_before(&self, end: u64) -> u64 {
        let chunk = self.chunks.iter().find(|chunk| (chunk.start..chunk.end()).contains(&end));
        let Some(chunk) = chunk else { return self.lines };
        let length = usize::try_from(end - chunk.start).unwrap_or(usize::MAX);
        let bytes = chunk.bytes.get(..length).unwrap_or_default();
        chunk.lines + ended_lines(chunk.before, bytes)
    }

    /// Where the next record begins, or the ends of lines before it.
    pub(super) fn begin_record(&mut self, record: u64) {
        self.record = record;
    }

    /// Whether the text was cut off within a record beyond the limit.
    pub(super) fn is_beyond_limit(&self) -> bool {
        self.beyond
    }

    /// Where the current record begins, and its line, from 1.
    pub(super) fn start(&self) -> (u64, u64) {
        let mut start = self.record;
        while self.byte(start).is_some_and(ends_line) {
            start += 1;
        }
        (start, self.lines_before(start) + 1)
    }

    /// The first bytes of the current record.
    pub(super) fn excerpt(&self) -> Vec<u8> {
        let (start, _) = self.start();
        (start..start + EXCERPT as u64).map_while(|at| self.byte(at)).collect()
    }

    pub(super) fn byte(&self, at: u64) -> Option<u8> {
        let chunk = self.chunks.iter().find(|chunk| (chunk.start..chunk.end()).contains(&at))?;
        chunk.bytes.get(usize::try_from(at - chunk.start).ok()?).copied()
    }

    /// Skips the rest of the line on which the text was cut off; returns where it ends.
    pub(super) fn skip_line(&mut self) -> Result<u64> {
        let mut buffer = vec![0; BUFFER];
        loop {
            let read = self.text.read(&mut buffer)?;
            let bytes = buffer.get(..read).unwrap_or_default();
            let line = bytes.iter().position(|byte| *byte == b'\n');
            let (skipped, rest) = bytes.split_at(line.unwrap_or(read));
            self.count(skipped);
            if read == 0 || line.is_some() {
                self.chunks.clear();
                self.pending = rest.to_vec();
                self.beyond = false;
                self.record = self.end;
                return Ok(self.end);
            }
        }
    }

    fn count(&mut self, bytes: &[u8]) {
        self.end += bytes.len() as u64;
        self.lines += ended_lines(self.last, bytes);
        self.last = bytes.last().copied().unwrap_or(self.last);
    }
}

impl Read for Tracked {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        // All that was read belongs to the current record, since its end is asked for.
        if self.beyond || self.end - self.record > self.limit as u64 + EXCERPT as u64 {
            self.beyond = true;
            return Ok(0);
        }
        let read = if self.pending.is_empty() {
            self.text.read(into)?
        } else {
            let read = self.pending.as_slice().read(into)?;
            self.pending.drain(..read);
            read
        };
        while self.chunks.front().is_some_and(|chunk| chunk.end() <= self.record) {
            self.chunks.pop_front();
        }
        let bytes = into.get(..read).unwrap_or_default();
        if !bytes.is_empty() {
            let (start, lines, before) = (self.end, self.lines, self.last);
            self.chunks.push_back(Chunk { start, lines, before, bytes: bytes.to_vec() });
            self.count(bytes);
        }
        Ok(read)
    }
}

pub(super) fn ends_line(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// How many lines end in a part of a text that follows the byte `before`; `\r\n` is one end.
pub(super) fn ended_lines(before: u8, bytes: &[u8]) -> u64 {
    let ends = bytes.iter().filter(|byte| ends_line(**byte)).count();
    let pairs = bytes.windows(2).filter(|pair| *pair == b"\r\n").count();
    let split = usize::from(before == b'\r' && bytes.first() == Some(&b'\n'));
    (ends - pairs - split) as u64
}
