//! CSV files.

mod options;
mod parts;
mod read;
mod tracked;
mod write;

use options::Dialect;
pub use options::Quoting;
pub use parts::{CsvFormat, csv_parts};
pub use write::CsvEncoder;
use write::Start;

use super::blocking::BlockingReader;
use super::cut;
use super::file;
use super::input::{Input, RECORD_LIMIT, Text, check_limit};
use super::output;
use super::place::{CHANGED, differs};
use super::torn::{BehindCut, RecordEnds};
use super::writer::FileWriter;
use crate::env::{Env, FileUse, IfExists};
use crate::error::{Error, ErrorKind, Result};
use crate::sink::{Sink, Truncates};
use crate::source::{Position, Replayable, Source};
use ::csv::StringRecord;
use read::Records;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

/// Reads or writes a CSV file; columns match the fields of the event by name.
///
/// The first record is a header unless the file is [`headerless`](CsvFile::headerless). A file
/// whose name ends in `.gz` is gzip; `-` is standard input or output. What a sink writes, a source
/// with the same options reads, except that a missing text and an empty one look the same.
///
/// As a source, a record that does not match the event is sent to the `.errors` output with file
/// name, line number and reason. A byte order mark and blank lines are skipped. Records of a pipe
/// or terminal are emitted as they arrive.
///
/// As a sink, the file is created when the job starts, and must not exist unless
/// [`append`](CsvFile::append) or [`replace`](CsvFile::replace) is called. The first event
/// determines the header; fields without names, as those of tuples, are `column_1`, `column_2` and
/// so on.
///
/// # Errors
/// The job does not start if the file cannot be opened or created, or the file of a sink exists,
/// and ends if reading or writing fails.
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
    CsvFile {
        path: path.into(),
        dialect: Dialect::default(),
        if_exists: IfExists::Refuse,
        limit: RECORD_LIMIT,
        events: PhantomData,
    }
}

/// A CSV file as source or sink, made by [`csv_file`].
pub struct CsvFile<T> {
    path: PathBuf,
    dialect: Dialect,
    if_exists: IfExists,
    limit: usize,
    events: PhantomData<fn() -> T>,
}

impl<T> fmt::Debug for CsvFile<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsvFile").field("path", &self.path).finish_non_exhaustive()
    }
}

impl<T> CsvFile<T> {
    /// The same file. No `Clone`, which would ask for one of `T`.
    fn copy(&self) -> Self {
        Self { path: self.path.clone(), ..*self }
    }

    /// The file has no header: columns match the fields of the event by position.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// # let name = format!("millstream-headerless-{}.csv", std::process::id());
    /// # let path = std::env::temp_dir().join(name);
    /// // The options of a sink are those of the source that reads its file.
    /// topology!(rows = source(from_iter([(1, "a;b"), (2, "c")])),
    ///     rows >> sink(csv_file(&path).headerless().delimiter(b';').replace()))
    ///     .run(Config::default())
    ///     .await?;
    /// assert_eq!(std::fs::read_to_string(&path).unwrap(), "1;\"a;b\"\n2;c\n");
    ///
    /// let seen = Collected::new();
    /// let rows = csv_file::<(u64, String)>(&path).headerless().delimiter(b';');
    /// topology!(rows = source(rows), rows >> sink(seen.sink())).run(Config::default()).await?;
    /// assert_eq!(seen.take(), [(1, "a;b".to_owned()), (2, "c".to_owned())]);
    /// # std::fs::remove_file(path).ok();
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn headerless(mut self) -> Self {
        self.dialect.header = false;
        self
    }

    /// Sets the byte between fields, such as `b';'` or `b'\t'`; a comma unless called.
    ///
    /// A quote, a line's end or a byte that is not ASCII is refused when the job starts.
    #[must_use]
    pub fn delimiter(mut self, delimiter: u8) -> Self {
        self.dialect.delimiter = delimiter;
        self
    }

    /// Ignores whitespace around fields; a sink does not write it.
    #[must_use]
    pub fn trimmed(mut self) -> Self {
        self.dialect.trims = true;
        self
    }

    /// Sets when fields are quoted; where they need it unless called.
    #[must_use]
    pub fn quoting(mut self, quoting: Quoting) -> Self {
        self.dialect.quoting = quoting;
        self
    }

    /// Limits a record of a source, in bytes; 16 MiB unless called. A longer one is malformed.
    #[must_use]
    pub fn record_limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// As a sink, writes behind what is in the file; its header has to be that of the events.
    #[must_use]
    pub fn append(self) -> Self {
        self.if_exists(IfExists::Append)
    }

    /// As a sink, replaces what is in the file, once every source and sink of the job is open.
    #[must_use]
    pub fn replace(self) -> Self {
        self.if_exists(IfExists::Replace)
    }

    /// As a sink, sets what becomes of a file that exists, where that is configured.
    #[must_use]
    pub fn if_exists(mut self, if_exists: IfExists) -> Self {
        self.if_exists = if_exists;
        self
    }

    /// The header, if the text of the input begins behind it: it has to be what it was.
    fn header_before(&self, env: &Env, input: &Input) -> Result<Option<StringRecord>> {
        let expected = &input.start.columns;
        if input.start.offset == 0 || (!self.dialect.header && expected.header.is_none()) {
            return Ok(None);
        }
        let beginning = Input::open(env, &self.path)?;
        let mut records = self.parser(&beginning, None)(beginning.text(None));
        records.read_header()?;
        if !self.dialect.header || records.seen_columns().header != expected.header {
            return Err(differs(&self.path, CHANGED));
        }
        Ok(records.into_header())
    }

