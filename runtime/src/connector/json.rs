//! JSON lines: one JSON value per line.

use super::blocking::{Batching, BlockingReader};
use super::file::{self, OutputFile};
use super::lines::records;
use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::sink::{Appends, Sink, Writer};
use crate::source::{Malformed, Replayable, Source};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::Write;
use std::marker::PhantomData;
use std::path::PathBuf;

/// Reads or writes a file of JSON lines: one event per line, by `serde`.
///
/// A file whose name ends in `.gz` is gzip (feature `csv`).
///
/// As a source, a line that is not the JSON of an event is sent to the `.errors` output with file
/// name, line number and reason. As a sink, the file is created, or truncated if it exists, when
/// the job starts.
///
/// # Errors
/// The job does not start if the file cannot be opened or created, and ends if reading or writing
/// fails.
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
    JsonLines { path: path.into(), events: PhantomData }
}

/// A file of JSON lines as source or sink, made by [`jsonl_file`].
pub struct JsonLines<T> {
    path: PathBuf,
    events: PhantomData<fn() -> T>,
}

impl<T> fmt::Debug for JsonLines<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLines").field("path", &self.path).finish()
    }
}

// Bounded by the trait that users derive, not by `DeserializeOwned`: if the bound is not met, the
// compiler then reports that this is not a source of such events.
#[diagnostic::do_not_recommend]
impl<T: for<'de> Deserialize<'de> + Send + 'static> Source<T> for JsonLines<T> {
    type Reader = BlockingReader<T>;
    type Replay = Replayable;

    fn open(self, env: &Env) -> Result<Self::Reader> {
        let name = self.path.display().to_string();
        let mut next = records(name.clone(), file::open(env, &self.path)?);
        let mut number = 0;
        let parsed = move || {
            let Some(line) = next()? else { return Ok(None) };
            number += 1;
            Ok(Some(line.and_then(|line| {
                serde_json::from_str(&line)
                    .map_err(|error| Malformed::new(&*name, number, error.to_string(), line))
            })))
        };
        Ok(BlockingReader::spawn(env, parsed, Batching::Full))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + 'static> Sink<T> for JsonLines<T> {
    type Writer = JsonWriter;
    type Repeat = Appends;

    fn open(self, env: &Env) -> Result<JsonWriter> {
        let output = file::create(env, &self.path)?;
        Ok(JsonWriter { output, path: self.path })
    }
}

/// Writes a file of JSON lines; what [`jsonl_file`] opens into as a sink.
pub struct JsonWriter {
    output: OutputFile,
    path: PathBuf,
}

impl fmt::Debug for JsonWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonWriter").field("path", &self.path).finish_non_exhaustive()
    }
}

impl JsonWriter {
    fn failed(&self, error: impl Into<std::io::Error>) -> Error {
        file::failed(ErrorKind::Sink, "write", &self.path, error.into())
    }
}

impl<T: Serialize + 'static> Writer<T> for JsonWriter {
    fn write(&mut self, event: T) -> Result<()> {
        serde_json::to_writer(&mut self.output, &event).map_err(|error| self.failed(error))?;
        self.output.write_all(b"\n").map_err(|error| self.failed(error))
    }

    async fn flush(&mut self) -> Result<()> {
        self.output.flush().map_err(|error| self.failed(error))
    }

    async fn close(&mut self) -> Result<()> {
        self.output.close().map_err(|error| self.failed(error))
    }
}
