//! The directory of a journal: its files by name, taking it, and errors about it.

use super::segment::{FoundBlock, JournalSegment, scan};
use crate::env::{Env, FileLock, Files, create_directory};
use crate::error::{BoxError, Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};

const LOCK: &str = "LOCK";
const ENDING: &str = ".journal";

/// What to do about a journal that cannot be read.
const RESTORE: &str = "restore the files of the journal, or move its directory away and start the \
                       job without its checkpoints: the events in the journal are lost then";

/// A place in a journal: before the event of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct JournalPlace {
    /// Which journal.
    pub(super) journal: u64,
    pub(super) event: u64,
}

/// The directory of a journal.
#[derive(Debug, Clone)]
pub(super) struct JournalFolder {
    env: Env,
    pub(super) path: PathBuf,
}

/// A journal as it was found at the start.
#[derive(Debug)]
pub(super) struct OpenedJournal {
    pub(super) lock: FileLock,
    /// Where the events begin that are to be read again.
    pub(super) start: JournalPlace,
    /// The segments with these events, the last one with or without, and those before.
    pub(super) segments: Vec<JournalSegment>,
    /// Where the source continues behind the last event, if it could say so.
    pub(super) source_at: Option<Vec<u8>>,
}

impl JournalFolder {
    pub(super) fn new(env: &Env, path: &Path) -> Self {
        Self { env: env.clone(), path: path.to_owned() }
    }

    pub(super) fn env(&self) -> &Env {
        &self.env
    }

    pub(super) fn files(&self) -> &dyn Files {
        self.env.files()
    }

    /// The segment that begins with an event.
    pub(super) fn at(&self, base: u64) -> PathBuf {
        self.path.join(format!("{base:020}{ENDING}"))
    }

    pub(super) fn failed(&self, what: &str, cause: impl Into<BoxError>) -> Error {
        let message = format!("cannot {what} the journal in `{}`", self.path.display());
        Error::new(ErrorKind::Source, message).caused_by(cause)
    }

    /// The error of a journal that is not as it was left.
    pub(super) fn refused(&self, cause: String) -> Error {
        self.failed("continue with", cause).help(RESTORE)
    }

    pub(super) fn damaged(&self, base: u64, offset: u64, reason: &str) -> Error {
        let file = self.at(base);
        self.refused(format!("`{}` is damaged at byte {offset}: {reason}", file.display()))
    }

    /// Takes the journal, reads it from a place on, and cuts what was not written to its end.
    ///
    /// # Errors
    /// If the directory cannot be used, or is in use; if the events from there on are not all
    /// there, or were changed.
    pub(super) fn take(&self, at: Option<JournalPlace>) -> Result<OpenedJournal> {
        create_directory(self.files(), &self.path).map_err(|error| self.failed("create", error))?;
        let lock = self.lock()?;
        let bases = self.bases()?;
        let begin = at.map_or(0, |place| place.event);
        let Some(first) = bases.iter().rposition(|base| *base <= begin) else {
            return self.without_segments(lock, at, bases.first());
        };
        let mut found = Scanned { id: at.map(|place| place.journal), ..Scanned::default() };
        let (before, read) = bases.split_at(first);
        for (number, base) in read.iter().enumerate() {
            self.scan(*base, number + 1 == read.len(), &mut found)?;
        }
        if found.segments.is_empty() {
            // The last one has nothing whole in it; the one before says where the events end.
            match before.last() {
                Some(base) => self.scan(*base, true, &mut found)?,
                None if begin == 0 => return self.without_segments(lock, at, None),
                None => {}
            }
        }
        let end = found.segments.last().map_or(0, |segment| segment.end);
        if end < begin {
            let events = format!("it ends before event {end}, and was read up to event {begin}");
            return Err(self.refused(events));
        }
        let kept = found.segments.first().map_or(begin, |segment| segment.base);
        let older = bases.windows(2).filter(|pair| pair.first() < Some(&kept));
        let older = older.filter_map(|pair| match pair {
            [base, end] => Some(JournalSegment { base: *base, end: *end, length: 0 }),
            _ => None,
        });
        let segments = older.chain(found.segments).collect();
        let start = JournalPlace { journal: found.id.unwrap_or_default(), event: begin };
        Ok(OpenedJournal { lock, start, segments, source_at: found.source_at })
    }

