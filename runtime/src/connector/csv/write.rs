//! Writes events as CSV records.

use super::options::{Dialect, Quoting};
use crate::connector::input::MARK;
use crate::connector::output::SharedFile;
use crate::connector::writer::Encoder;
use crate::error::BoxError;
use csv::{ByteRecord, QuoteStyle};
use serde::Serialize;
use std::fmt;
use std::io;

/// Writes events as CSV records, after a header.
pub struct CsvEncoder {
    records: csv::Writer<SharedFile>,
    dialect: Dialect,
    /// What the first event has to take care of.
    start: Start,
}

/// The beginning of a file.
pub(super) enum Start {
    /// Nothing is written.
    Empty,
    /// The file has a header and perhaps records.
    Header(ByteRecord),
    /// The beginning is written.
    Done,
}

impl fmt::Debug for CsvEncoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsvEncoder").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}

impl CsvEncoder {
    pub(super) fn new(output: SharedFile, dialect: Dialect, start: Start) -> Self {
        let records = dialect.writer(dialect.style()).from_writer(output);
        Self { records, dialect, start }
    }

    /// The first event decides on the header.
    fn begin<T: Serialize>(&mut self, event: &T) -> Result<(), BoxError> {
        match std::mem::replace(&mut self.start, Start::Done) {
            Start::Empty if self.dialect.header => {
                let header = self.header(event)?;
                self.records.write_byte_record(&header)?;
            }
            Start::Header(found) => {
                let header = self.header(event)?;
                if header != found {
                    let columns = |record: &ByteRecord| {
                        record.iter().map(String::from_utf8_lossy).collect::<Vec<_>>().join(", ")
                    };
                    let (found, expected) = (columns(&found), columns(&header));
                    return Err(format!("its columns are {found}, not {expected}").into());
                }
            }
            Start::Empty => return self.first_record(event),
            Start::Done => {}
        }
        self.record(event)
    }

    /// The names of the fields; fields without names are `column_1`, `column_2` and so on.
    fn header<T: Serialize>(&self, event: &T) -> Result<ByteRecord, BoxError> {
        // Quoted, so that no field is taken for a byte order mark.
        let mut scratch = self.dialect.writer(QuoteStyle::Always);
        let mut scratch = scratch.has_headers(true).from_writer(Vec::new());
        scratch.serialize(event)?;
        let bytes = scratch.into_inner().map_err(|error| error.to_string())?;
        let quoted = Dialect { quoting: Quoting::WhereNeeded, trims: false, ..self.dialect };
        let mut reader = quoted.reader().from_reader(&*bytes);
        let records = reader.byte_records().collect::<Result<Vec<_>, _>>()?;
        Ok(match &*records {
            [header, _] => header.clone(),
            [record] => {
                (1..=record.len()).map(|at| format!("column_{at}")).collect::<Vec<_>>().into()
            }
            _ => ByteRecord::new(),
        })
    }

    /// A record at the very beginning of a file must not look like a byte order mark.
    fn first_record<T: Serialize>(&mut self, event: &T) -> Result<(), BoxError> {
        let record = self.fields(event)?;
        if record.get(0).is_some_and(|field| field.starts_with(&MARK)) {
            if self.dialect.quoting == Quoting::Never {
                return Err("the first field of the file begins with a byte order mark".into());
            }
            let mut quoted = self.dialect.writer(QuoteStyle::Always).from_writer(Vec::new());
            quoted.write_byte_record(&record)?;
            let bytes = quoted.into_inner().map_err(|error| error.to_string())?;
            self.records.flush()?;
            return Ok(io::Write::write_all(&mut self.records.get_ref().clone(), &bytes)?);
        }
        self.record(event)
    }

    fn record<T: Serialize>(&mut self, event: &T) -> Result<(), BoxError> {
        if self.dialect.trims || self.dialect.quoting == Quoting::Never {
            let mut record = self.fields(event)?;
            if self.dialect.trims {
                record.trim();
            }
            if self.dialect.quoting == Quoting::Never {
                check_unquoted(&record, self.dialect)?;
            }
            return Ok(self.records.write_byte_record(&record)?);
        }
        Ok(self.records.serialize(event)?)
    }

    /// The fields of an event, as they are read back.
    fn fields<T: Serialize>(&self, event: &T) -> Result<ByteRecord, BoxError> {
        let mut scratch = self.dialect.writer(QuoteStyle::Always).from_writer(Vec::new());
        scratch.serialize(event)?;
        let bytes = scratch.into_inner().map_err(|error| error.to_string())?;
        let quoted = Dialect { quoting: Quoting::Always, trims: false, ..self.dialect };
        let mut record = ByteRecord::new();
        quoted.reader().from_reader(&*bytes).read_byte_record(&mut record)?;
        Ok(record)
    }
}

fn check_unquoted(record: &ByteRecord, dialect: Dialect) -> Result<(), BoxError> {
    let special = [dialect.delimiter, b'\r', b'\n'];
    let bad = record.iter().find(|field| field.iter().any(|byte| special.contains(byte)));
    if let Some(field) = bad {
        let field = String::from_utf8_lossy(field);
        return Err(
            format!("the field {field:?} needs quotes, which `Quoting::Never` excludes").into()
        );
    }
    if record.len() == 1 && record.get(0).is_some_and(<[u8]>::is_empty) {
        return Err("an empty field that is alone on its line needs quotes".into());
    }
    Ok(())
}

impl<T: Serialize> Encoder<T> for CsvEncoder {
    fn encode(&mut self, event: &T) -> Result<(), BoxError> {
        match self.start {
            Start::Done => self.record(event),
            Start::Empty | Start::Header(_) => self.begin(event),
        }
    }

    fn pass_on(&mut self) -> io::Result<()> {
        self.records.flush()
    }
}
