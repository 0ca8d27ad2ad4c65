//! JSON lines: one JSON value per line.

mod finite;
mod letters;
mod parts;
mod standard;

pub use letters::{DeadLetters, Replayed, ReplayedLetters, dead_letters, replay};
pub use parts::{JsonFormat, jsonl_parts};
pub use standard::{JsonStdin, JsonStdout, jsonl_stdin, jsonl_stdout};

use super::blocking::BlockingReader;
use super::cut;
use super::follow::Followed;
use super::input::{Input, RECORD_LIMIT, check_limit};
use super::output::SharedFile;
use super::records::LineRecords;
use super::text::{Record, TextLines};
use super::torn::{BehindCut, RecordEnds};
use super::writer::{Encoder, FileWriter};
use crate::env::{Env, FileUse, IfExists};
use crate::error::{BoxError, Result};
use crate::sink::{Sink, Truncates};
use crate::source::{Malformed, Position, Replayable, Source};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::{self, Write};
use std::marker::PhantomData;
use std::path::PathBuf;

/// Reads or writes a file of JSON lines: one event per line, by `serde`.
///
/// A file whose name ends in `.gz` is gzip (feature `csv`); `-` is standard input or output.
///
/// As a source, a line that is not the JSON of an event is sent to the `.errors` output with file
/// name, line number and reason. A byte order mark and blank lines are skipped. Lines of a pipe or
/// terminal are emitted as they arrive.
///
/// As a sink, the file is created when the job starts, and must not exist unless
/// [`append`](JsonLines::append) or [`replace`](JsonLines::replace) is called.
///
/// # Errors
/// The job does not start if the file cannot be opened or created, or the file of a sink exists,
/// and ends if reading or writing fails, or if an event holds a float that is not finite, which
/// JSON cannot.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Serialize, Deserialize, PartialEq)]
/// struct Reading { sensor: String, celsius: f64 }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// # let path = std::env::temp_dir().join(format!("millstream-json-{}.jsonl", std::process::id()));
/// let north = || Reading { sensor: "north".into(), celsius: 20.5 };
/// topology!(readings = source(from_iter([north()])), readings >> sink(jsonl_file(&path)))
///     .run(Config::default())
///     .await?;
///
/// let seen = Collected::new();
/// topology!(readings = source(jsonl_file::<Reading>(&path)), readings >> sink(seen.sink()))
///     .run(Config::default())
///     .await?;
/// assert_eq!(seen.take(), [north()]);
/// # std::fs::remove_file(path).ok();
/// # Ok(())
/// # }
/// ```
pub fn jsonl_file<T>(path: impl Into<PathBuf>) -> JsonLines<T> {
    let (path, if_exists, limit) = (path.into(), IfExists::Refuse, RECORD_LIMIT);
    JsonLines { path, if_exists, limit, events: PhantomData }
}

/// A file of JSON lines as source or sink, made by [`jsonl_file`].
pub struct JsonLines<T> {
    path: PathBuf,
    if_exists: IfExists,
    limit: usize,
    events: PhantomData<fn() -> T>,
}

impl<T> fmt::Debug for JsonLines<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLines").field("path", &self.path).finish_non_exhaustive()
    }
}

impl<T> JsonLines<T> {
    /// The same file. No `Clone`, which would ask for one of `T`.
    fn copy(&self) -> Self {
        Self { path: self.path.clone(), ..*self }
    }

    /// Limits a line of a source, in bytes; 16 MiB unless called. A longer one is malformed.
    #[must_use]
    pub fn record_limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// Follows the file: reads what is appended, and continues with the new file when it rotates.
    ///
    /// The source ends when the job is drained. See [`Followed`].
    ///
    /// # Examples
    /// ```no_run
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// topology!(
    ///     log = source(jsonl_file::<u64>("numbers.jsonl").follow()),
    ///     log >> filter(|number| *number > 7) >> sink(stdout_lines()),
    /// )
    /// .run(Config::default())
    /// .await
    /// # }
    /// ```
    #[must_use]
    pub fn follow(self) -> Followed<T>
    where
        T: for<'de> Deserialize<'de>,
    {
        Followed::new(self.path, self.limit, line_event)
    }

    /// As a sink, writes behind what is in the file.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// # let name = format!("millstream-append-{}.jsonl", std::process::id());
    /// # let path = std::env::temp_dir().join(name);
    /// for day in [1, 2] {
    ///     topology!(days = source(from_iter([day])), days >> sink(jsonl_file(&path).append()))
    ///         .run(Config::default())
    ///         .await?;
    /// }
    /// assert_eq!(std::fs::read_to_string(&path).unwrap(), "1\n2\n");
    /// # std::fs::remove_file(path).ok();
    /// # Ok(())
    /// # }
    /// ```
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
}

