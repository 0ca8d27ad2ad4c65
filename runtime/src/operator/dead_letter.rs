//! Events that an operator has failed on, with the reason.

use crate::error::{BoxError, Error, ErrorKind};
use crate::time::EventTime;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An event that an operator has failed on: to be stored, looked at, and replayed.
///
/// An operator with `#[operator(errors = letters)]` emits these to its `.errors` output, instead of
/// plain errors. They are events like any other: `dead_letters(path)` writes them to a file, and
/// any operator or sink of `DeadLetter<T>` receives them.
///
/// # Examples
/// ```
/// use millstream::operator::DeadLetter;
/// use millstream::prelude::*;
/// use std::num::ParseIntError;
///
/// #[operator(errors = letters)]
/// async fn parsed(text: &'static str) -> Result<u64, ParseIntError> {
///     text.parse()
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let failed = Collected::new();
/// topology!(
///     parsed = source(from_iter(["1", "two"])) >> parsed,
///     parsed >> ignore,
///     parsed.errors >> sink(failed.sink()),
/// )
/// .run(Config::default())
/// .await?;
/// let failed: Vec<DeadLetter<&str>> = failed.take();
/// assert_eq!((&*failed[0].node, failed[0].event, failed[0].position), ("parsed", "two", 2));
/// assert_eq!(failed[0].error, "invalid digit found in string");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter<T> {
    /// The name of the operator's node.
    pub node: String,
    /// Which of its instances, from 0.
    pub instance: usize,
    /// The event, as it was before the call.
    pub event: T,
    /// The error with all of its causes, or `panicked: ` and the text of the panic.
    pub error: String,
    /// How many calls were made for the event, from 1: more only with a `retry`.
    pub attempts: u32,
    /// The number of the event among those that the instance has received, from 1. It counts from
    /// the start of the job in this process, or from its last restart.
    pub position: u64,
    /// When the last attempt had failed, by the job's clock.
    pub time: EventTime,
}

impl<T> fmt::Display for DeadLetter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` failed at its event {}: {}", self.node, self.position, self.error)
    }
}

/// The text of an error and its causes, each once.
pub(super) fn with_causes(error: impl Into<BoxError>) -> String {
    format!("{:#}", Error::new(ErrorKind::Operator, "").caused_by(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[derive(Debug, thiserror::Error)]
    #[error("no answer")]
    struct Outer(#[source] io::Error);

    #[test]
    fn a_letter_has_the_causes_of_its_error_once_each() {
        let error = Outer(io::Error::other("connection reset"));
        assert_eq!(with_causes(error), "no answer: connection reset");
        assert_eq!(with_causes("refused"), "refused");
        let repeated = io::Error::other(Outer(io::Error::other("gone")));
        assert_eq!(with_causes(repeated), "no answer: gone");
    }
}
