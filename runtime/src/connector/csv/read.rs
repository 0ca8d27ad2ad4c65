//! Reads CSV records.

use super::options::Dialect;
use super::tracked::{Tracked, ended_lines, ends_line};
use crate::connector::file::BUFFER;
use crate::connector::input::Text;
use crate::connector::place::{Columns, FilePosition};
use crate::connector::records::RecordParser;
use crate::connector::text::{Record, too_long};
use crate::error::{Error, ErrorKind, RecordPosition, Result};
use crate::source::Malformed;
use csv::{ByteRecord, Reader, StringRecord};
use serde::de::DeserializeOwned;

/// Reads CSV records.
pub(super) struct Records {
    name: String,
    dialect: Dialect,
    limit: usize,
    header: Option<StringRecord>,
    /// CRC-32 of the header.
    checksum: Option<u32>,
    /// The number of fields: those of the header, or of the first record.
    width: Option<usize>,
    /// Absent only while it is replaced.
    reader: Option<Reader<Tracked>>,
    record: ByteRecord,
    /// The position of the reader's first byte in the text.
    base: u64,
    /// Where the text begins in the file.
    start: FilePosition,
}

impl<T: DeserializeOwned> RecordParser<T> for Records {
    fn next(&mut self) -> Result<Option<Record<T>>> {
        if !self.read_header()? {
            return Ok(None);
        }
        Ok(self.read()?.map(|read| read.and_then(|()| self.parsed())))
    }

    fn offset(&self) -> u64 {
        let end = self.reader.as_ref().map_or(0, |reader| reader.position().byte());
        (self.base + end).max(self.start.offset)
    }

    fn lines(&self) -> u64 {
        let end = RecordParser::<T>::offset(self);
        if end == self.start.offset {
            return self.start.lines;
        }
        self.reader.as_ref().map_or(0, |reader| reader.get_ref().lines_before(end))
    }

    fn columns(&self) -> Columns {
        self.seen_columns()
    }

    fn ended_lines(before: u8, text: &[u8]) -> u64 {
        ended_lines(before, text)
    }
}

impl Records {
    /// The records behind a position in the text.
    pub(super) fn new(
        name: String,
        text: Text,
        dialect: Dialect,
        limit: usize,
        start: FilePosition,
    ) -> Self {
        let text = Tracked::new(text, limit, &start);
        let (base, reader) = (text.end(), Some(reader_of(dialect, text)));
        let (header, record, checksum) = (None, ByteRecord::new(), None);
        let width = start.columns.width.and_then(|width| usize::try_from(width).ok());
        Self { name, dialect, limit, header, checksum, width, reader, record, base, start }
    }

    /// Reads the header, if the file has one that was not read yet; false at the end of the text.
    pub(super) fn read_header(&mut self) -> Result<bool> {
        if !self.dialect.header || self.header.is_some() {
            return Ok(true);
        }
        let Some(read) = self.read()? else { return Ok(false) };
        read.map_err(|malformed| {
            Error::new(ErrorKind::Source, "cannot read the header").caused_by(malformed)
        })?;
        let header = StringRecord::from_byte_record(self.record.clone());
        let header = header.map_err(|error| {
            Error::new(ErrorKind::Source, "cannot read the header").caused_by(error)
        })?;
        self.set_header(header);
        Ok(true)
    }

    /// The header, if it was read.
    pub(super) fn into_header(self) -> Option<StringRecord> {
        self.header
    }

    /// The header of a text that begins behind it.
    pub(super) fn set_header(&mut self, header: StringRecord) {
        let mut checksum = crc32fast::Hasher::new();
        for field in &header {
            checksum.update(&(field.len() as u64).to_le_bytes());
            checksum.update(field.as_bytes());
        }
        self.checksum = Some(checksum.finalize());
        self.width = Some(header.len());
        self.header = Some(header);
    }

