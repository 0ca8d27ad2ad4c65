//! CSV files with a header.

use super::blocking::{Batching, BlockingReader, Record};
use super::file::{self, OutputFile};
use crate::env::Env;
use crate::error::{BoxError, Error, ErrorKind, RecordPosition, Result};
use crate::sink::{Appends, Sink, Writer};
use crate::source::{Malformed, Replayable, Source};
use csv::{ByteRecord, Reader, StringRecord};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::Read;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

/// Reads or writes a CSV file with a header; columns match the fields of the event by name.
///
/// A file whose name ends in `.gz` is gzip.
///
/// As a source, a record that does not match the event is sent to the `.errors` output with file
/// name, line number and reason. As a sink, the file is created, or truncated if it exists, when
/// the job starts; the first event determines the header.
///
/// # Errors
/// The job does not start if the file cannot be opened or created, or its header not be read, and
/// ends if reading or writing fails.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Order { id: u64, amount: f64 }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// # let path = std::env::temp_dir().join(format!("millstream-csv-{}.csv", std::process::id()));
/// # std::fs::write(&path, "id,amount\n1,9.5\n2,nine\n").unwrap();
/// // id,amount
/// // 1,9.5
/// // 2,nine
/// let (amounts, bad) = (Collected::new(), Collected::new());
/// topology!(
///     orders = source(csv_file(&path)),
///     orders >> map(|order: Order| (order.id, order.amount)) >> sink(amounts.sink()),
///     orders.errors >> sink(bad.sink()),
/// )
/// .run(Config::default())
/// .await?;
/// assert_eq!(amounts.take(), [(1, 9.5)]);
/// assert_eq!(bad.take()[0].line, 3);
/// # std::fs::remove_file(path).ok();
/// # Ok(())
/// # }
/// ```
pub fn csv_file<T>(path: impl Into<PathBuf>) -> CsvFile<T> {
    CsvFile { path: path.into(), events: PhantomData }
}

/// A CSV file as source or sink, made by [`csv_file`].
pub struct CsvFile<T> {
    path: PathBuf,
    events: PhantomData<fn() -> T>,
}

impl<T> fmt::Debug for CsvFile<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsvFile").field("path", &self.path).finish()
    }
}

// Bounded by the trait that users derive, not by `DeserializeOwned`: if the bound is not met, the
// compiler then reports that this is not a source of such events.
#[diagnostic::do_not_recommend]
impl<T: for<'de> Deserialize<'de> + Send + 'static> Source<T> for CsvFile<T> {
    type Reader = BlockingReader<T>;
    type Replay = Replayable;

    fn open(self, env: &Env) -> Result<Self::Reader> {
        let name = self.path.display().to_string();
        let mut reader = csv::ReaderBuilder::new()
            .buffer_capacity(64 * 1_024)
            .flexible(true)
            .from_reader(file::open(env, &self.path)?);
        let unread = |error| file::failed(ErrorKind::Source, "read", &self.path, error);
        let header = reader.headers().map_err(unread)?.clone();
        let mut records = Records { name, header, reader, record: ByteRecord::new() };
        Ok(BlockingReader::spawn(env, move || records.next(), Batching::Full))
    }
}

struct Records<R> {
    name: String,
    header: StringRecord,
    reader: Reader<R>,
    record: ByteRecord,
}

impl<R: Read> Records<R> {
    fn next<T: DeserializeOwned>(&mut self) -> Result<Option<Record<T>>> {
        let more = self.reader.read_byte_record(&mut self.record);
        if !more.map_err(|error| self.unread(error))? {
            return Ok(None);
        }
        let header = self.header.as_byte_record();
        let parsed = if self.record.len() == header.len() {
            self.record.deserialize(Some(header)).map_err(|error| self.reason(&error))
        } else {
            Err(format!("expected {} fields, got {}", header.len(), self.record.len()))
        };
        Ok(Some(parsed.map_err(|reason| self.malformed(reason))))
    }

    /// The column and the reason, without the position that the CSV library appends.
    fn reason(&self, error: &csv::Error) -> String {
        let csv::ErrorKind::Deserialize { err, .. } = error.kind() else {
            return error.to_string();
        };
        let at = err.field().and_then(|field| usize::try_from(field).ok());
        match at.and_then(|at| Some((self.header.get(at)?, self.record.get(at)?))) {
            Some((column, value)) => {
                let value = String::from_utf8_lossy(value);
                format!("column `{column}` is `{value}`: {}", err.kind())
            }
            None => err.kind().to_string(),
        }
    }

    fn unread(&self, error: csv::Error) -> Error {
        let position = RecordPosition::new(&*self.name, self.reader.position().line());
        Error::new(ErrorKind::Source, "cannot read the record").at(position).caused_by(error)
    }

    fn malformed(&self, reason: String) -> Malformed {
        let line = self.record.position().map_or(0, csv::Position::line);
        let fields: Vec<_> = self.record.iter().map(String::from_utf8_lossy).collect();
        Malformed::new(&*self.name, line, reason, fields.join(","))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + 'static> Sink<T> for CsvFile<T> {
    type Writer = CsvWriter;
    type Repeat = Appends;

    fn open(self, env: &Env) -> Result<CsvWriter> {
        let output = csv::Writer::from_writer(file::create(env, &self.path)?);
        Ok(CsvWriter { output: Some(output), path: self.path })
    }
}

/// Writes a CSV file; what [`csv_file`] opens into as a sink.
pub struct CsvWriter {
    /// Absent once the file is closed.
    output: Option<csv::Writer<OutputFile>>,
    path: PathBuf,
}

impl fmt::Debug for CsvWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsvWriter").field("path", &self.path).finish_non_exhaustive()
    }
}

impl<T: Serialize + 'static> Writer<T> for CsvWriter {
    fn write(&mut self, event: T) -> Result<()> {
        let Some(output) = &mut self.output else { return Ok(()) };
        output.serialize(event).map_err(|error| unwritten(&self.path, error))
    }

    async fn flush(&mut self) -> Result<()> {
        let Some(output) = &mut self.output else { return Ok(()) };
        output.flush().map_err(|error| unwritten(&self.path, error))
    }

    async fn close(&mut self) -> Result<()> {
        let Some(output) = self.output.take() else { return Ok(()) };
        let mut output =
            output.into_inner().map_err(|error| unwritten(&self.path, error.into_error()))?;
        output.close().map_err(|error| unwritten(&self.path, error))
    }
}

fn unwritten(path: &Path, error: impl Into<BoxError>) -> Error {
    file::failed(ErrorKind::Sink, "write", path, error)
}
