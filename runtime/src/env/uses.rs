//! The files that a source or sink uses.

use std::path::{Path, PathBuf};

/// A file that a source reads or a sink writes: what `Source::files` and `Sink::files` return.
///
/// A job that uses a file twice, in whatever spelling, is refused before any file is opened. The
/// path `-` is standard input or output.
///
/// # Examples
/// ```
/// use millstream::env::{FileUse, IfExists};
/// use std::path::Path;
///
/// assert_eq!(FileUse::read("in.csv").path(), Path::new("in.csv"));
/// assert_eq!(FileUse::read("-"), FileUse::stdin());
/// assert_ne!(FileUse::write("-", IfExists::Refuse), FileUse::stdin());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileUse {
    path: PathBuf,
    access: Access,
    /// Whether it is a standard stream.
    standard: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write(IfExists),
    /// Lines for people, to which several sinks may add.
    Print,
    /// A directory in which a source keeps its events for checkpoints.
    Journal,
}

/// What a sink does about a file that exists.
///
/// # Examples
/// ```
/// use millstream::env::IfExists;
///
/// assert_eq!(IfExists::default(), IfExists::Refuse);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IfExists {
    /// The job does not start, and the file stays as it is.
    #[default]
    Refuse,
    /// New events follow those in the file.
    Append,
    /// The events replace what is in the file, once every source and sink of the job is open.
    Replace,
}

impl IfExists {
    /// The same for a job that may find what it has made itself, and makes all of it again.
    #[cfg(any(feature = "csv", feature = "json"))]
    pub(crate) fn again(self) -> Self {
        if self == Self::Refuse { Self::Replace } else { self }
    }

    /// What to do about a file that must not exist.
    pub(crate) const HELP: &str =
        "choose `.append()` or `.replace()` for the sink, or another path";
}

impl FileUse {
    /// A file that a source reads; `-` is standard input.
    #[must_use]
    pub fn read(path: impl Into<PathBuf>) -> Self {
        Self::of(path.into(), Access::Read, "/dev/stdin")
    }

    /// A file that a sink writes; `-` is standard output.
    #[must_use]
    pub fn write(path: impl Into<PathBuf>, if_exists: IfExists) -> Self {
        Self::of(path.into(), Access::Write(if_exists), "/dev/stdout")
    }

    /// Standard input.
    #[must_use]
    pub fn stdin() -> Self {
        Self::read("-")
    }

    /// Standard output, for lines for people: several sinks of a job may print.
    #[must_use]
    pub fn stdout() -> Self {
        Self::of("-".into(), Access::Print, "/dev/stdout")
    }

    /// The directory of a source's journal.
    pub(crate) fn journal(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), access: Access::Journal, standard: false }
    }

    fn of(path: PathBuf, access: Access, stream: &str) -> Self {
        let standard = is_standard(&path);
        let path = if standard { stream.into() } else { path };
        Self { path, access, standard }
    }

    /// Its path; that of a standard stream is `/dev/stdin` or `/dev/stdout`.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn access(&self) -> Access {
        self.access
    }

    /// Whether it is a file that a sink writes.
    pub(crate) fn is_written(&self) -> bool {
        matches!(self.access, Access::Write(_)) && !self.standard
    }

    /// The name by which checkpoints know it.
    pub(crate) fn name(&self) -> String {
        self.path.display().to_string()
    }

    pub(crate) fn is_standard(&self) -> bool {
        self.standard
    }
}

/// Whether a path stands for standard input or output.
pub(crate) fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}
