//! Lines of text: from standard input or a file, to standard output.

use super::blocking::{BlockingReader, HandOver, Record};
use super::file;
use crate::env::Env;
use crate::error::{Error, ErrorKind, RecordPosition, Result};
use crate::sink::{Appends, Sink, Writer};
use crate::source::{Malformed, Replayable, Source, Unreplayable};
use std::fmt::{self, Display};
use std::io::{self, BufRead, BufReader, Read, Stdout, Write};
use std::path::PathBuf;

/// A source of the lines of standard input, each as soon as it is there.
///
/// A line that is no UTF-8 goes to the error output.
#[must_use]
pub fn stdin_lines() -> StdinLines {
    StdinLines { _private: () }
}

/// A source of the lines of a file; one whose name ends in `.gz` is unpacked (feature `csv`).
///
/// A line that is no UTF-8 goes to the error output.
pub fn file_lines(path: impl Into<PathBuf>) -> FileLines {
    FileLines { path: path.into() }
}

/// A source of the lines of standard input, made by [`stdin_lines`].
#[derive(Debug)]
pub struct StdinLines {
    _private: (),
}

/// A source of the lines of a file, made by [`file_lines`].
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
        Ok(BlockingReader::spawn(env, next, HandOver::EachRecord))
    }
}

#[diagnostic::do_not_recommend]
impl Source<String> for FileLines {
    type Reader = BlockingReader<String>;
    type Replay = Replayable;

    fn open(self, env: &Env) -> Result<Self::Reader> {
        let next = records(self.path.display().to_string(), file::open(env, &self.path)?);
        Ok(BlockingReader::spawn(env, next, HandOver::Batches))
    }
}

/// The next line, each time it is called.
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

/// A sink that prints each event on a line of standard output.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// topology!(source(from_iter(["hello"])) >> sink(stdout_lines())).run(Config::default()).await
/// # }
/// ```
#[must_use]
pub fn stdout_lines() -> StdoutLines {
    StdoutLines { out: io::BufWriter::new(io::stdout()) }
}

/// A sink that prints each event on a line, made by [`stdout_lines`].
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
