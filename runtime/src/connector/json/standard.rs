//! JSON lines on standard input and output.

use super::super::blocking::BlockingReader;
use super::super::input::{Input, RECORD_LIMIT};
use super::super::writer::FileWriter;
use super::{JsonEncoder, read};
use crate::env::{Env, FileUse, IfExists};
use crate::error::Result;
use crate::sink::{Appends, Sink};
use crate::source::{Source, Unreplayable};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::marker::PhantomData;
use std::path::Path;

/// Reads JSON lines from standard input: one event per line, as soon as it is complete.
///
/// Malformed lines are sent to the `.errors` output. Not replayable.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let topology = topology!(
///     numbers = source(jsonl_stdin::<u64>()),
///     numbers >> filter(|number| *number > 7) >> sink(jsonl_stdout()),
/// );
/// assert_eq!(topology.plan(&Config::default())?.tasks(), 1);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn jsonl_stdin<T>() -> JsonStdin<T> {
    JsonStdin { events: PhantomData }
}

/// A source that reads JSON lines from standard input, made by [`jsonl_stdin`].
pub struct JsonStdin<T> {
    events: PhantomData<fn() -> T>,
}

impl<T> fmt::Debug for JsonStdin<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonStdin").finish()
    }
}

#[diagnostic::do_not_recommend]
impl<T: for<'de> Deserialize<'de> + Send + 'static> Source<T> for JsonStdin<T> {
    type Reader = BlockingReader<T>;
    type Replay = Unreplayable;

    fn open(self, env: &Env) -> Result<Self::Reader> {
        read(env, Input::stdin(), RECORD_LIMIT)
    }

    fn files(&self) -> Vec<FileUse> {
        vec![FileUse::stdin()]
    }
}

/// Writes each event to standard output as a line of JSON, visible whenever no more events are at
/// hand.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// topology!(pairs = source(from_iter([("a", 1)])), pairs >> sink(jsonl_stdout()))
///     .run(Config::default())
///     .await
/// # }
/// ```
#[must_use]
pub fn jsonl_stdout() -> JsonStdout {
    JsonStdout { _private: () }
}

/// A sink that writes JSON lines to standard output, made by [`jsonl_stdout`].
#[derive(Debug)]
pub struct JsonStdout {
    _private: (),
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + 'static> Sink<T> for JsonStdout {
    type Writer = FileWriter<JsonEncoder>;
    type Repeat = Appends;

    fn open(self, env: &Env) -> Result<Self::Writer> {
        FileWriter::open(env, Path::new("-"), IfExists::Append, JsonEncoder::new)
    }

    fn again(&self) -> Option<Self> {
        Some(jsonl_stdout())
    }

    fn files(&self) -> Vec<FileUse> {
        vec![FileUse::write("-", IfExists::Append)]
    }
}
