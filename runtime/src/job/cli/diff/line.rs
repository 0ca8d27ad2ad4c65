//! A line of a comparison.

use std::fmt;

/// A change, in a sentence.
#[derive(Debug)]
pub(super) struct DiffLine {
    sign: Sign,
    text: String,
}

/// The kind of a change.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sign {
    New,
    Gone,
    Changed,
}

impl DiffLine {
    pub(super) fn new(sign: Sign, text: impl Into<String>) -> Self {
        Self { sign, text: text.into() }
    }
}

impl fmt::Display for DiffLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.sign {
            Sign::New => '+',
            Sign::Gone => '-',
            Sign::Changed => '~',
        };
        write!(f, "{sign} {}", self.text)
    }
}
