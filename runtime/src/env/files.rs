//! How files are opened.

use std::fmt;
use std::io::{Read, Result, Write};
use std::path::Path;

/// How files are opened.
pub trait Files: Send + Sync + fmt::Debug + 'static {
    /// Opens a file for reading.
    ///
    /// # Errors
    /// If there is no such file or it may not be read.
    fn open(&self, path: &Path) -> Result<Box<dyn Read + Send>>;

    /// Creates a file for writing, empty; one that exists is emptied.
    ///
    /// # Errors
    /// If the file cannot be created.
    fn create(&self, path: &Path) -> Result<Box<dyn Write + Send>>;
}

/// The machine's files.
#[derive(Debug, Clone, Copy)]
pub struct SystemFiles;

impl Files for SystemFiles {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that opens files")]
    fn open(&self, path: &Path) -> Result<Box<dyn Read + Send>> {
        Ok(Box::new(std::fs::File::open(path)?))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that creates files")]
    fn create(&self, path: &Path) -> Result<Box<dyn Write + Send>> {
        Ok(Box::new(std::fs::File::create(path)?))
    }
}
