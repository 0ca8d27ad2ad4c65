//! Names of files, and errors about them.

use crate::error::{BoxError, Error, ErrorKind};
use std::path::Path;

/// The size of read and write buffers, in bytes.
pub(super) const BUFFER: usize = 64 * 1_024;

/// Whether a file is compressed, by its name.
#[cfg(feature = "csv")]
pub(super) fn is_gzip(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"))
}

/// The directory of a file.
pub(super) fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
}

/// The error of a file that cannot be opened, read or written.
pub(super) fn failed(
    kind: ErrorKind,
    what: &str,
    path: &Path,
    cause: impl Into<BoxError>,
) -> Error {
    Error::new(kind, format!("cannot {what} `{}`", path.display())).caused_by(cause)
}