// Bounded by the trait that users derive, not by `DeserializeOwned`: if the bound is not met, the
// compiler then reports that this is not a source of such events.
#[diagnostic::do_not_recommend]
impl<T: for<'de> Deserialize<'de> + Send + 'static> Source<T> for JsonLines<T> {
    type Reader = BlockingReader<T>;
    type Replay = Replayable;

    fn open(self, env: &Env) -> Result<Self::Reader> {
        check_limit(self.limit)?;
        read(env, Input::open(env, &self.path)?, self.limit)
    }

    fn open_at(self, env: &Env, at: &Position) -> Result<Self::Reader> {
        check_limit(self.limit)?;
        read(env, Input::open_at(env, &self.path, at)?, self.limit)
    }

    fn again(&self) -> Option<Self> {
        Some(self.copy())
    }

    fn files(&self) -> Vec<FileUse> {
        vec![FileUse::read(&self.path)]
    }
}

/// Reads events from JSON lines.
fn read<T: DeserializeOwned + Send + 'static>(
    env: &Env,
    input: Input,
    limit: usize,
) -> Result<BlockingReader<T>> {
    let (name, start) = (input.name.clone(), input.start.clone());
    BlockingReader::spawn(env, input, move |text| {
        let lines = TextLines::new(name.clone(), text, limit, &start);
        LineRecords::new(name, lines, line_event)
    })
}

/// The event of a line, unless it is blank.
fn line_event<T: DeserializeOwned>(name: &str, number: u64, line: String) -> Option<Record<T>> {
    if line.trim_ascii().is_empty() {
        return None;
    }
    Some(serde_json::from_str(&line).map_err(|error| {
        let reason = error.to_string();
        // The line is known, and each is parsed by itself.
        Malformed::new(name, number, reason.replace(" at line 1 column", " at column"), line)
    }))
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + 'static> Sink<T> for JsonLines<T> {
    type Writer = FileWriter<JsonEncoder>;
    type Repeat = Truncates;

    fn open(self, env: &Env) -> Result<Self::Writer> {
        FileWriter::open(env, &self.path, self.if_exists, JsonEncoder::new)
    }

    fn open_again(self, env: &Env, last: &[u8]) -> Result<Self::Writer> {
        self.continued(env, last, BehindCut::Whole(RecordEnds::Lines))
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

impl<T: Serialize + 'static> JsonLines<T> {
    /// Opens the file after a restart; writes it anew if it has no cut.
    fn continued(
        self,
        env: &Env,
        last: &[u8],
        stays: BehindCut,
    ) -> Result<FileWriter<JsonEncoder>> {
        if last.is_empty() {
            let if_exists = self.if_exists.again();
            return Sink::<T>::open(Self { if_exists, ..self }, env);
        }
        let encoder = |output| Ok(JsonEncoder::new(output));
        FileWriter::open_again(env, &self.path, last, stays, encoder)
    }
}

/// Writes events as JSON lines.
pub struct JsonEncoder {
    output: SharedFile,
    lines: Vec<u8>,
    not_finite: NotFiniteFloats,
}

/// What becomes of a float that JSON cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NotFiniteFloats {
    Refused,
    Null,
}

impl fmt::Debug for JsonEncoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonEncoder").field("buffered", &self.lines.len()).finish_non_exhaustive()
    }
}

/// How many bytes of lines are gathered before they are passed on.
const GATHERED: usize = 8 * 1_024;

impl JsonEncoder {
    pub(super) fn new(output: SharedFile) -> Self {
        Self { output, lines: Vec::new(), not_finite: NotFiniteFloats::Refused }
    }

    /// Writes floats that JSON cannot hold as `null`.
    fn with_nulls(output: SharedFile) -> Self {
        Self { not_finite: NotFiniteFloats::Null, ..Self::new(output) }
    }

    /// Checks the JSON of an event.
    fn check<T: Serialize>(&self, event: &T, line: &[u8]) -> Result<(), BoxError> {
        match self.not_finite {
            NotFiniteFloats::Refused => finite::check(event, line),
            NotFiniteFloats::Null => Ok(()),
        }
    }
}

impl<T: Serialize> Encoder<T> for JsonEncoder {
    fn encode(&mut self, event: &T) -> Result<(), BoxError> {
        let start = self.lines.len();
        let written = serde_json::to_writer(&mut self.lines, event).map_err(BoxError::from);
        let line = self.lines.get(start..).unwrap_or_default();
        if let Err(error) = written.and_then(|()| self.check(event, line)) {
            self.lines.truncate(start);
            return Err(error);
        }
        self.lines.push(b'\n');
        if self.lines.len() >= GATHERED {
            Encoder::<T>::pass_on(self)?;
        }
        Ok(())
    }

    fn pass_on(&mut self) -> io::Result<()> {
        self.output.write_all(&self.lines)?;
        self.lines.clear();
        Ok(())
    }
}
