//! Lines of text: standard input, files and standard output.

use super::blocking::BlockingReader;
use super::follow::Followed;
use super::input::{Input, RECORD_LIMIT, check_limit};
use super::records::LineRecords;
use super::text::TextLines;
use crate::env::{Env, FileUse};
use crate::error::{Error, ErrorKind, Result};
use crate::sink::{Appends, Epoch, Prepared, Sink, Writer};
use crate::source::{Position, Replayable, Source, Unreplayable};
use std::fmt::{self, Debug, Display};
use std::io::{self, Stdout, Write};
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
/// A file whose name ends in `.gz` is decompressed (feature `csv`); `-` is standard input. Lines
/// come without their line ending, and without a byte order mark. A line that is not UTF-8 is sent
/// to the `.errors` output. Lines of a pipe or terminal are emitted as they arrive.
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
    FileLines { path: path.into(), limit: RECORD_LIMIT }
}

/// A source that reads standard input, made by [`stdin_lines`].
#[derive(Debug)]
pub struct StdinLines {
    _private: (),
}

/// A source that reads the lines of a file, made by [`file_lines`].
#[derive(Debug, Clone)]
pub struct FileLines {
    path: PathBuf,
    limit: usize,
}

impl FileLines {
    /// Limits a line, in bytes; 16 MiB unless called. A longer one is malformed.
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
    ///     log = source(file_lines("access.log").follow()),
    ///     log >> filter(|line| line.contains("ERROR")) >> sink(stdout_lines()),
    /// )
    /// .run(Config::default())
    /// .await
    /// # }
    /// ```
    #[must_use]
    pub fn follow(self) -> Followed<String> {
        Followed::new(self.path, self.limit, |_, _, line| Some(Ok(line)))
    }

    /// Emits each line with its number, from 1, as an editor shows it.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// # let name = format!("millstream-numbered-{}.log", std::process::id());
    /// # let path = std::env::temp_dir().join(name);
    /// # std::fs::write(&path, "INFO start\nERROR disk full\n").unwrap();
    /// let errors = Collected::new();
    /// topology!(
    ///     log = source(file_lines(&path).numbered()),
    ///     log >> filter(|(_, line)| line.starts_with("ERROR")) >> sink(errors.sink()),
    /// )
    /// .run(Config::default())
    /// .await?;
    /// assert_eq!(errors.take(), [(2, "ERROR disk full".to_owned())]);
    /// # std::fs::remove_file(path).ok();
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn numbered(self) -> NumberedLines {
        NumberedLines { lines: self }
    }
}

/// A source that reads lines with their numbers, made by [`FileLines::numbered`].
#[derive(Debug, Clone)]
pub struct NumberedLines {
    lines: FileLines,
}

#[diagnostic::do_not_recommend]
impl Source<String> for StdinLines {
    type Reader = BlockingReader<String>;
    type Replay = Unreplayable;

    fn open(self, env: &Env) -> Result<Self::Reader> {
        read(env, Input::stdin(), RECORD_LIMIT, |_, line| line)
    }

    fn files(&self) -> Vec<FileUse> {
        vec![FileUse::stdin()]
    }
}

#[diagnostic::do_not_recommend]
impl Source<String> for FileLines {
    type Reader = BlockingReader<String>;
    type Replay = Replayable;

    fn open(self, env: &Env) -> Result<Self::Reader> {
        check_limit(self.limit)?;
        read(env, Input::open(env, &self.path)?, self.limit, |_, line| line)
    }

    fn open_at(self, env: &Env, at: &Position) -> Result<Self::Reader> {
        check_limit(self.limit)?;
        read(env, Input::open_at(env, &self.path, at)?, self.limit, |_, line| line)
    }

    fn again(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn files(&self) -> Vec<FileUse> {
        vec![FileUse::read(&self.path)]
    }
}

#[diagnostic::do_not_recommend]
impl Source<(u64, String)> for NumberedLines {
    type Reader = BlockingReader<(u64, String)>;
    type Replay = Replayable;

