//! Error messages about topologies: what is wrong, and how to fix it.
//!
//! Each function returns the message for the mistake in its name. Each message has a code, and each
//! code a page in `docs/errors`. The macros report mistakes at compile time; the builder reports
//! the same messages when the job starts.
//!
//! | codes | about | in |
//! |---|---|---|
//! | `M01..` | the shape of a topology | [`shape`], [`feedback`], [`foreign_syntax`], [`arguments`], [`join`], [`rates`], [`calls`] |
//! | `M02..` | the signature of an operator | [`operator`], [`methods`], [`attribute`], [`calls`] |
//! | `M026.`, `M027.` | the outputs of an enum | [`outputs`] |
//! | `M028.` | types that are to become keys | [`key`] |
//! | `M029.` | types that are kept in checkpoints | [`state`] |
//! | `M03..` | types that do not fit | traits of the runtime |
//! | `M033.` | types that say what of them may be shown | [`peek`] |
//! | `M04..` | events that could be lost, promises that could not be kept | [`outcome`] |

pub mod arguments;
pub mod attribute;
pub mod calls;
pub mod feedback;
pub mod foreign_syntax;
pub mod join;
pub mod key;
pub mod letters;
pub mod methods;
pub mod operator;
pub mod outcome;
pub mod outputs;
pub mod peek;
pub mod rates;
pub mod shape;
pub mod state;

use std::fmt;

/// The address of the pages about codes.
pub const PAGES: &str = "https://github.com/millstream-rs/millstream/blob/main/docs/errors";

/// The message about a mistake.
///
/// # Examples
/// ```
/// use millstream_graph::sentence::shape::no_source;
///
/// let sentence = no_source();
/// assert_eq!(sentence.code, "M0112");
/// assert!(sentence.to_string().starts_with("this topology has no source [M0112]\nhelp: begin"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// The code, by which it is looked up.
    pub code: &'static str,
    /// What is wrong.
    pub wrong: String,
    /// How to fix it.
    pub help: String,
}

impl Sentence {
    fn new(code: &'static str, wrong: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, wrong: wrong.into(), help: help.into() }
    }

    /// The address of the page about it.
    #[must_use]
    pub fn page(&self) -> String {
        format!("{PAGES}/{}.md", self.code)
    }
}

/// Formats the message as the compiler shows it.
impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, wrong, help } = self;
        write!(f, "{wrong} [{code}]\nhelp: {help}\nsee: {}", self.page())
    }
}

#[cfg(test)]
mod tests;