    fn lock(&self) -> Result<FileLock> {
        self.files().lock(&self.path.join(LOCK)).map_err(|error| {
            let is_held = error.kind() == io::ErrorKind::WouldBlock;
            let error = if is_held { io::Error::other("it is in use") } else { error };
            let error = self.failed("lock", error);
            let help = "stop the other job, or give each source a directory of its own";
            if is_held { error.help(help) } else { error }
        })
    }

    /// A journal with no event that counts.
    fn without_segments(
        &self,
        lock: FileLock,
        at: Option<JournalPlace>,
        first: Option<&u64>,
    ) -> Result<OpenedJournal> {
        let start = match (at, first) {
            (None, Some(first)) => {
                let begins = format!("it begins with event {first}: others were in checkpoints");
                let help = "start the job with its checkpoints, or move the journal away too, to \
                            begin anew";
                return Err(self.failed("begin with", begins).help(help));
            }
            (Some(place), Some(first)) => {
                let event = place.event;
                let begins = format!("it begins with event {first}, and was read up to {event}");
                return Err(self.refused(begins));
            }
            (Some(place), None) if place.event > 0 => {
                let gone = format!("it is empty, and was read up to event {}", place.event);
                return Err(self.refused(gone));
            }
            (Some(place), None) => place,
            (None, None) => JournalPlace { journal: self.env.random(), event: 0 },
        };
        Ok(OpenedJournal { lock, start, segments: Vec::new(), source_at: None })
    }

    /// The first events of all segments, in order.
    fn bases(&self) -> Result<Vec<u64>> {
        let names = self.files().directory(&self.path);
        let names = names.map_err(|error| self.failed("list", error))?;
        let base = |name: &str| {
            let digits = name.strip_suffix(ENDING).filter(|digits| digits.len() == 20)?;
            digits.parse().ok()
        };
        let mut bases: Vec<u64> = names.iter().filter_map(|name| base(name.to_str()?)).collect();
        bases.sort_unstable();
        Ok(bases)
    }

    /// Reads a segment, which has to continue those read before.
    fn scan(&self, base: u64, is_last: bool, found: &mut Scanned) -> Result<()> {
        let path = self.at(base);
        let unread = |error| self.failed("read", error);
        if let Some(before) = found.segments.last().filter(|before| before.end != base) {
            let gap = format!("the events {} to {base} are not there", before.end);
            return Err(self.refused(gap));
        }
        let read = scan(self.files(), &path, base).map_err(unread)?;
        let JournalSegment { end, length, .. } = read.segment;
        let is_empty = end == base;
        match read.ends {
            FoundBlock::Torn if is_last => self.cut(base, if is_empty { 0 } else { length })?,
            FoundBlock::Torn => {
                return Err(self.damaged(base, length, "it ends within a block"));
            }
            FoundBlock::Damaged(reason) => {
                return Err(self.damaged(base, length, reason));
            }
            FoundBlock::Whole(()) | FoundBlock::End => {}
        }
        let is_other = |id: u64| read.journal.is_some_and(|journal| journal != id);
        if found.id.is_some_and(is_other) {
            let file = path.display();
            return Err(self.refused(format!("`{file}` is of another journal")));
        }
        if !is_empty {
            found.id = read.journal;
            found.segments.push(read.segment);
            found.source_at = read.source_at;
        }
        Ok(())
    }

    /// Cuts off what was not written to its end: nobody has received it.
    fn cut(&self, base: u64, length: u64) -> Result<()> {
        let path = self.at(base);
        tracing::info!(file = %path.display(), length, "cut a block that was not whole");
        self.cut_at(&path, length).map_err(|error| self.failed("cut", error))
    }

    /// Removes a segment; if that fails, it is removed after the next start.
    pub(super) fn remove(&self, base: u64) {
        let path = self.at(base);
        if let Err(error) = self.files().remove(&path) {
            tracing::warn!(file = %path.display(), %error, "cannot remove what is not needed");
        }
    }

    /// Cuts a file back to a length, if it has one; with none that counts it is removed.
    pub(super) fn cut_at(&self, path: &Path, length: u64) -> io::Result<()> {
        if length == 0 {
            self.files().remove(path)?;
            return self.files().sync_directory(&self.path);
        }
        self.files().set_length(path, length)?;
        self.files().sync(path)
    }
}

/// What was found in the segments so far.
#[derive(Debug, Default)]
struct Scanned {
    id: Option<u64>,
    segments: Vec<JournalSegment>,
    source_at: Option<Vec<u8>>,
}
