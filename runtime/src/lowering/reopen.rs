//! Sources and sinks that are opened once for each attempt to run a job.

use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::source::{Position, Source};

/// Opens a source when the job starts, at a position if the job begins with a checkpoint.
pub(crate) type Open<R> = Box<dyn FnMut(&Env, Option<&Position>) -> Result<R> + Send>;

/// A source, reduced to the function that opens it, and whether it can do so again.
pub(crate) fn opening<T, S: Source<T>>(source: S) -> (Open<S::Reader>, bool) {
    let again = source.again().is_some();
    let mut source = Some(source);
    let open = move |env: &Env, at: Option<&Position>| {
        let source = another(&mut source, S::again)
            .ok_or_else(|| Error::new(ErrorKind::Source, "cannot be opened a second time"))?;
        match at {
            Some(at) => source.open_at(env, at),
            None => source.open(env),
        }
    };
    (Box::new(open), again)
}

/// Another one like what is held; what is held itself if there is none, but only once.
pub(crate) fn another<S>(held: &mut Option<S>, again: fn(&S) -> Option<S>) -> Option<S> {
    held.as_ref().and_then(again).or_else(|| held.take())
}
