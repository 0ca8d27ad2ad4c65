//! A directory in which another process does something while it is taken.

use super::*;
use crate::env::{FileLock, FileStatus, Files, ReadAt};
use std::ffi::OsString;
use std::fmt;
use std::io::{Read, Result as IoResult, Write};
use std::sync::{Arc, Mutex};

/// What the other process does, until it has done it.
type Other = Arc<Mutex<Option<Box<dyn FnOnce() + Send>>>>;

/// Does something once, right before the generation is raised.
#[derive(Clone)]
struct Meanwhile {
    disk: Disk,
    other: Other,
}

impl fmt::Debug for Meanwhile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meanwhile").finish_non_exhaustive()
    }
}

impl Files for Meanwhile {
    fn open(&self, path: &Path) -> IoResult<Box<dyn Read + Send>> {
        self.disk.open(path)
    }
    fn create(&self, path: &Path) -> IoResult<Box<dyn Write + Send>> {
        self.disk.create(path)
    }
    fn status(&self, path: &Path) -> IoResult<FileStatus> {
        self.disk.status(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> IoResult<()> {
        if to.ends_with("GENERATION")
            && let Some(other) = self.other.lock().unwrap().take()
        {
            other();
        }
        self.disk.rename(from, to)
    }
    fn directory(&self, path: &Path) -> IoResult<Vec<OsString>> {
        self.disk.directory(path)
    }
    fn remove(&self, path: &Path) -> IoResult<()> {
        self.disk.remove(path)
    }
    fn sync(&self, path: &Path) -> IoResult<()> {
        self.disk.sync(path)
    }
    fn sync_directory(&self, path: &Path) -> IoResult<()> {
        self.disk.sync_directory(path)
    }
    fn open_at_random(&self, path: &Path) -> IoResult<Box<dyn ReadAt>> {
        self.disk.open_at_random(path)
    }
    fn lock(&self, path: &Path) -> IoResult<FileLock> {
        self.disk.lock(path)
    }
}

/// Takes over a directory while its owner still does something.
fn taken_over(disk: &Disk, other: impl FnOnce() + Send + 'static) -> CheckpointDirectory {
    let other: Other = Arc::new(Mutex::new(Some(Box::new(other))));
    let env = env(disk).with_files(Meanwhile { disk: disk.clone(), other });
    CheckpointDirectory::take_over(&env, folder(), JOB).unwrap()
}

#[test]
fn a_checkpoint_that_is_published_while_the_directory_is_taken_over_is_the_newest() {
    let disk = Disk::default();
    let first = begun(&disk);
    (1..=2).for_each(|epoch| write_numbered(&first, epoch).unwrap());
    let second = taken_over(&disk, move || write_numbered(&first, 3).unwrap());
    assert_eq!(second.last_epoch(), 3);
    let newest = second.latest().unwrap().unwrap();
    assert_eq!(newest.epoch(), 3);
    assert_numbered(&newest);
    write_numbered(&second, 4).unwrap();
}

#[test]
fn a_checkpoint_that_is_begun_while_the_directory_is_taken_over_is_never_published() {
    let disk = Disk::default();
    drop(begun(&disk));
    let (unfinished, on) = (file("00000000000000000005.1.tmp"), disk.clone());
    let begun = unfinished.clone();
    let second = taken_over(&disk, move || drop(on.create(&begun).unwrap()));
    assert!(disk.rename(&unfinished, &delta(5)).is_err());
    assert_eq!(second.last_epoch(), 5);
}
