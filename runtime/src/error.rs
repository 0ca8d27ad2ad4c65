//! What a job reports when it cannot start or cannot go on.

use std::fmt;

/// The error of a user's own code, of any type.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A `Result` whose error is a job's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a job did not start or did not go on: who failed, at what, and why.
///
/// Its `Debug` output is the same sentence as its `Display` output followed by the causes, so that
/// a `main` that returns it prints something a person can read.
///
/// # Examples
/// ```
/// use millstream::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::Config, "MILLSTREAM_BUFFER is `many`, expected a number");
/// assert_eq!(error.kind(), ErrorKind::Config);
/// assert!(error.to_string().contains("expected a number"));
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    cause: Option<BoxError>,
}

/// What sort of thing went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The topology breaks a rule.
    Topology,
    /// A setting has no meaning.
    Config,
    /// A source could not be opened or read.
    Source,
    /// A record of a source could not be understood and its error output leads nowhere.
    Record,
    /// An operator returned an error and its error output leads nowhere.
    Operator,
    /// User code panicked.
    Panic,
    /// A sink could not be opened or written.
    Sink,
    /// The job was aborted before its end.
    Aborted,
    /// The engine broke a rule of its own: please report it.
    Internal,
}

impl Error {
    /// An error with its whole message.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, message: message.into(), cause: None }))
    }

    /// The same error with the one that led to it.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<BoxError>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// What sort of thing went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            write!(f, "\n  caused by: {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.as_deref().map(|cause| cause as &(dyn std::error::Error + 'static))
    }
}
