//! Dead letters as JSON lines: a file of them as sink, and as the source of a replay.

use super::JsonEncoder;
use crate::connector::blocking::BlockingReader;
use crate::connector::cut;
use crate::connector::input::{Input, RECORD_LIMIT, check_limit};
use crate::connector::records::LineRecords;
use crate::connector::text::{Record, TextLines};
use crate::connector::torn::{BehindCut, RecordEnds};
use crate::connector::writer::FileWriter;
use crate::env::{Env, FileUse, IfExists};
use crate::error::Result;
use crate::operator::DeadLetter;
use crate::sink::{Sink, Truncates};
use crate::source::{Malformed, Position, Replayable, Source};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

/// Writes dead letters to a file, one JSON object per line, to be read by people and by [`replay`].
///
/// A sink for the `.errors` of an operator with `#[operator(errors = letters)]`; in `topology!`
/// also a word, `name.errors >> dead_letters(path)`. A line has the fields of a [`DeadLetter`]:
/// node, instance, event, error, attempts, position and time.
///
/// The file contains whole events, so it is created with mode 0600 on Unix: only the user that runs
/// the job can read it. The mode of a file that exists is not changed. It must not exist unless
/// [`append`](DeadLetters::append) or [`replace`](DeadLetters::replace) is called. A name that ends
/// in `.gz` is gzip (feature `csv`); `-` is standard output. In an `exactly_once` job the file is
/// cut back after a failure, as those of [`jsonl_file`](super::jsonl_file).
///
/// A float that is not finite is written as `null`: it must not end the job that its event did not
/// end. [`replay`] reports such an event as malformed unless its field is an `Option`.
///
/// # Errors
/// The job does not start if the file cannot be created, or exists, and ends if writing fails, or
/// if an event cannot be written as JSON, such as a map whose keys are no strings.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use std::num::ParseIntError;
///
/// #[operator(errors = letters)]
/// async fn parsed(text: String) -> Result<u64, ParseIntError> {
///     text.parse()
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// # let path = std::env::temp_dir().join(format!("millstream-dead-{}.jsonl", std::process::id()));
/// # std::fs::remove_file(&path).ok();
/// topology!(
///     parsed = source(from_iter(["1", "two"].map(String::from))) >> parsed,
///     parsed >> ignore,
///     parsed.errors >> dead_letters(&path),
/// )
/// .run(Config::default())
/// .await?;
///
/// let failed = Collected::new();
/// topology!(texts = source(replay::<String>(&path)), texts >> sink(failed.sink()))
///     .run(Config::default())
///     .await?;
/// assert_eq!(failed.take(), ["two"]);
/// # std::fs::remove_file(path).ok();
/// # Ok(())
/// # }
/// ```
pub fn dead_letters(path: impl Into<PathBuf>) -> DeadLetters {
    DeadLetters { path: path.into(), if_exists: IfExists::Refuse }
}

/// A file of dead letters as a sink, made by [`dead_letters`].
#[derive(Debug, Clone)]
pub struct DeadLetters {
    path: PathBuf,
    if_exists: IfExists,
}

impl DeadLetters {
    /// Writes behind what is in the file.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[operator(panics = route)]
    /// async fn halved(number: u64) -> u64 {
    ///     assert!(number % 2 == 0, "{number} is odd");
    ///     number / 2
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// # let name = format!("millstream-odd-{}.jsonl", std::process::id());
    /// # let path = std::env::temp_dir().join(name);
    /// # std::fs::remove_file(&path).ok();
    /// for day in [[2, 3], [5, 8]] {
    ///     topology!(
    ///         halves = source(from_iter(day)) >> halved,
    ///         halves >> ignore,
    ///         halves.errors >> dead_letters(&path).append(),
    ///     )
    ///     .run(Config::default())
    ///     .await?;
    /// }
    /// assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 2);
    /// # std::fs::remove_file(path).ok();
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn append(self) -> Self {
        self.if_exists(IfExists::Append)
    }

