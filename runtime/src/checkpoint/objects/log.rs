//! A log of numbered objects, of which each is created once.

use super::failed;
use futures::TryStreamExt;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt, PutMode};
use std::collections::BTreeMap;
use std::io::{Error, ErrorKind, Result};
use std::sync::Arc;

/// The bytes before those of the file: what it is, whose it is, and its name.
pub(super) const HEAD: usize = 96;
const MAGIC: [u8; 8] = *b"MLLSLOG1";
/// The most bytes of a name.
const NAME: usize = HEAD - 17;

/// How often a process tries to take a directory whose owner writes at the same moment.
const ATTEMPTS: usize = 16;

/// A file in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LogEntry {
    pub(super) key: Key,
    pub(super) name: String,
    /// The length of the file.
    pub(super) length: u64,
    owner: u64,
}

/// The log, as one process sees it.
#[derive(Debug)]
pub(super) struct ObjectLog {
    store: Arc<dyn ObjectStore>,
    prefix: Key,
    owner: u64,
    /// The last entry that this process has created; none before it has taken the directory.
    last: Option<u64>,
    /// Entries that were read: they never change.
    known: BTreeMap<u64, LogEntry>,
}

fn head(owner: u64, name: &str) -> Result<Vec<u8>> {
    let length = u8::try_from(name.len()).ok().filter(|_| name.len() <= NAME);
    let length = length.ok_or(ErrorKind::InvalidFilename)?;
    let mut head = Vec::with_capacity(HEAD);
    head.extend(MAGIC);
    head.extend(owner.to_le_bytes());
    head.push(length);
    head.extend(name.as_bytes());
    head.resize(HEAD, 0);
    Ok(head)
}

/// Owner and name of an entry.
fn read_head(head: &[u8]) -> Option<(u64, String)> {
    let rest = head.strip_prefix(&MAGIC)?;
    let (owner, rest) = rest.split_first_chunk()?;
    let (length, rest) = rest.split_first()?;
    let name = std::str::from_utf8(rest.get(..usize::from(*length))?).ok()?;
    Some((u64::from_le_bytes(*owner), name.to_owned()))
}

impl ObjectLog {
    pub(super) fn new(store: Arc<dyn ObjectStore>, prefix: Key, owner: u64) -> Self {
        Self { store, prefix, owner, last: None, known: BTreeMap::new() }
    }

    fn key(&self, number: u64) -> Key {
        self.prefix.clone().join(format!("{number:020}"))
    }

    /// All entries that there are, by number.
    async fn entries(&mut self) -> Result<BTreeMap<u64, LogEntry>> {
        let all = self.store.list(Some(&self.prefix));
        let all: Vec<_> = all.try_collect().await.map_err(failed)?;
        let mut entries = BTreeMap::new();
        for object in all {
            let number = object.location.filename().and_then(|name| name.parse().ok());
            let Some(number) = number else { continue };
            match self.entry(number, object.size).await {
                Ok(entry) => drop(entries.insert(number, entry)),
                // It was deleted meanwhile, by a process that has merged it.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        self.known.clone_from(&entries);
        Ok(entries)
    }

    /// The entry of a number whose object has this size.
    async fn entry(&self, number: u64, size: u64) -> Result<LogEntry> {
        if let Some(entry) = self.known.get(&number) {
            return Ok(entry.clone());
        }
        let key = self.key(number);
        let bytes = self.store.get_range(&key, 0..size.min(HEAD as u64)).await.map_err(failed)?;
        let head = read_head(&bytes).zip(size.checked_sub(HEAD as u64));
        let ((owner, name), length) = head.ok_or_else(|| {
            let message = format!("`{key}` is not an object of checkpoints");
            Error::new(ErrorKind::InvalidData, message)
        })?;
        Ok(LogEntry { key, name, length, owner })
    }

    /// The newest file of a name.
    pub(super) async fn find(&mut self, name: &str) -> Result<LogEntry> {
        let entries = self.entries().await?.into_values();
        entries.rev().find(|entry| entry.name == name).ok_or_else(|| ErrorKind::NotFound.into())
    }

    /// The names of all files.
    pub(super) async fn names(&mut self) -> Result<Vec<String>> {
        let mut names: Vec<_> =
            self.entries().await?.into_values().map(|entry| entry.name).collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// Creates an entry; false if there is one already, by whomever.
    async fn create(&mut self, number: u64, name: &str, bytes: &[u8]) -> Result<bool> {
        let mut object = head(self.owner, name)?;
        object.extend_from_slice(bytes);
        let key = self.key(number);
        let put = self.store.put_opts(&key, object.into(), PutMode::Create.into());
        match put.await.map_err(failed) {
            Ok(_) => {
                self.last = Some(number);
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Takes the log: no other process can create an entry any more.
    ///
    /// # Errors
    /// [`AlreadyExists`](ErrorKind::AlreadyExists) if another process takes it at the same time.
    pub(super) async fn take(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let next = self.entries().await?.into_keys().next_back().map_or(1, |last| last + 1);
            if self.create(next, name, bytes).await? {
                return Ok(());
            }
            // Whoever has the directory has written a checkpoint meanwhile, or it was taken.
            let entries = self.entries().await?;
            if entries.get(&next).is_some_and(|entry| entry.name == name) {
                break;
            }
        }
        let message = "another process takes it at the same time";
        Err(Error::new(ErrorKind::AlreadyExists, message))
    }

    /// Creates the next entry.
    ///
    /// # Errors
    /// [`AlreadyExists`](ErrorKind::AlreadyExists) if another process has taken the log.
    pub(super) async fn append(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        loop {
            let Some(last) = self.last else { return Err(ErrorKind::PermissionDenied.into()) };
            let next = last + 1;
            if self.create(next, name, bytes).await? {
                return Ok(());
            }
            let size = self.store.head(&self.key(next)).await.map_err(failed)?.size;
            let found = self.entry(next, size).await?;
            if found.owner != self.owner {
                let message = "another process has taken the directory";
                return Err(Error::new(ErrorKind::AlreadyExists, message));
            }
            // An attempt that seemed to fail had taken effect.
            self.last = Some(next);
            if found.name == name && self.bytes(&found).await? == bytes {
                return Ok(());
            }
        }
    }

    /// Renames a file of the log.
    pub(super) async fn rename(&mut self, from: &str, to: &str) -> Result<()> {
        let entry = self.find(from).await?;
        let bytes = self.bytes(&entry).await?;
        self.append(to, &bytes).await?;
        self.store.delete(&entry.key).await.map_err(failed)
    }

    async fn bytes(&self, entry: &LogEntry) -> Result<Vec<u8>> {
        let range = HEAD as u64..HEAD as u64 + entry.length;
        Ok(self.store.get_range(&entry.key, range).await.map_err(failed)?.into())
    }

    /// Removes a file of the log. Those by which a process has taken it are never removed.
    pub(super) async fn remove(&mut self, name: &str) -> Result<()> {
        let entry = self.find(name).await?;
        self.store.delete(&entry.key).await.map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_an_entry_is_read_as_it_was_written() {
        let bytes = head(7, "00000000000000000042.delta").unwrap();
        assert_eq!(bytes.len(), HEAD);
        assert_eq!(read_head(&bytes), Some((7, "00000000000000000042.delta".into())));
        assert_eq!(read_head(&bytes[1..]), None);
        head(7, &"n".repeat(NAME + 1)).unwrap_err();
    }
}
