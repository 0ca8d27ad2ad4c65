//! Records that cannot be parsed.

use crate::error::RecordPosition;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A record that cannot be parsed: its position, the reason and its raw text.
///
/// These are the events of a source's `.errors` output. Without a consumer of that output, the
/// first malformed record ends the job.
///
/// # Examples
/// ```
/// use millstream::source::Malformed;
///
/// let record = Malformed::new("orders.csv", 17, "amount: invalid digit", "3,x");
/// assert_eq!(record.to_string(), "orders.csv:17: amount: invalid digit");
/// assert_eq!(record.raw, "3,x");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Malformed {
    /// The name of the source, such as a path.
    pub source: String,
    /// The line on which the record starts, from 1.
    pub line: u64,
    /// What was expected and what was found.
    pub reason: String,
    /// The record as read; bytes that are not UTF-8 are replaced.
    pub raw: String,
}

impl Malformed {
    /// Creates a malformed record: for a [`Reader`](super::Reader) of your own.
    pub fn new(
        source: impl Into<String>,
        line: u64,
        reason: impl Into<String>,
        raw: impl Into<String>,
    ) -> Self {
        Self { source: source.into(), line, reason: reason.into(), raw: raw.into() }
    }

    /// Where the record was read, as in the [`Error`](crate::Error) of a job that ends on it.
    #[must_use]
    pub fn position(&self) -> RecordPosition {
        RecordPosition::new(&*self.source, self.line)
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.source, self.line, self.reason)
    }
}

impl std::error::Error for Malformed {}