    /// Replaces what is in the file, once every source and sink of the job is open.
    #[must_use]
    pub fn replace(self) -> Self {
        self.if_exists(IfExists::Replace)
    }

    /// Sets what becomes of a file that exists, where that is configured.
    #[must_use]
    pub fn if_exists(mut self, if_exists: IfExists) -> Self {
        self.if_exists = if_exists;
        self
    }

    fn opened(&self, env: &Env, if_exists: IfExists) -> Result<FileWriter<JsonEncoder>> {
        FileWriter::open_private(env, &self.path, if_exists, JsonEncoder::with_nulls)
    }

    /// Opens the file after a restart; writes it anew if it has no cut.
    fn continued(
        &self,
        env: &Env,
        last: &[u8],
        stays: BehindCut,
    ) -> Result<FileWriter<JsonEncoder>> {
        if last.is_empty() {
            return self.opened(env, self.if_exists.again());
        }
        let encoder = |output| Ok(JsonEncoder::with_nulls(output));
        FileWriter::open_again(env, &self.path, last, stays, encoder)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + 'static> Sink<DeadLetter<T>> for DeadLetters {
    type Writer = FileWriter<JsonEncoder>;
    type Repeat = Truncates;

    fn open(self, env: &Env) -> Result<Self::Writer> {
        self.opened(env, self.if_exists)
    }

    fn open_again(self, env: &Env, last: &[u8]) -> Result<Self::Writer> {
        self.continued(env, last, BehindCut::Whole(RecordEnds::Lines))
    }

    fn open_exactly_once(self, env: &Env, last: Option<&[u8]>) -> Result<Self::Writer> {
        let opened = match last {
            None => self.opened(env, self.if_exists),
            Some(last) => self.continued(env, last, BehindCut::Nothing),
        };
        opened.and_then(FileWriter::able_to_cut_back)
    }

    fn first_cut(&self, env: &Env) -> Result<Option<Vec<u8>>> {
        cut::first_cut(env, &self.path, self.if_exists)
    }

    fn again(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn files(&self) -> Vec<FileUse> {
        vec![FileUse::write(&self.path, self.if_exists)]
    }
}

/// Reads the events of dead letters again, for an operator that was mended.
///
/// A source of the events, in the order of the file that [`dead_letters`] has written;
/// [`letters`](Replayed::letters) emits the letters. Replayable, with the same positions as the
/// source [`jsonl_file`](super::jsonl_file); `-` is standard input.
///
/// A line that is not a dead letter, or whose event is of another type, is sent to the `.errors`
/// output with file name, line number and reason, or ends the job. What was replayed stays in the
/// file: remove it once the job has ended.
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
/// # let path = std::env::temp_dir().join(format!("millstream-re-{}.jsonl", std::process::id()));
/// # std::fs::write(&path, concat!(
/// #     r#"{"node":"parsed","instance":0,"event":"0x2a","error":"invalid digit","#,
/// #     r#""attempts":1,"position":2,"time":"2026-11-29T08:00:00Z"}"#, "\n",
/// # )).unwrap();
/// let numbers = Collected::new();
/// topology!(
///     texts = source(replay::<String>(&path)),
///     texts >> flat_map(|text| u64::from_str_radix(text.trim_start_matches("0x"), 16))
///         >> sink(numbers.sink()),
/// )
/// .run(Config::default())
/// .await?;
/// assert_eq!(numbers.take(), [42]);
/// # std::fs::remove_file(path).ok();
/// # Ok(())
/// # }
/// ```
pub fn replay<T>(path: impl Into<PathBuf>) -> Replayed<T> {
    Replayed { file: LetterFile { path: path.into(), limit: RECORD_LIMIT }, events: PhantomData }
}

/// A file of dead letters, to be read.
#[derive(Debug, Clone)]
struct LetterFile {
    path: PathBuf,
    limit: usize,
}

/// A source of the events of dead letters, made by [`replay`].
pub struct Replayed<T> {
    file: LetterFile,
    events: PhantomData<fn() -> T>,
}

/// A source of dead letters, made by [`Replayed::letters`].
pub struct ReplayedLetters<T> {
    file: LetterFile,
    events: PhantomData<fn() -> T>,
}

impl<T> fmt::Debug for Replayed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replayed").field("file", &self.file).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for ReplayedLetters<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplayedLetters").field("file", &self.file).finish_non_exhaustive()
    }
}

