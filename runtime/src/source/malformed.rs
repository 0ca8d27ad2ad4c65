//! A record that does not parse.

use crate::error::RecordPosition;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A record that does not parse: its position, the reason, and its raw text.
///
/// # Examples
/// ```
/// use millstream::source::Malformed;
///
/// let record = Malformed::new("orders.csv", 17, "amount: invalid digit", "3,x");
/// assert_eq!(record.to_string(), "orders.csv:17: amount: invalid digit");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Malformed {
    /// The source, such as a file name.
    pub source: String,
    /// The line it begins at, from 1.
    pub line: u64,
    /// What was expected and what came.
    pub reason: String,
    /// The record as it was read; bytes that are not UTF-8 are replaced.
    pub raw: String,
}

impl Malformed {
    /// A record that does not parse.
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
