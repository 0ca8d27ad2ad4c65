//! The files that a path has named, one after the other: finding them again after a restart.

use super::place::{CHANGED, Columns, FilePosition, RecentText, Resumed, differs};
use crate::env::{Env, FileKind, FileStatus, Files};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The identity of a file, such as device and inode, if known.
pub(super) type FileId = Option<(u64, u64)>;

/// A position in a file that may be renamed. What checkpoints store of a source that follows a
/// file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FollowPosition {
    pub(super) id: FileId,
    pub(super) at: FilePosition,
}

/// A file to be read on from a position.
pub(super) struct RotatedFile {
    pub(super) id: FileId,
    pub(super) file: Box<dyn Read + Send>,
    pub(super) at: FilePosition,
    /// What was read before the position.
    pub(super) recent: Vec<u8>,
}

/// A file beside the one that is followed.
#[derive(Debug, Clone)]
struct Sibling {
    path: PathBuf,
    status: FileStatus,
}

/// Opens the file of a position, whatever it is called now, and those that were rotated after it,
/// in this order. The one that the path names now is left out, unless it is the first.
///
/// # Errors
/// If the file is gone or was changed; if the order of the others cannot be known.
pub(super) fn continued(
    env: &Env,
    path: &Path,
    position: &FollowPosition,
) -> Result<VecDeque<RotatedFile>> {
    let files = env.files();
    let current = files.status(path).ok();
    let is_same = current.is_some_and(|found| position.id.is_none() || found.id == position.id);
    let mut wrong = None;
    if is_same {
        match opened(files, path, position.id, &position.at) {
            Ok(file) => return Ok([file].into()),
            Err(error) => wrong = Some(error),
        }
    }
    let siblings = siblings(files, path).map_err(|error| differs(path, &error.to_string()))?;
    let first =
        renamed(files, position, &siblings).or_else(|| copied(files, path, position, &siblings));
    let Some((first, file)) = first else {
        let how = wrong.map_or_else(|| GONE.to_owned(), |error| error.to_string());
        return Err(differs(path, &how));
    };
    let mut all = VecDeque::from([file]);
    all.extend(opened_all(files, after(files, path, &first, &siblings)?)?);
    Ok(all)
}

/// Opens the files that were rotated after one that was read to its end.
///
/// # Errors
/// If that has no name any more by which it is known, or if the order of the others is not clear.
pub(super) fn later(env: &Env, path: &Path, id: FileId) -> Result<VecDeque<RotatedFile>> {
    let files = env.files();
    let siblings = siblings(files, path).map_err(|error| differs(path, &error.to_string()))?;
    let is_read = |sibling: &&Sibling| id.is_some() && sibling.status.id == id;
    let read = siblings.iter().find(is_read).ok_or_else(|| differs(path, GONE))?;
    opened_all(files, after(files, path, read, &siblings)?)
}

fn opened_all(files: &dyn Files, siblings: Vec<Sibling>) -> Result<VecDeque<RotatedFile>> {
    let start = FilePosition::default();
    let opened = siblings.into_iter().map(|Sibling { path, status }| {
        let file = opened(files, &path, status.id, &start);
        file.map_err(|error| differs(&path, &error.to_string()))
    });
    opened.collect()
}

const GONE: &str = "what was read of it last was renamed, and is not in its directory any more";

/// Opens a file at a position, if it is still what was read before that.
fn opened(
    files: &dyn Files,
    path: &Path,
    id: FileId,
    at: &FilePosition,
) -> io::Result<RotatedFile> {
    let file = files.open_at(path, at.check_start())?;
    // It may have been renamed meanwhile.
    if files.status(path)?.id != id && id.is_some() {
        return Err(io::Error::other(CHANGED));
    }
    let recent = RecentText::default();
    let mut file = Resumed::new(file, at.clone(), 0, recent.clone());
    file.verify()?;
    let recent = std::mem::take(&mut recent.lock().bytes);
    Ok(RotatedFile { id, file: Box::new(file), at: at.clone(), recent })
}

