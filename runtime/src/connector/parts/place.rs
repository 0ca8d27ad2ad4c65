//! The names of parts.

use super::Format;
use crate::connector::file;
use crate::env::Env;
use crate::error::{ErrorKind, Result};
use serde::{Deserialize, Serialize};
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// One opening of a sink, by a random number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RunId(pub(super) u64);

/// Where parts are, and how their names begin.
pub(super) struct Place {
    pub(super) folder: PathBuf,
    pub(super) name: String,
}

impl Place {
    pub(super) fn part<F: Format>(&self, number: u64) -> String {
        format!("{}{number}.{}", self.name, F::EXTENSION)
    }

    /// The number of a part, by its name.
    pub(super) fn number<F: Format>(&self, name: &OsStr) -> Option<u64> {
        let rest = name.to_str()?.strip_prefix(&self.name)?;
        rest.strip_suffix(F::EXTENSION)?.strip_suffix('.')?.parse().ok()
    }

    /// Where a part is while it is written, and afterwards.
    pub(super) fn paths<F: Format>(&self, number: u64) -> [PathBuf; 2] {
        let name = self.part::<F>(number);
        [self.folder.join(format!(".{name}.tmp")), self.folder.join(name)]
    }

    /// The same for a part that a committer makes visible. No other run writes to the first path,
    /// not even one that was stopped and wakes after its successor has begun.
    pub(super) fn prepared<F: Format>(&self, number: u64, run: RunId) -> [PathBuf; 2] {
        let name = self.part::<F>(number);
        [self.folder.join(format!(".{name}.{:016x}.tmp", run.0)), self.folder.join(name)]
    }

    /// The names in the directory, which is created if it is missing.
    pub(super) fn names(&self, env: &Env) -> Result<Vec<OsString>> {
        let names = env.files().directory(&self.folder);
        names.map_err(|error| file::failed(ErrorKind::Sink, "create", &self.folder, error))
    }

    /// Renames a part to its place.
    pub(super) fn show<F: Format>(&self, env: &Env, number: u64) -> Result<()> {
        let [temporary, place] = self.paths::<F>(number);
        let renamed = env.files().rename(&temporary, &place);
        renamed.map_err(|error| file::failed(ErrorKind::Sink, "create", &place, error))
    }

    /// The number of a part that is not finished, by its name.
    pub(super) fn unfinished<F: Format>(&self, name: &OsStr) -> Option<u64> {
        let name = name.to_str()?.strip_prefix('.')?.strip_suffix(".tmp")?;
        self.number::<F>(OsStr::new(name))
    }

    /// Whether a part, by its name, waits for a committer of any run.
    pub(super) fn is_prepared<F: Format>(&self, name: &OsStr) -> bool {
        let name = name.to_str().and_then(|name| name.strip_prefix('.')?.strip_suffix(".tmp"));
        name.and_then(|name| name.rsplit_once('.')).is_some_and(|(part, run)| {
            let is_run = run.len() == 16 && run.bytes().all(|digit| digit.is_ascii_hexdigit());
            is_run && self.number::<F>(OsStr::new(part)).is_some()
        })
    }
}
