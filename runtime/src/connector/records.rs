//! Parsers of text, which know where their records end.

use super::input::Text;
use super::place::Columns;
use super::text::{Record, TextLines};
use crate::error::Result;

/// Parses the records of a text.
pub(super) trait RecordParser<T>: Send + 'static {
    /// The next record; `None` at the end.
    ///
    /// # Errors
    /// If reading cannot continue.
    fn next(&mut self) -> Result<Option<Record<T>>>;

    /// Where the last record ended.
    fn offset(&self) -> u64;

    /// The lines that end before that.
    fn lines(&self) -> u64;

    /// What a position has to remember of the beginning of the file.
    fn columns(&self) -> Columns {
        Columns::default()
    }

    /// The lines that end in a part of a text, which follows the byte `before`.
    fn ended_lines(before: u8, text: &[u8]) -> u64;
}

/// Makes records of lines: a function gets the name of the text, the line's number, and the line,
/// and may leave it out.
pub(super) struct LineRecords<F> {
    lines: TextLines<Text>,
    name: String,
    made: F,
}

impl<F> LineRecords<F> {
    pub(super) fn new(name: String, lines: TextLines<Text>, made: F) -> Self {
        Self { lines, name, made }
    }
}

impl<T, F> RecordParser<T> for LineRecords<F>
where
    F: FnMut(&str, u64, String) -> Option<Record<T>> + Send + 'static,
{
    fn next(&mut self) -> Result<Option<Record<T>>> {
        while let Some((number, line)) = self.lines.next()? {
            match line {
                Ok(line) => match (self.made)(&self.name, number, line) {
                    None => {}
                    record => return Ok(record),
                },
                Err(malformed) => return Ok(Some(Err(malformed))),
            }
        }
        Ok(None)
    }

    fn offset(&self) -> u64 {
        self.lines.offset()
    }

    fn lines(&self) -> u64 {
        self.lines.ended()
    }

    fn ended_lines(_: u8, text: &[u8]) -> u64 {
        text.iter().filter(|byte| **byte == b'\n').count() as u64
    }
}