/// The regular files in the directory of a path, without the one at the path.
fn siblings(files: &dyn Files, path: &Path) -> io::Result<Vec<Sibling>> {
    let folder = super::file::folder(path);
    files.status(folder)?;
    let names = files.directory(folder)?;
    let others = names.into_iter().filter(|name| Some(name.as_os_str()) != path.file_name());
    let found = others.filter_map(|name| {
        let path = folder.join(name);
        let status = files.status(&path).ok()?;
        (status.kind == FileKind::Regular).then_some(Sibling { path, status })
    });
    Ok(found.collect())
}

/// The file of a position under another name.
fn renamed(
    files: &dyn Files,
    position: &FollowPosition,
    siblings: &[Sibling],
) -> Option<(Sibling, RotatedFile)> {
    position.id?;
    let mut same = siblings.iter().filter(|sibling| sibling.status.id == position.id);
    same.find_map(|sibling| {
        let file = opened(files, &sibling.path, position.id, &position.at).ok()?;
        Some((sibling.clone(), file))
    })
}

/// A copy of the file of a position, which was truncated then: it has the same bytes before the
/// position.
fn copied(
    files: &dyn Files,
    path: &Path,
    position: &FollowPosition,
    siblings: &[Sibling],
) -> Option<(Sibling, RotatedFile)> {
    let at = &position.at;
    let rotated = siblings.iter().filter(|sibling| at.offset > 0 && is_rotation(path, sibling));
    let mut found = rotated.filter_map(|sibling| {
        let file = opened(files, &sibling.path, sibling.status.id, at).ok()?;
        Some((sibling.clone(), file))
    });
    found.next()
}

/// Whether a file has the name of one that was rotated: that of the path, and something behind it.
fn is_rotation(path: &Path, sibling: &Sibling) -> bool {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let names = name(path).zip(name(&sibling.path));
    names.is_some_and(|(name, other)| {
        other.strip_prefix(&name).is_some_and(|rest| rest.starts_with(['.', '-', '_']))
    })
}

/// The files that were rotated after another, in the order in which they were last written.
fn after(
    files: &dyn Files,
    path: &Path,
    first: &Sibling,
    siblings: &[Sibling],
) -> Result<Vec<Sibling>> {
    let name = |sibling: &Sibling| sibling.path.display().to_string();
    if !is_rotation(path, first) {
        let how = format!(
            "it was renamed to `{}`, not to a name that begins with its own, so that \
                           others between the two cannot be recognized",
            name(first)
        );
        return Err(differs(path, &how));
    }
    let modified = |sibling: &Sibling| {
        files.modified(&sibling.path).map_err(|error| differs(&sibling.path, &error.to_string()))
    };
    let since = modified(first)?;
    let mut later: Vec<(Duration, &Sibling)> = vec![(since, first)];
    for sibling in siblings.iter().filter(|sibling| is_rotation(path, sibling)) {
        let modified = modified(sibling)?;
        if modified >= since && sibling.path != first.path {
            later.push((modified, sibling));
        }
    }
    later.sort_by_key(|(modified, _)| *modified);
    for pair in later.windows(2) {
        if let [(one, before), (other, behind)] = pair
            && one == other
        {
            let (one, other) = (name(before), name(behind));
            let how = format!(
                "`{one}` and `{other}` were last written at the same time, so that \
                               their order is not known"
            );
            return Err(differs(path, &how));
        }
    }
    let later = later.into_iter().skip(1).map(|(_, sibling)| sibling.clone());
    let later: Vec<_> = later.collect();
    match later.iter().find(|sibling| super::input::compressed(&sibling.path)) {
        Some(packed) => {
            let how = format!("`{}` was rotated later, and is compressed already", name(packed));
            Err(differs(path, &how))
        }
        None => Ok(later),
    }
}

impl FollowPosition {
    /// The position behind a part of a file, of which at least the last bytes are given.
    pub(super) fn behind(id: FileId, text: &[u8], offset: u64, lines: u64) -> Self {
        Self { id, at: FilePosition::behind(text, offset, lines, Columns::default()) }
    }
}
