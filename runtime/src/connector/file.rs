//! Files by path, plain or gzip, and their errors.

use crate::env::Env;
use crate::error::{BoxError, Error, ErrorKind, Result};
#[cfg(any(feature = "csv", feature = "json"))]
use std::io::{self, BufWriter, Write};
use std::io::{BufReader, Read};
use std::path::Path;

/// The size of read and write buffers, in bytes.
const BUFFER: usize = 64 * 1_024;

/// Opens a file for reading; a `.gz` file is decompressed.
pub(super) fn open(env: &Env, path: &Path) -> Result<Box<dyn Read + Send>> {
    let file =
        env.files().open(path).map_err(|error| failed(ErrorKind::Source, "read", path, error))?;
    Ok(unpack(path, file))
}

#[cfg(feature = "csv")]
fn unpack(path: &Path, file: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
    if is_gzip(path) {
        // A gzip file may consist of several members.
        return Box::new(BufReader::with_capacity(BUFFER, flate2::read::MultiGzDecoder::new(file)));
    }
    Box::new(BufReader::with_capacity(BUFFER, file))
}

#[cfg(not(feature = "csv"))]
fn unpack(_: &Path, file: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
    Box::new(BufReader::with_capacity(BUFFER, file))
}

#[cfg(any(feature = "csv", feature = "json"))]
/// Creates a file for writing; a `.gz` file is compressed.
pub(super) fn create(env: &Env, path: &Path) -> Result<OutputFile> {
    let file =
        env.files().create(path).map_err(|error| failed(ErrorKind::Sink, "create", path, error))?;
    let file = BufWriter::with_capacity(BUFFER, file);
    #[cfg(feature = "csv")]
    if is_gzip(path) {
        let level = flate2::Compression::default();
        return Ok(OutputFile::Gzip(Box::new(flate2::write::GzEncoder::new(file, level))));
    }
    Ok(OutputFile::Plain(file))
}

#[cfg(feature = "csv")]
fn is_gzip(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "gz")
}

#[cfg(any(feature = "csv", feature = "json"))]
type FileWriter = BufWriter<Box<dyn Write + Send>>;

#[cfg(any(feature = "csv", feature = "json"))]
/// A file open for writing.
pub(super) enum OutputFile {
    Plain(FileWriter),
    #[cfg(feature = "csv")]
    Gzip(Box<flate2::write::GzEncoder<FileWriter>>),
}

#[cfg(any(feature = "csv", feature = "json"))]
impl OutputFile {
    /// Writes the buffered rest, and the end of a gzip stream.
    pub(super) fn close(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.flush(),
            #[cfg(feature = "csv")]
            Self::Gzip(file) => {
                file.try_finish()?;
                file.get_mut().flush()
            }
        }
    }
}

#[cfg(any(feature = "csv", feature = "json"))]
impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.write(bytes),
            #[cfg(feature = "csv")]
            Self::Gzip(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.flush(),
            #[cfg(feature = "csv")]
            Self::Gzip(file) => file.flush(),
        }
    }
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
