//! Files to be written: created, continued or replaced; compressed by name.

use super::file::{self, BUFFER};
use crate::env::{Env, FileKind, IfExists, is_standard};
use crate::error::{Error, ErrorKind, Result};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

type BufferedFile = BufWriter<Box<dyn Write + Send>>;

/// A file open for writing, shared by a format and the sink.
#[derive(Clone)]
pub(super) struct SharedFile(Arc<Mutex<Opened>>);

struct Opened {
    file: OutputFile,
    /// Whether it is a pipe whose reader is gone.
    unread: bool,
    /// Bytes written, before compression.
    written: u64,
}

enum OutputFile {
    /// To be replaced by the first write, or at the end: another sink may fail to open, and the
    /// job does not start.
    Later(Env, PathBuf),
    Plain(BufferedFile),
    #[cfg(feature = "csv")]
    Gzip(Box<flate2::write::GzEncoder<BufferedFile>>),
}

/// Opens a file; `-` is standard output.
pub(super) fn open(env: &Env, path: &Path, if_exists: IfExists) -> Result<SharedFile> {
    if is_standard(path) {
        return Ok(SharedFile::new(OutputFile::Plain(buffered(Box::new(io::stdout())))));
    }
    let (files, failed) = (env.files(), |error| failed(path, error));
    let continues = if_exists == IfExists::Append && !compressed(path);
    let is_cut_off = continues && !ends_a_line(env, path)?;
    if if_exists == IfExists::Replace {
        files.check_replace(path).map_err(failed)?;
        return Ok(SharedFile::new(OutputFile::Later(env.clone(), path.to_owned())));
    }
    let opened =
        if if_exists == IfExists::Append { files.append(path) } else { files.create_new(path) };
    let mut file = opened.map_err(failed)?;
    if is_cut_off {
        // The first event begins a line of its own.
        file.write_all(b"\n").map_err(failed)?;
    }
    Ok(SharedFile::new(compressing(path, buffered(file))))
}

/// The error of a file that cannot be opened; one that exists comes with what to do about it.
fn failed(path: &Path, error: io::Error) -> Error {
    let exists = error.kind() == io::ErrorKind::AlreadyExists;
    let error = file::failed(ErrorKind::Sink, "create", path, error);
    if exists { error.help(IfExists::HELP) } else { error }
}

fn buffered(file: Box<dyn Write + Send>) -> BufferedFile {
    BufWriter::with_capacity(BUFFER, file)
}

/// Whether a regular file is empty, does not exist, or ends with a line's end.
fn ends_a_line(env: &Env, path: &Path) -> Result<bool> {
    if !has_content(env, path) {
        return Ok(true);
    }
    let last = env.files().last_byte(path);
    last.map(|last| last == Some(b'\n'))
        .map_err(|error| file::failed(ErrorKind::Sink, "read", path, error))
}

/// Whether a path is a regular file with something in it.
pub(super) fn has_content(env: &Env, path: &Path) -> bool {
    let status = env.files().status(path);
    status.is_ok_and(|found| found.kind == FileKind::Regular && found.length > 0)
}

#[cfg(feature = "csv")]
fn compressed(path: &Path) -> bool {
    file::is_gzip(path)
}

#[cfg(not(feature = "csv"))]
fn compressed(_: &Path) -> bool {
    false
}

#[cfg(feature = "csv")]
fn compressing(path: &Path, file: BufferedFile) -> OutputFile {
    if !compressed(path) {
        return OutputFile::Plain(file);
    }
    let level = flate2::Compression::default();
    OutputFile::Gzip(Box::new(flate2::write::GzEncoder::new(file, level)))
}

#[cfg(not(feature = "csv"))]
fn compressing(_: &Path, file: BufferedFile) -> OutputFile {
    OutputFile::Plain(file)
}

impl Opened {
    /// Replaces a file that is still to be.
    fn begin(&mut self) -> io::Result<()> {
        if let OutputFile::Later(env, path) = &self.file {
            let file = env.files().create(path)?;
            self.file = compressing(path, buffered(file));
        }
        Ok(())
    }
}

impl SharedFile {
    fn new(file: OutputFile) -> Self {
        Self(Arc::new(Mutex::new(Opened { file, unread: false, written: 0 })))
    }

    fn with<R>(&self, work: impl FnOnce(&mut Opened) -> R) -> R {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Works on the file, and notes whether its reader is gone: what encodes events may hide the
    /// kind of an error.
    fn try_with<R>(&self, work: impl FnOnce(&mut Opened) -> io::Result<R>) -> io::Result<R> {
        self.with(|opened| {
            let worked = opened.begin().and_then(|()| work(opened));
            let kind = worked.as_ref().err().map(io::Error::kind);
            opened.unread |= kind == Some(io::ErrorKind::BrokenPipe);
            worked
        })
    }

    /// Whether it is a pipe whose reader is gone.
    pub(super) fn is_unread(&self) -> bool {
        self.with(|opened| opened.unread)
    }

    /// Bytes written, before compression.
    pub(super) fn written(&self) -> u64 {
        self.with(|opened| opened.written)
    }

    /// Makes the written bytes visible.
    pub(super) fn publish(&self) -> io::Result<()> {
        self.try_with(|opened| match &mut opened.file {
            OutputFile::Later(..) => Ok(()),
            OutputFile::Plain(file) => file.flush(),
            #[cfg(feature = "csv")]
            OutputFile::Gzip(file) => file.flush(),
        })
    }

    /// Writes the buffered rest, and the end of a gzip stream.
    pub(super) fn close(&self) -> io::Result<()> {
        self.try_with(|opened| match &mut opened.file {
            OutputFile::Later(..) => Ok(()),
            OutputFile::Plain(file) => file.flush(),
            #[cfg(feature = "csv")]
            OutputFile::Gzip(file) => {
                file.try_finish()?;
                file.get_mut().flush()
            }
        })
    }
}

impl Write for SharedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.try_with(|opened| {
            let written = match &mut opened.file {
                OutputFile::Later(..) => Ok(0),
                OutputFile::Plain(file) => file.write(bytes),
                #[cfg(feature = "csv")]
                OutputFile::Gzip(file) => file.write(bytes),
            }?;
            opened.written += written as u64;
            Ok(written)
        })
    }

    /// Nothing: formats flush to pass on their buffers, and the sink decides what becomes visible.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
