//! Sources and sinks that are opened once for each attempt to run a job.

use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::source::{Position, Source};

/// How often a job may be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempts {
    /// Once: what is opened need not be there again.
    One,
    /// It may restart.
    Several,
}

/// Opens a source, of which only the type `R` of its reader is known.
pub(crate) trait Opens<R>: Send {
    /// Whether the source can be opened again.
    fn opens_again(&self) -> bool;

    /// Opens the source, at a position if the job begins with a checkpoint.
    ///
    /// # Errors
    /// If it cannot be opened, or not a second time.
    fn open(&mut self, env: &Env, at: Option<&Position>, attempts: Attempts) -> Result<R>;
}

/// What opens a source.
pub(crate) type Open<R> = Box<dyn Opens<R>>;

struct Opening<S, R> {
    /// None once it is used up.
    source: Option<S>,
    again: fn(&S) -> Option<S>,
    open: fn(S, &Env, Option<&Position>) -> Result<R>,
}

/// Reduces a source to what opens it.
pub(crate) fn opening<T, S: Source<T>>(source: S) -> Open<S::Reader> {
    let open = |source: S, env: &Env, at: Option<&Position>| match at {
        Some(at) => source.open_at(env, at),
        None => source.open(env),
    };
    Box::new(Opening { source: Some(source), again: S::again, open })
}

impl<S: Send, R> Opens<R> for Opening<S, R> {
    fn opens_again(&self) -> bool {
        self.source.as_ref().and_then(self.again).is_some()
    }

    fn open(&mut self, env: &Env, at: Option<&Position>, attempts: Attempts) -> Result<R> {
        let source = another(&mut self.source, self.again, attempts)
            .ok_or_else(|| Error::new(ErrorKind::Source, "cannot be opened a second time"))?;
        (self.open)(source, env, at)
    }
}

/// Another one like what is held, if it may be needed again; else what is held, but only once.
pub(crate) fn another<S>(
    held: &mut Option<S>,
    again: fn(&S) -> Option<S>,
    attempts: Attempts,
) -> Option<S> {
    let another = match attempts {
        Attempts::One => None,
        Attempts::Several => held.as_ref().and_then(again),
    };
    another.or_else(|| held.take())
}
