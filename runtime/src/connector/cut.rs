//! Where a checkpoint has cut a file that is written, and how the file is known again.

use super::durable::encoded;
use super::file;
use super::place::CHECKED;
use crate::env::{Env, FileKind, Files, IfExists, is_standard};
use crate::error::{Error, ErrorKind, Result};
use std::io::{self, Read};
use std::path::Path;

/// What a checkpoint stores of a file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileCut {
    /// Bytes in the file, compressed.
    pub(super) length: u64,
    /// How many of the last bytes a checksum covers, and their CRC-32. Absent in checkpoints of
    /// earlier versions, and if the file cannot be read.
    check: Option<(u32, u32)>,
}

impl FileCut {
    /// A cut without a checksum.
    pub(super) fn at(length: u64) -> Self {
        Self { length, check: None }
    }

    /// Notes the bytes before the cut, which may block.
    pub(super) fn checked(self, files: &dyn Files, path: &Path) -> Self {
        let covered = self.length.min(CHECKED as u64);
        let check = self.read(files, path, covered).map(|bytes| {
            let covered = u32::try_from(covered).unwrap_or_default();
            (covered, crc32fast::hash(&bytes))
        });
        let unread = |error: &io::Error| {
            tracing::debug!(file = %path.display(), %error, "the cut has no checksum");
        };
        Self { check: check.inspect_err(unread).ok(), ..self }
    }

    /// Refuses a file that has other bytes before the cut.
    pub(super) fn verify(&self, files: &dyn Files, path: &Path) -> Result<()> {
        let Some((covered, crc)) = self.check else { return Ok(()) };
        let bytes = self.read(files, path, covered.into());
        let bytes = bytes.map_err(|error| file::failed(ErrorKind::Sink, "read", path, error))?;
        if bytes.len() as u64 == u64::from(covered) && crc32fast::hash(&bytes) == crc {
            return Ok(());
        }
        let length = self.length;
        let cause = format!("it is not the file that was cut at {length} bytes, or has changed");
        Err(differs(path, cause))
    }

    fn read(&self, files: &dyn Files, path: &Path, covered: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        if covered > 0 {
            let file = files.open_at(path, self.length.saturating_sub(covered))?;
            file.take(covered).read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    }

    /// The bytes that a checkpoint stores.
    pub(super) fn encode(&self) -> postcard::Result<Vec<u8>> {
        let mut bytes = postcard::to_allocvec(&self.length)?;
        if let Some(check) = &self.check {
            bytes.extend(postcard::to_allocvec(check)?);
        }
        Ok(bytes)
    }

    pub(super) fn decode(bytes: &[u8]) -> postcard::Result<Self> {
        let (length, rest) = postcard::take_from_bytes(bytes)?;
        let check = if rest.is_empty() { None } else { Some(postcard::from_bytes(rest)?) };
        Ok(Self { length, check })
    }
}

/// Where a sink begins that adds to a file; none for one that writes all of it.
pub(super) fn first_cut(env: &Env, path: &Path, if_exists: IfExists) -> Result<Option<Vec<u8>>> {
    if if_exists != IfExists::Append || is_standard(path) {
        return Ok(None);
    }
    let length = match env.files().status(path) {
        Ok(found) if found.kind == FileKind::Regular => found.length,
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        // Nothing can be cut off, or the sink itself reports why it cannot be opened.
        _ => return Ok(None),
    };
    encoded(FileCut::at(length).checked(env.files(), path).encode()).map(Some)
}

/// The error of a file that is not as the job has left it.
pub(super) fn differs(path: &Path, cause: String) -> Error {
    file::failed(ErrorKind::Sink, "continue with", path, cause)
        .help("restore the file as it was, or start the job without its checkpoints")
}
