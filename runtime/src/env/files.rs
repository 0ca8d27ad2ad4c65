//! The file system of a job.

use std::fmt;
use std::io::{Read, Result, Write};
use std::path::Path;

/// The file system of a job: implement it to run file connectors against memory in a test.
///
/// # Examples
/// ```
/// use millstream::env::{Env, Files};
/// use millstream::prelude::*;
/// use std::io::{Cursor, Read, Result, Write};
/// use std::path::Path;
///
/// #[derive(Debug)]
/// struct OneFile(&'static str);
///
/// impl Files for OneFile {
///     fn open(&self, _: &Path) -> Result<Box<dyn Read + Send>> {
///         Ok(Box::new(Cursor::new(self.0)))
///     }
///     fn create(&self, _: &Path) -> Result<Box<dyn Write + Send>> {
///         Ok(Box::new(std::io::sink()))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let lines = Collected::new();
/// let env = Env::system().with_files(OneFile("GET /\nGET /about\n"));
/// topology!(log = source(file_lines("access.log")), log >> sink(lines.sink()))
///     .run(Config::default().env(env))
///     .await?;
/// assert_eq!(lines.take(), ["GET /", "GET /about"]);
/// # Ok(())
/// # }
/// ```
pub trait Files: Send + Sync + fmt::Debug + 'static {
    /// Opens a file for reading.
    ///
    /// # Errors
    /// If the file does not exist or cannot be read: the job does not start.
    fn open(&self, path: &Path) -> Result<Box<dyn Read + Send>>;

    /// Creates an empty file for writing; truncates an existing one.
    ///
    /// # Errors
    /// If the file cannot be created: the job does not start.
    fn create(&self, path: &Path) -> Result<Box<dyn Write + Send>>;
}

/// The file system of the machine, and the default of a job.
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
