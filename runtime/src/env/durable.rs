//! Directories that survive a power failure.

use super::Files;
use std::io::Result;
use std::path::Path;

/// Creates a directory with its parents, unless it exists, and makes that durable.
///
/// # Errors
/// If one of them cannot be created or made durable.
pub(crate) fn create_directory(files: &dyn Files, path: &Path) -> Result<()> {
    let mut above = Vec::new();
    for folder in path.ancestors().skip(1) {
        let folder = if folder == Path::new("") { Path::new(".") } else { folder };
        above.push(folder);
        if files.status(folder).is_ok() {
            break;
        }
    }
    files.directory(path)?;
    above.into_iter().rev().chain([path]).try_for_each(|folder| files.sync_directory(folder))
}
