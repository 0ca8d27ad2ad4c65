//! Text by lines, numbered as an editor numbers them.

use super::file::BUFFER;
use super::place::FilePosition;
use crate::error::{Error, ErrorKind, RecordPosition, Result};
use crate::source::Malformed;
use std::io::{BufRead, BufReader, ErrorKind as IoErrorKind, Read};

/// An event, or a record that cannot be parsed.
pub(super) type Record<T> = std::result::Result<T, Malformed>;

/// How much of a record beyond the limit is kept, in bytes.
pub(super) const EXCERPT: usize = 1_024;

/// Reads lines; one beyond the limit is malformed, and takes no more memory than the limit.
pub(super) struct TextLines<R> {
    input: BufReader<R>,
    name: String,
    number: u64,
    limit: usize,
    /// Where the last line ended, and whether it has an end.
    offset: u64,
    ended: bool,
}

impl<R: Read> TextLines<R> {
    /// The lines behind a position in the text.
    pub(super) fn new(name: String, text: R, limit: usize, start: &FilePosition) -> Self {
        let (input, offset) = (BufReader::with_capacity(BUFFER, text), start.offset);
        let ended = start.last.is_none_or(|last| last == b'\n');
        let number = start.lines + u64::from(!ended);
        Self { input, name, number, limit, offset, ended }
    }

    /// Where the last line ended.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// How many lines have ended.
    pub(super) fn ended(&self) -> u64 {
        self.number - u64::from(!self.ended)
    }

    /// A file may have grown: the end of the line that had none when it was read is no line.
    fn end_line(&mut self) -> Result<()> {
        let bytes = loop {
            match self.input.fill_buf() {
                Ok(_) => break self.input.buffer(),
                Err(error) if error.kind() == IoErrorKind::Interrupted => {}
                Err(error) => return Err(self.unread(error)),
            }
        };
        let length = match bytes {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            // The line goes on: the rest of it is read under its number.
            [_, ..] => {
                self.number -= 1;
                0
            }
            [] => return Ok(()),
        };
        self.input.consume(length);
        self.offset += length as u64;
        self.ended = true;
        Ok(())
    }

    /// The next line and its number, from 1.
    pub(super) fn next(&mut self) -> Result<Option<(u64, Record<String>)>> {
        if !self.ended {
            self.end_line()?;
        }
        let mut line = Vec::new();
        let mut length = 0_u64;
        let mut ended = false;
        while !ended {
            let bytes = match self.input.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == IoErrorKind::Interrupted => continue,
                Err(error) => return Err(self.unread(error)),
            };
            if bytes.is_empty() {
                break;
            }
            let end = bytes.iter().position(|byte| *byte == b'\n');
            ended = end.is_some();
            let part = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
            // The byte beyond the limit may be the `\r` of the line's end.
            let room = self.limit.saturating_add(1).saturating_sub(line.len());
            line.extend_from_slice(part.get(..room).unwrap_or(part));
            length += part.len() as u64;
            let used = part.len() + usize::from(ended);
            self.input.consume(used);
            self.offset += used as u64;
        }
        if length == 0 && !ended {
            return Ok(None);
        }
        self.number += 1;
        self.ended = ended;
        let whole = line.len() as u64 == length;
        let record = if whole { self.line(line) } else { Err(self.too_long(&line)) };
        Ok(Some((self.number, record)))
    }

    fn line(&self, mut line: Vec<u8>) -> Record<String> {
        line.pop_if(|last| *last == b'\r');
        if line.len() > self.limit {
            return Err(self.too_long(&line));
        }
        parsed(&self.name, self.number, line)
    }

    fn too_long(&self, line: &[u8]) -> Malformed {
        too_long(&self.name, self.number, self.limit, line)
    }

    fn unread(&self, error: std::io::Error) -> Error {
        let position = RecordPosition::new(&*self.name, self.number + 1);
        Error::new(ErrorKind::Source, "cannot read the line").at(position).caused_by(error)
    }
}

/// A line as text.
pub(super) fn parsed(name: &str, number: u64, line: Vec<u8>) -> Record<String> {
    String::from_utf8(line).map_err(|error| {
        let raw = String::from_utf8_lossy(error.as_bytes()).into_owned();
        Malformed::new(name, number, "expected text in UTF-8", raw)
    })
}

/// A record beyond the limit, with its beginning.
pub(super) fn too_long(name: &str, number: u64, limit: usize, start: &[u8]) -> Malformed {
    let start = start.get(..EXCERPT).unwrap_or(start);
    let reason = format!("the record is longer than {limit} bytes, the source's `record_limit`");
    Malformed::new(name, number, reason, String::from_utf8_lossy(start))
}
