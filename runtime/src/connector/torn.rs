//! What a process that was killed has left of a file.

use super::cut::{FileCut, differs};
use super::file::{self, BUFFER};
#[cfg(feature = "csv")]
use super::output;
use crate::env::Env;
use crate::error::{ErrorKind, Result};
use std::io::{self, Read};
use std::path::Path;

/// What stays of a file behind the cut of the last checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BehindCut {
    /// Whole records, or members of gzip: they are written again, and are in the file twice, since
    /// somebody may have read them.
    Whole(RecordEnds),
    /// Nothing.
    Nothing,
}

/// Where the records of a text end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordEnds {
    /// At the end of each line.
    Lines,
    /// At the end of a line that is not within quotes.
    Unquoted,
}

/// Cuts a file back to where the last checkpoint has cut it, but for what stays behind that;
/// returns its length.
pub(super) fn cut_back(env: &Env, path: &Path, cut: FileCut, stays: BehindCut) -> Result<u64> {
    let failed = |error| file::failed(ErrorKind::Sink, "continue with", path, error);
    let Some(found) = found(env, path, cut)? else { return Ok(0) };
    let end = match stays {
        BehindCut::Nothing => cut.length,
        BehindCut::Whole(ends) => {
            let rest = env.files().open_at(path, cut.length).map_err(failed)?;
            cut.length + whole(path, rest, ends).map_err(failed)?
        }
    };
    if end < found {
        env.files().set_length(path, end).map_err(failed)?;
    }
    Ok(end)
}

/// The length of the file that was cut; `None` if nothing was written, and it does not exist.
fn found(env: &Env, path: &Path, cut: FileCut) -> Result<Option<u64>> {
    let length = cut.length;
    let found = match env.files().status(path) {
        Ok(found) => found.length,
        Err(error) if error.kind() == io::ErrorKind::NotFound && length == 0 => return Ok(None),
        Err(error) => return Err(file::failed(ErrorKind::Sink, "continue with", path, error)),
    };
    if found < length {
        let cause = format!("it has {found} bytes, fewer than the {length} of the last checkpoint");
        return Err(differs(path, cause));
    }
    cut.verify(env.files(), path)?;
    Ok(Some(found))
}

#[cfg(feature = "csv")]
fn whole(path: &Path, rest: impl Read, ends: RecordEnds) -> io::Result<u64> {
    if output::compressed(path) {
        return Ok(super::gzip::whole_members(rest));
    }
    whole_records(rest, ends)
}

#[cfg(not(feature = "csv"))]
fn whole(_: &Path, rest: impl Read, ends: RecordEnds) -> io::Result<u64> {
    whole_records(rest, ends)
}

/// Where the last whole record ends in a part of a text that begins with a record.
fn whole_records(mut text: impl Read, ends: RecordEnds) -> io::Result<u64> {
    let (mut buffer, mut read, mut whole) = (vec![0; BUFFER], 0, 0);
    let mut quoted = false;
    loop {
        let bytes = match text.read(&mut buffer) {
            Ok(0) => return Ok(whole),
            Ok(bytes) => buffer.get(..bytes).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        for byte in bytes {
            read += 1;
            match byte {
                b'"' if ends == RecordEnds::Unquoted => quoted = !quoted,
                b'\n' if !quoted => whole = read,
                // Never written, as after a failure of power. CSV may have such a byte; what is
                // cut off there is written again.
                0 => return Ok(whole),
                _ => {}
            }
        }
    }
}