impl<T> Replayed<T> {
    /// Limits a line, in bytes; 16 MiB unless called. A longer one is malformed.
    #[must_use]
    pub fn record_limit(mut self, bytes: usize) -> Self {
        self.file.limit = bytes;
        self
    }

    /// Emits the letters, not only their events: for a replay that looks at node or error.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// # let name = format!("millstream-le-{}.jsonl", std::process::id());
    /// # let path = std::env::temp_dir().join(name);
    /// # std::fs::write(&path, concat!(
    /// #     r#"{"node":"parsed","instance":0,"event":"0x2a","error":"invalid digit","#,
    /// #     r#""attempts":1,"position":2,"time":"2026-11-29T08:00:00Z"}"#, "\n",
    /// # )).unwrap();
    /// let reasons = Collected::new();
    /// topology!(
    ///     letters = source(replay::<String>(&path).letters()),
    ///     letters >> filter(|letter| letter.node == "parsed")
    ///         >> map(|letter| letter.error) >> sink(reasons.sink()),
    /// )
    /// .run(Config::default())
    /// .await?;
    /// assert_eq!(reasons.take(), ["invalid digit"]);
    /// # std::fs::remove_file(path).ok();
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn letters(self) -> ReplayedLetters<T> {
        ReplayedLetters { file: self.file, events: PhantomData }
    }
}

macro_rules! source {
    ($type:ident of $event:ty: $made:expr) => {
        #[diagnostic::do_not_recommend]
        impl<T: for<'de> Deserialize<'de> + Send + 'static> Source<$event> for $type<T> {
            type Reader = BlockingReader<$event>;
            type Replay = Replayable;

            fn open(self, env: &Env) -> Result<Self::Reader> {
                self.file.read(env, Input::open, $made)
            }

            fn open_at(self, env: &Env, at: &Position) -> Result<Self::Reader> {
                self.file.read(env, |env, path| Input::open_at(env, path, at), $made)
            }

            fn again(&self) -> Option<Self> {
                Some(Self { file: self.file.clone(), events: PhantomData })
            }

            fn files(&self) -> Vec<FileUse> {
                vec![FileUse::read(&self.file.path)]
            }
        }
    };
}
source!(Replayed of T: |letter: DeadLetter<T>| letter.event);
source!(ReplayedLetters of DeadLetter<T>: |letter| letter);

impl LetterFile {
    /// Reads what `made` makes of each letter.
    fn read<T: DeserializeOwned + 'static, U: Send + 'static>(
        self,
        env: &Env,
        opened: impl FnOnce(&Env, &Path) -> Result<Input>,
        made: impl Fn(DeadLetter<T>) -> U + Send + 'static,
    ) -> Result<BlockingReader<U>> {
        check_limit(self.limit)?;
        let input = opened(env, &self.path)?;
        let (name, start, limit) = (input.name.clone(), input.start.clone(), self.limit);
        BlockingReader::spawn(env, input, move |text| {
            let lines = TextLines::new(name.clone(), text, limit, &start);
            LineRecords::new(name, lines, move |name: &str, number, line| {
                letter(name, number, line).map(|letter| letter.map(&made))
            })
        })
    }
}

/// The letter of a line, unless it is blank.
fn letter<T: DeserializeOwned>(
    name: &str,
    number: u64,
    line: String,
) -> Option<Record<DeadLetter<T>>> {
    if line.trim_ascii().is_empty() {
        return None;
    }
    Some(serde_json::from_str(&line).map_err(|error| {
        // The line is known, and each is parsed by itself.
        let error = error.to_string().replace(" at line 1 column", " at column");
        Malformed::new(name, number, format!("is no dead letter of such events: {error}"), line)
    }))
}
