//! The place of a record in its input.

use std::fmt;

/// Where a record was read: a file or another input, and a number in it.
///
/// It is for people who look for the record. It is not what a source resumes from.
///
/// # Examples
/// ```
/// use millstream::source::RecordPosition;
///
/// let position = RecordPosition::new("orders.csv", 17);
/// assert_eq!((position.input(), position.number()), ("orders.csv", 17));
/// assert_eq!(position.to_string(), "orders.csv:17");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RecordPosition {
    input: String,
    number: u64,
}

impl RecordPosition {
    /// The position of a record in `input`: the line it begins at, or the record's own number if
    /// the input has no lines, from 1.
    pub fn new(input: impl Into<String>, number: u64) -> Self {
        Self { input: input.into(), number }
    }

    /// The input, such as the path of a file.
    #[must_use]
    pub fn input(&self) -> &str {
        &self.input
    }

    /// The line the record begins at, or the record's own number if the input has no lines, from 1.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }
}

impl fmt::Display for RecordPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.input, self.number)
    }
}
