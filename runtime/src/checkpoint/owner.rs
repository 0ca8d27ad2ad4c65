//! Who writes to a directory: the job it belongs to, the process that holds it, the generation.

use super::fault;
use super::folder::Folder;
use crate::env::FileLock;
use crate::error::{Error, ErrorKind as Kind, Result};
use std::io::{ErrorKind, Write as _};

const LOCK: &str = "LOCK";
const GENERATION: &str = "GENERATION";
const TITLE: &str = "millstream checkpoints, format 1";

/// What to do if another process has the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IfHeld {
    /// Refuse to take it.
    Refuse,
    /// Shut that process out: what it writes from now on does not become a checkpoint.
    TakeOver,
}

/// The right to write to a directory.
#[derive(Debug)]
pub(super) struct Owner {
    pub(super) job: String,
    pub(super) generation: u64,
    _lock: Option<FileLock>,
}

impl Owner {
    /// Takes a directory, unless it belongs to another job. The new generation is greater than
    /// `least`.
    pub(super) fn take(folder: &Folder, job: &str, if_held: IfHeld, least: u64) -> Result<Self> {
        let force = if_held == IfHeld::TakeOver;
        let lock = match folder.files().lock(&folder.at(LOCK)) {
            Ok(lock) => Some(lock),
            Err(error) if error.kind() == ErrorKind::WouldBlock && force => None,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                let holder = folder.text(LOCK).unwrap_or_default();
                let holder = if holder.is_empty() { "another process" } else { holder.trim_end() };
                let path = folder.path.display();
                return Err(fault(format!("the checkpoints in {path} are in use by {holder}"))
                    .help("stop it first, or give this job a directory of its own"));
            }
            Err(error) => return Err(folder.cannot("lock", &folder.at(LOCK), error)),
        };
        let generation = last_generation(folder, job)?.max(least) + 1;
        if lock.is_some() {
            note_holder(folder);
        }
        let text = format!("{TITLE}\njob {job:?}\ngeneration {generation}\n");
        let written = folder.replace(GENERATION, &text);
        written.map_err(|error| folder.cannot("write", &folder.at(GENERATION), error))?;
        Ok(Self { job: job.to_owned(), generation, _lock: lock })
    }

    /// Refuses if another process has taken the directory over.
    pub(super) fn check(&self, folder: &Folder) -> Result<()> {
        let path = folder.at(GENERATION);
        let text = folder.text(GENERATION).map_err(|error| folder.cannot("read", &path, error))?;
        match generation_in(&text) {
            Some(now) if now == self.generation => Ok(()),
            Some(_) => {
                let path = folder.path.display();
                let message = format!("another process has taken over the checkpoints in {path}");
                Err(Error::new(Kind::TakenOver, message))
            }
            None => Err(fault(format!("{} is damaged", path.display()))),
        }
    }
}

/// The generation that a directory has come to; refuses that of another job.
fn last_generation(folder: &Folder, job: &str) -> Result<u64> {
    let path = folder.at(GENERATION);
    let text = match folder.text(GENERATION) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        // Not text.
        Err(error) if error.kind() == ErrorKind::InvalidData => String::new(),
        Err(error) => return Err(folder.cannot("read", &path, error)),
    };
    let Some(generation) = generation_in(&text) else {
        tracing::warn!(file = %path.display(), "the file is damaged; it is written anew");
        return Ok(0);
    };
    of_job(folder, &text, job)?;
    Ok(generation)
}

/// Refuses a directory that belongs to another job.
pub(super) fn check_job(folder: &Folder, job: &str) -> Result<()> {
    match folder.text(GENERATION) {
        Ok(text) if generation_in(&text).is_some() => of_job(folder, &text, job),
        // Without an owner, or damaged: the files say whose they are.
        _ => Ok(()),
    }
}

fn of_job(folder: &Folder, text: &str, job: &str) -> Result<()> {
    let owner = text.lines().find_map(|line| line.strip_prefix("job ")).unwrap_or_default();
    if owner == format!("{job:?}") {
        return Ok(());
    }
    let path = folder.path.display();
    let what = format!("the checkpoints in {path} are of the job {owner}, not of {job:?}");
    Err(fault(what).help("give each job a directory of its own"))
}

fn generation_in(text: &str) -> Option<u64> {
    let mut lines = text.lines().filter(|_| text.starts_with(TITLE) && text.ends_with('\n'));
    lines.find_map(|line| line.strip_prefix("generation "))?.parse().ok()
}

/// Records who holds the lock, for the message to the next one who tries; may fail.
fn note_holder(folder: &Folder) {
    let now = folder.env.clock().wall();
    let holder = format!("process {} since {now}\n", std::process::id());
    let noted = folder.files().create(&folder.at(LOCK)).and_then(|mut file| {
        file.write_all(holder.as_bytes())?;
        file.flush()
    });
    if let Err(error) = noted {
        tracing::debug!(%error, "cannot note who holds the lock");
    }
}
