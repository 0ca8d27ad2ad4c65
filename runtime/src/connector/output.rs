//! Files to be written: created, continued or replaced; compressed by name.

use super::file::{self, BUFFER};
use crate::env::{Env, FileKind, IfExists, is_standard};
use crate::error::{Error, ErrorKind, Result};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

type BufferedFile = BufWriter<Measured>;

/// A file that knows its length.
struct Measured {
    file: Box<dyn Write + Send>,
    length: u64,
}

impl Write for Measured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A file open for writing, shared by a format and the sink.
#[derive(Clone)]
pub(super) struct SharedFile(Arc<Mutex<Opened>>);

struct Opened {
    file: OutputFile,
    /// Whether it is a pipe whose reader is gone.
    unread: bool,
    /// Bytes written, before compression, and those of a file that is continued.
    written: u64,
}

enum OutputFile {
    /// To be replaced by the first write, or at the end: another sink may fail to open, and the
    /// job does not start.
    Later(Env, PathBuf),
    Plain(BufferedFile),
    #[cfg(feature = "csv")]
    Gzip(super::gzip::GzipOutput<BufferedFile>),
}

/// Opens a file that only its owner can read, unless it exists; `-` is standard output.
#[cfg(feature = "json")]
pub(super) fn open_private(env: &Env, path: &Path, if_exists: IfExists) -> Result<SharedFile> {
    if is_standard(path) {
        return open(env, path, if_exists);
    }
    match env.files().create_private(path) {
        Ok(file) if if_exists == IfExists::Refuse => {
            Ok(SharedFile::new(compressing(path, buffered(file, 0)), 0))
        }
        // What opens it next keeps its mode.
        Ok(_) => open(env, path, if_exists),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => open(env, path, if_exists),
        Err(error) => Err(failed(path, error)),
    }
}

/// Opens a file; `-` is standard output.
pub(super) fn open(env: &Env, path: &Path, if_exists: IfExists) -> Result<SharedFile> {
    if is_standard(path) {
        let file = buffered(Box::new(io::stdout()), 0);
        return Ok(SharedFile::new(OutputFile::Plain(file), 0));
    }
    let (files, failed) = (env.files(), |error| failed(path, error));
    let continues = if_exists == IfExists::Append && !compressed(path);
    let is_cut_off = continues && !ends_a_line(env, path)?;
    if if_exists == IfExists::Replace {
        files.check_replace(path).map_err(failed)?;
        return Ok(SharedFile::new(OutputFile::Later(env.clone(), path.to_owned()), 0));
    }
    let appends = if_exists == IfExists::Append;
    let mut length = if appends { files.status(path).map_or(0, |found| found.length) } else { 0 };
    let opened = if appends { files.append(path) } else { files.create_new(path) };
    let mut file = opened.map_err(failed)?;
    if is_cut_off {
        // The first event begins a line of its own.
        file.write_all(b"\n").map_err(failed)?;
        length += 1;
    }
    Ok(SharedFile::new(compressing(path, buffered(file, length)), 0))
}

/// Opens a file to write on at its end, which is at that length.
pub(super) fn continued(env: &Env, path: &Path, mut length: u64) -> Result<SharedFile> {
    // Where a sink began that adds to a file, that may have ended within a line.
    let is_cut_off = !compressed(path) && !ends_a_line(env, path)?;
    let mut file = env.files().append(path).map_err(|error| failed(path, error))?;
    if is_cut_off {
        file.write_all(b"\n").map_err(|error| failed(path, error))?;
        length += 1;
    }
    Ok(SharedFile::new(compressing(path, buffered(file, length)), length))
}

/// The error of a file that cannot be opened; one that exists comes with what to do about it.
fn failed(path: &Path, error: io::Error) -> Error {
    let exists = error.kind() == io::ErrorKind::AlreadyExists;
    let error = file::failed(ErrorKind::Sink, "create", path, error);
    if exists { error.help(IfExists::HELP) } else { error }
}

fn buffered(file: Box<dyn Write + Send>, length: u64) -> BufferedFile {
    BufWriter::with_capacity(BUFFER, Measured { file, length })
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
pub(super) fn compressed(path: &Path) -> bool {
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
    OutputFile::Gzip(super::gzip::GzipOutput::new(file))
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
            self.file = compressing(path, buffered(file, 0));
        }
        Ok(())
    }
}

impl SharedFile {
    fn new(file: OutputFile, written: u64) -> Self {
        Self(Arc::new(Mutex::new(Opened { file, unread: false, written })))
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

    /// Bytes written, before compression, and those of a file that is continued.
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
            OutputFile::Gzip(file) => file.end()?.flush(),
        })
    }

    /// Writes the buffered rest, and the end of a member; returns the length of the file.
    pub(super) fn cut(&self) -> io::Result<u64> {
        self.try_with(|opened| {
            let file = match &mut opened.file {
                // `try_with` has begun the file.
                OutputFile::Later(..) => return Ok(0),
                OutputFile::Plain(file) => file,
                #[cfg(feature = "csv")]
                OutputFile::Gzip(file) => file.end_member()?,
            };
            file.flush()?;
            Ok(file.get_ref().length)
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
