//! Reads an object at any offset.

use super::blocking::Blocking;
use super::failed;
use super::log::{HEAD, LogEntry};
use crate::env::ReadAt;
use object_store::{ObjectStore, ObjectStoreExt};
use std::io::{ErrorKind, Result};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// The bytes of one request: a checkpoint is read from its beginning to its end, in small pieces.
const AHEAD: u64 = 8 << 20;

/// A file in the store.
#[derive(Debug)]
pub(super) struct ObjectReader {
    store: Arc<dyn ObjectStore>,
    entry: LogEntry,
    blocking: Blocking,
    /// What was read last, and its offset.
    recent: Mutex<(u64, Vec<u8>)>,
}

impl ObjectReader {
    pub(super) fn new(store: Arc<dyn ObjectStore>, entry: LogEntry, blocking: Blocking) -> Self {
        Self { store, entry, blocking, recent: Mutex::default() }
    }

    fn request(&self, range: Range<u64>) -> Result<Vec<u8>> {
        let (head, key) = (HEAD as u64, &self.entry.key);
        self.blocking.wait(async move || {
            let range = range.start + head..range.end + head;
            Ok(self.store.get_range(key, range).await.map_err(failed)?.into())
        })
    }
}

/// The part of some bytes, which begin at an offset.
fn part((start, bytes): &(u64, Vec<u8>), range: &Range<u64>) -> Option<Range<usize>> {
    let from = usize::try_from(range.start.checked_sub(*start)?).ok()?;
    let to = usize::try_from(range.end.checked_sub(*start)?).ok()?;
    (to <= bytes.len()).then_some(from..to)
}

impl ReadAt for ObjectReader {
    fn length(&self) -> Result<u64> {
        Ok(self.entry.length)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let range = offset..offset + buffer.len() as u64;
        if range.end > self.entry.length {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if part(&recent, &range).is_none() {
            let end = range.end.max(self.entry.length.min(offset + AHEAD));
            *recent = (offset, self.request(offset..end)?);
        }
        let found = part(&recent, &range).and_then(|part| recent.1.get(part));
        buffer.copy_from_slice(found.ok_or(ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}
