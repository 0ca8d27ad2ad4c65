//! Lines of text: standard input, files and standard output.

use super::blocking::{Batching, BlockingReader, Record};
use super::file;
use crate::env::Env;
use crate::error::{Error, ErrorKind, RecordPosition, Result};
use crate::sink::{Appends, Sink, Writer};
use crate::source::{Malformed, Replayable, Source, Unreplayable};
use std::fmt::{self, Display};
use std::io::{self, BufRead, BufReader, Read, Stdout, Write};
use std::path::PathBuf;

/// Reads the lines of standard input, each as soon as it is complete.
///
/// Lines come without their line ending. A line that is not UTF-8 is sent to the `.errors` output.
/// Not replayable.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let topology = topology!(
///     lines = source(stdin_lines()),
///     lines >> filter(|line| line.contains("ERROR")) >> sink(stdout_lines()),
/// );
/// assert_eq!(topology.plan(&Config::default())?.tasks(), 1);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn stdin_lines() -> StdinLines {
    StdinLines { _private: () }
}

/// Reads the lines of a file.
///
/// A file whose name ends in `.gz` is decompressed (feature `csv`). Lines come without their line
/// ending. A line that is not UTF-8 is sent to the `.errors` output.
///
/// # Errors
/// The job does not start if the file cannot be opened, and ends if reading fails.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// # let path = std::env::temp_dir().join(format!("millstream-lines-{}.log", std::process::id()));
/// # std::fs::write(&path, "INFO start\nERROR disk full\n").unwrap();
/// let errors = Collected::new();
/// topology!(
///     log = source(file_lines(&path)),
///     log >> filter(|line| line.starts_with("ERROR")) >> sink(errors.sink()),
/// )
/// .run(Config::default())
/// .await?;
/// assert_eq!(errors.take(), ["ERROR disk full"]);
/// # std::fs::remove_file(path).ok();
/// # Ok(())
/// # }
/// ```
pub fn file_lines(path: impl Into<PathBuf>) -> FileLines {
    FileLines { path: path.into() }
}

/// A source that reads standard input, made by [`stdin_lines`].
#[derive(Debug)]
pub struct StdinLines {
    _private: (),
}

/// A source that reads the lines of a file, made by [`file_lines`].
#[derive(Debug)]
pub struct FileLines {
    path: PathBuf,
}

#[diagnostic::do_not_recommend]
impl Source<String> for StdinLines {
    type Reader = BlockingReader<String>;
    type Replay = Unreplayable;

    fn open(self, env: &Env) -> Result<Self::Reader> {
        let next = records("standard input".into(), io::stdin());
        Ok(BlockingReader::spawn(env, next, Batching::EachRecord))
    }
}

#[diagnostic::do_not_recommend]
impl Source<String> for FileLines {
    type Reader = BlockingReader<String>;
    type Replay = Replayable;

    fn open(self, env: &Env) -> Result<Self::Reader> {
        let next = records(self.path.display().to_string(), file::open(env, &self.path)?);
        Ok(BlockingReader::spawn(env, next, Batching::Full))
    }
}

/// Returns a function that reads the next line at each call.
pub(super) fn records(
    name: String,
    input: impl Read,
) -> impl FnMut() -> Result<Option<Record<String>>> {
    let mut input = BufReader::new(input);
    let mut number = 0;
    move || {
        let mut line = Vec::new();
        let read = input.read_until(b'\n', &mut line).map_err(|error| {
            let position = RecordPosition::new(&*name, number + 1);
            Error::new(ErrorKind::Source, "cannot read the line").at(position).caused_by(error)
        })?;
        if read == 0 {
            return Ok(None);
        }
        number += 1;
        while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            line.pop();
        }
        Ok(Some(String::from_utf8(line).map_err(|error| {
            let raw = String::from_utf8_lossy(error.as_bytes()).into_owned();
            Malformed::new(&*name, number, "expected text in UTF-8", raw)
        })))
    }
}

/// Prints every event on a line of standard output, with `Display`.
///
/// Output is buffered and flushed when no more events are at hand.
///
/// # Errors
/// The job ends if standard output cannot be written, for example because a pipe was closed.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let topology = topology!(words = source(from_iter(["hello"])), words >> sink(stdout_lines()));
/// let mut job = topology.start(Config::default())?;
/// job.wait().await?;
/// assert_eq!(job.metrics().node("words").map(|words| words.total().events_out), Some(1));
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn stdout_lines() -> StdoutLines {
    StdoutLines { out: io::BufWriter::new(io::stdout()) }
}

/// A sink that prints events to standard output, made by [`stdout_lines`].
pub struct StdoutLines {
    out: io::BufWriter<Stdout>,
}

impl fmt::Debug for StdoutLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StdoutLines").finish_non_exhaustive()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Display + 'static> Sink<T> for StdoutLines {
    type Writer = Self;
    type Repeat = Appends;

    fn open(self, _: &Env) -> Result<Self> {
        Ok(self)
    }
}

impl<T: Display + 'static> Writer<T> for StdoutLines {
    fn write(&mut self, event: T) -> Result<()> {
        writeln!(self.out, "{event}").map_err(failed)
    }

    async fn flush(&mut self) -> Result<()> {
        self.out.flush().map_err(failed)
    }
}

fn failed(error: io::Error) -> Error {
    Error::new(ErrorKind::Sink, "cannot write to standard output").caused_by(error)
}
