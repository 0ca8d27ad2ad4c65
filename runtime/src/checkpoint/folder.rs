//! The directory of checkpoints as files: names, and how a file becomes durable.

use super::fault;
use super::file::CheckpointFile;
use super::format::{HEADER, Header};
use super::writer::CheckpointWriter;
use crate::env::{Env, Files, create_directory};
use crate::error::{Error, Result};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The name of a file that holds a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FileName {
    pub(super) epoch: u64,
    /// Whether it was made by merging.
    pub(super) full: bool,
}

impl FileName {
    /// The checkpoint of a name, if it is the name of one.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (digits, ending) = name.split_once('.')?;
        let full = match ending {
            "full" => true,
            "delta" => false,
            _ => return None,
        };
        let name = Self { epoch: digits.parse().ok()?, full };
        (digits.len() == 20 && name.epoch > 0).then_some(name)
    }

    /// Both files that may hold a checkpoint, the better one first.
    pub(super) fn both(epoch: u64) -> [Self; 2] {
        [true, false].map(|full| Self { epoch, full })
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:020}.{}", self.epoch, if self.full { "full" } else { "delta" })
    }
}

/// The ending of files that are not complete.
pub(super) const UNFINISHED: &str = ".tmp";
/// The ending of checkpoints that were skipped when an older one was restored.
pub(super) const ABANDONED: &str = ".abandoned";

/// The number at the start of the name of a file, if it has to do with a checkpoint.
pub(super) fn epoch_of(name: &str) -> Option<u64> {
    let (digits, rest) = name.split_once('.')?;
    let ours = [UNFINISHED, ABANDONED].iter().any(|ending| name.ends_with(ending));
    let ours = ours || matches!(rest, "full" | "delta");
    if ours && digits.len() == 20 { digits.parse().ok() } else { None }
}

/// A directory of checkpoints.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) env: Env,
    pub(super) path: PathBuf,
}

impl Folder {
    pub(super) fn files(&self) -> &dyn Files {
        self.env.files()
    }

    pub(super) fn at(&self, name: impl fmt::Display) -> PathBuf {
        self.path.join(name.to_string())
    }

    /// The names of all files, sorted.
    pub(super) fn names(&self) -> Result<Vec<String>> {
        let names = self.files().directory(&self.path);
        let names = names.map_err(|error| self.cannot("list", &self.path, error))?;
        let mut names: Vec<_> =
            names.into_iter().filter_map(|name| name.into_string().ok()).collect();
        names.sort();
        Ok(names)
    }

    /// The names of all checkpoints, the oldest first.
    pub(super) fn checkpoints(&self) -> Result<Vec<FileName>> {
        Ok(self.names()?.iter().filter_map(|name| FileName::parse(name)).collect())
    }

    /// Creates the directory, and makes that durable.
    pub(super) fn create(&self) -> Result<()> {
        let created = create_directory(self.files(), &self.path);
        created.map_err(|error| self.cannot("create the directory", &self.path, error))
    }

    pub(super) fn open(&self, name: FileName) -> Result<CheckpointFile> {
        CheckpointFile::open(self.files(), &self.at(name), name.epoch)
    }

    /// The generation of the process that wrote a file, if its header is good.
    pub(super) fn generation_of(&self, name: FileName) -> Option<u64> {
        let mut head = [0; HEADER];
        let file = self.files().open_at_random(&self.at(name)).ok()?;
        file.read_at(0, &mut head).ok()?;
        Some(Header::decode(&head).ok()?.generation)
    }

    pub(super) fn cannot(&self, what: &str, path: &Path, error: io::Error) -> Error {
        let message = format!("cannot {what} {}", path.display());
        fault(message).caused_by(error)
    }

    /// Writes a file under a temporary name, and gives it its name once it is durable.
    ///
    /// `fence` is asked between the two, and may refuse. After an error the file does not exist.
    pub(super) fn publish(
        &self,
        name: FileName,
        header: &Header,
        write: impl FnOnce(CheckpointWriter) -> Result<u64>,
        fence: &dyn Fn() -> Result<()>,
    ) -> Result<u64> {
        let unfinished = self.at(format!("{:020}.{}{UNFINISHED}", name.epoch, header.generation));
        let target = self.at(name);
        let cannot = |error| self.cannot("write", &target, error);
        if self.files().status(&target).is_ok() {
            return Err(fault(format!("{} exists already", target.display())));
        }
        let written = (|| {
            let out = self.files().create_new(&unfinished).map_err(cannot)?;
            let bytes = write(CheckpointWriter::new(out, header).map_err(cannot)?)?;
            self.files().sync(&unfinished).map_err(cannot)?;
            fence()?;
            // Where the two are one step, it is the second that fails.
            let renamed = self.files().rename(&unfinished, &target);
            renamed.or_else(|error| fence().and(Err(cannot(error))))?;
            Ok(bytes)
        })();
        let durable = written.and_then(|bytes| {
            let synced = self.files().sync_directory(&self.path).map_err(cannot);
            synced.map(|()| bytes).inspect_err(|_| drop(self.files().remove(&target)))
        });
        durable.inspect_err(|_| drop(self.files().remove(&unfinished)))
    }

    /// Replaces a small file at once, and makes that durable.
    pub(super) fn replace(&self, name: &str, text: &str) -> io::Result<()> {
        let (unfinished, target) = (self.at(format!("{name}{UNFINISHED}")), self.at(name));
        let mut out = self.files().create(&unfinished)?;
        out.write_all(text.as_bytes())?;
        out.flush()?;
        drop(out);
        self.files().sync(&unfinished)?;
        self.files().rename(&unfinished, &target)?;
        self.files().sync_directory(&self.path)
    }

    pub(super) fn text(&self, name: &str) -> io::Result<String> {
        let mut text = String::new();
        self.files().open(&self.at(name))?.read_to_string(&mut text)?;
        Ok(text)
    }
}