    /// What a position has to remember of the beginning of the file.
    pub(super) fn seen_columns(&self) -> Columns {
        let width = self.width.filter(|_| self.header.is_none());
        Columns { width: width.map(|width| width as u64), header: self.checksum }
    }

    /// Reads a record.
    fn read(&mut self) -> Result<Option<Record<()>>> {
        let Some(reader) = &mut self.reader else { return Ok(None) };
        let before = self.base + reader.position().byte();
        reader.get_mut().begin_record(before);
        let more = reader.read_byte_record(&mut self.record);
        let after = self.base + reader.position().byte();
        if reader.get_ref().is_beyond_limit() {
            let malformed = self.too_long();
            self.resume()?;
            return Ok(Some(Err(malformed)));
        }
        if !more.map_err(|error| self.unread(error))? {
            return Ok(None);
        }
        let limit = self.limit as u64;
        if after - before > limit && self.content_before(after) > limit {
            return Ok(Some(Err(self.too_long())));
        }
        Ok(Some(Ok(())))
    }

    /// The length of the record that ends at `end`, without the ends of lines around it.
    fn content_before(&self, end: u64) -> u64 {
        let Some(reader) = &self.reader else { return 0 };
        let text = reader.get_ref();
        let (start, _) = text.start();
        let ended = end > start && text.byte(end - 1).is_some_and(ends_line);
        (end - start).saturating_sub(u64::from(ended))
    }

    /// Continues with the line after a record that was cut off.
    fn resume(&mut self) -> Result<()> {
        let Some(reader) = self.reader.take() else { return Ok(()) };
        let mut text = reader.into_inner();
        self.base = text.skip_line().map_err(|error| self.unread(error.into()))?;
        self.reader = Some(reader_of(self.dialect, text));
        Ok(())
    }

    fn parsed<T: DeserializeOwned>(&mut self) -> Record<T> {
        let width = *self.width.get_or_insert(self.record.len());
        if self.record.len() != width {
            let reason = format!("expected {width} fields, got {}", self.record.len());
            return Err(self.malformed(reason));
        }
        let header = self.header.as_ref().map(StringRecord::as_byte_record);
        self.record.deserialize(header).map_err(|error| self.malformed(self.reason(&error)))
    }

    /// The column and the reason, without the position that the CSV library appends.
    fn reason(&self, error: &csv::Error) -> String {
        let csv::ErrorKind::Deserialize { err, .. } = error.kind() else {
            return error.to_string();
        };
        let at = err.field().and_then(|field| usize::try_from(field).ok());
        match at.and_then(|at| Some((at, self.record.get(at)?))) {
            Some((at, value)) => {
                let name = self.header.as_ref().and_then(|header| header.get(at));
                let column = name.map_or_else(|| (at + 1).to_string(), |name| format!("`{name}`"));
                let value = String::from_utf8_lossy(value);
                format!("column {column} is `{value}`: {}", err.kind())
            }
            None => err.kind().to_string(),
        }
    }

    /// The line of the current record, from 1.
    fn line(&self) -> u64 {
        self.reader.as_ref().map_or(0, |reader| reader.get_ref().start().1)
    }

    fn unread(&self, error: csv::Error) -> Error {
        let position = RecordPosition::new(&*self.name, self.line());
        Error::new(ErrorKind::Source, "cannot read the record").at(position).caused_by(error)
    }

    fn too_long(&self) -> Malformed {
        let start = self.reader.as_ref().map(|reader| reader.get_ref().excerpt());
        too_long(&self.name, self.line(), self.limit, &start.unwrap_or_default())
    }

    fn malformed(&self, reason: String) -> Malformed {
        let fields: Vec<_> = self.record.iter().map(String::from_utf8_lossy).collect();
        let delimiter = char::from(self.dialect.delimiter).to_string();
        Malformed::new(&*self.name, self.line(), reason, fields.join(&delimiter))
    }
}

fn reader_of(dialect: Dialect, text: Tracked) -> Reader<Tracked> {
    dialect.reader().buffer_capacity(BUFFER).from_reader(text)
}