    /// What parses the text of an input.
    fn parser(
        &self,
        input: &Input,
        header: Option<StringRecord>,
    ) -> impl FnOnce(Text) -> Records + use<T> {
        let (name, start) = (input.name.clone(), input.start.clone());
        let (dialect, limit) = (self.dialect, self.limit);
        move |text| {
            let mut records = Records::new(name, text, dialect, limit, start);
            header.into_iter().for_each(|header| records.set_header(header));
            records
        }
    }

    fn check(&self) -> Result<()> {
        check_limit(self.limit)?;
        self.dialect.check()
    }
}

// Bounded by the trait that users derive, not by `DeserializeOwned`: if the bound is not met, the
// compiler then reports that this is not a source of such events.
#[diagnostic::do_not_recommend]
impl<T: for<'de> Deserialize<'de> + Send + 'static> Source<T> for CsvFile<T> {
    type Reader = BlockingReader<T>;
    type Replay = Replayable;

    fn open(self, env: &Env) -> Result<Self::Reader> {
        self.check()?;
        let input = Input::open(env, &self.path)?;
        let parser = self.parser(&input, None);
        BlockingReader::spawn(env, input, parser)
    }

    fn open_at(self, env: &Env, at: &Position) -> Result<Self::Reader> {
        self.check()?;
        let input = Input::open_at(env, &self.path, at)?;
        let header = self.header_before(env, &input)?;
        let parser = self.parser(&input, header);
        BlockingReader::spawn(env, input, parser)
    }

    fn again(&self) -> Option<Self> {
        Some(self.copy())
    }

    fn files(&self) -> Vec<FileUse> {
        vec![FileUse::read(&self.path)]
    }
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + 'static> Sink<T> for CsvFile<T> {
    type Writer = FileWriter<CsvEncoder>;
    type Repeat = Truncates;

    fn open(self, env: &Env) -> Result<Self::Writer> {
        self.check()?;
        let start = match self.if_exists {
            IfExists::Append => found(env, &self.path, self.dialect)?,
            IfExists::Refuse | IfExists::Replace => Start::Empty,
        };
        let encoder = |output| CsvEncoder::new(output, self.dialect, start);
        FileWriter::open(env, &self.path, self.if_exists, encoder)
    }

    fn open_again(self, env: &Env, last: &[u8]) -> Result<Self::Writer> {
        let ends = self.dialect.record_ends();
        self.continued(env, last, BehindCut::Whole(ends))
    }

    fn open_exactly_once(self, env: &Env, last: Option<&[u8]>) -> Result<Self::Writer> {
        let opened = match last {
            None => Sink::<T>::open(self, env),
            Some(last) => self.continued(env, last, BehindCut::Nothing),
        };
        opened.and_then(FileWriter::able_to_cut_back)
    }

    fn first_cut(&self, env: &Env) -> Result<Option<Vec<u8>>> {
        cut::first_cut(env, &self.path, self.if_exists)
    }

    fn again(&self) -> Option<Self> {
        Some(self.copy())
    }

    fn files(&self) -> Vec<FileUse> {
        vec![FileUse::write(&self.path, self.if_exists)]
    }
}

impl<T: Serialize + 'static> CsvFile<T> {
    /// Opens the file after a restart; writes it anew if it has no cut.
    fn continued(self, env: &Env, last: &[u8], stays: BehindCut) -> Result<FileWriter<CsvEncoder>> {
        if last.is_empty() {
            let if_exists = self.if_exists.again();
            return Sink::<T>::open(Self { if_exists, ..self }, env);
        }
        self.check()?;
        let (path, dialect) = (&self.path, self.dialect);
        FileWriter::open_again(env, path, last, stays, |output| {
            Ok(CsvEncoder::new(output, dialect, found(env, path, dialect)?))
        })
    }
}

/// What a file begins with.
fn found(env: &Env, path: &Path, dialect: Dialect) -> Result<Start> {
    if !output::has_content(env, path) {
        return Ok(Start::Empty);
    }
    if !dialect.header {
        return Ok(Start::Done);
    }
    let text = Input::open(env, path)?.text(None);
    let mut header = csv::ByteRecord::new();
    let read = dialect.reader().from_reader(text).read_byte_record(&mut header);
    let more = read.map_err(|error| file::failed(ErrorKind::Sink, "read", path, error))?;
    Ok(if more { Start::Header(header) } else { Start::Empty })
}

impl Dialect {
    /// Where the records end that a sink writes.
    pub(super) fn record_ends(self) -> RecordEnds {
        if self.quoting == Quoting::Never { RecordEnds::Lines } else { RecordEnds::Unquoted }
    }

    /// Checks that a delimiter delimits.
    pub(super) fn check(self) -> Result<()> {
        let delimiter = self.delimiter;
        if delimiter.is_ascii() && !matches!(delimiter, b'"' | b'\r' | b'\n') {
            return Ok(());
        }
        let shown = std::ascii::escape_default(delimiter);
        Err(Error::new(
            ErrorKind::Config,
            format!("`{shown}` cannot be the delimiter of a CSV file"),
        ))
    }
}