    fn open(self, env: &Env) -> Result<Self::Reader> {
        let FileLines { path, limit } = self.lines;
        check_limit(limit)?;
        read(env, Input::open(env, &path)?, limit, |number, line| (number, line))
    }

    fn open_at(self, env: &Env, at: &Position) -> Result<Self::Reader> {
        let FileLines { path, limit } = self.lines;
        check_limit(limit)?;
        read(env, Input::open_at(env, &path, at)?, limit, |number, line| (number, line))
    }

    fn again(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn files(&self) -> Vec<FileUse> {
        self.lines.files()
    }
}

/// Reads lines, each as an event that `made` makes of it.
fn read<T: Send + 'static>(
    env: &Env,
    input: Input,
    limit: usize,
    made: impl Fn(u64, String) -> T + Send + 'static,
) -> Result<BlockingReader<T>> {
    let (name, start) = (input.name.clone(), input.start.clone());
    BlockingReader::spawn(env, input, move |text| {
        let lines = TextLines::new(name.clone(), text, limit, &start);
        LineRecords::new(name, lines, move |_: &str, number, line| Some(Ok(made(number, line))))
    })
}

/// Prints every event on a line of standard output, with `Display`.
///
/// Output is buffered and flushed when no more events are at hand.
///
/// If the reader of a pipe goes away, as in `app | head`, the job drains and ends without an error:
/// sources stop, and the other sinks write all that is in flight. Lines that find no reader are
/// counted as dropped.
///
/// # Errors
/// The job ends if standard output cannot be written for another reason.
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

impl Debug for StdoutLines {
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

    fn again(&self) -> Option<Self> {
        Some(stdout_lines())
    }

    fn files(&self) -> Vec<FileUse> {
        vec![FileUse::stdout()]
    }
}

impl<T: Display + 'static> Writer<T> for StdoutLines {
    fn write(&mut self, event: T) -> Result<()> {
        writeln!(self.out, "{event}").map_err(failed)
    }

    async fn flush(&mut self) -> Result<()> {
        self.out.flush().map_err(failed)
    }

    fn cut(&mut self, _: Epoch) -> Result<Prepared> {
        self.out.flush().map_err(failed)?;
        Ok(Prepared::nothing())
    }
}

fn failed(error: io::Error) -> Error {
    let unread = error.kind() == io::ErrorKind::BrokenPipe;
    Error::new(ErrorKind::Sink, "cannot write to standard output").caused_by(error).unread(unread)
}

/// Prints each event on a line of standard output, as `{:?}` shows it.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// topology!(pairs = source(from_iter([("a", 1)])), pairs >> sink(debug_lines()))
///     .run(Config::default())
///     .await
/// # }
/// ```
#[must_use]
pub fn debug_lines() -> DebugLines {
    DebugLines { lines: stdout_lines() }
}

/// A sink that prints events as `{:?}` shows them, made by [`debug_lines`].
#[derive(Debug)]
pub struct DebugLines {
    lines: StdoutLines,
}

#[diagnostic::do_not_recommend]
impl<T: Debug + 'static> Sink<T> for DebugLines {
    type Writer = Self;
    type Repeat = Appends;

    fn open(self, _: &Env) -> Result<Self> {
        Ok(self)
    }

    fn again(&self) -> Option<Self> {
        Some(debug_lines())
    }

    fn files(&self) -> Vec<FileUse> {
        vec![FileUse::stdout()]
    }
}

impl<T: Debug + 'static> Writer<T> for DebugLines {
    fn write(&mut self, event: T) -> Result<()> {
        writeln!(self.lines.out, "{event:?}").map_err(failed)
    }

    async fn flush(&mut self) -> Result<()> {
        self.lines.out.flush().map_err(failed)
    }

    fn cut(&mut self, _: Epoch) -> Result<Prepared> {
        self.lines.out.flush().map_err(failed)?;
        Ok(Prepared::nothing())
    }
}
