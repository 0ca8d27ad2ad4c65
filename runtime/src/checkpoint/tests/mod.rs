//! Tests of the files of checkpoints, on a disk in memory.

mod damage;
mod meanwhile;
mod model;
mod owners;
mod power;
mod rows;

use super::directory::{CheckpointDirectory, lock};
use super::manifest::{Manifest, NodeSaved};
use super::part::{PartContent, PartKind, RowsWriter, SavedPart};
use super::restored::RestoredCheckpoint;
use crate::env::Env;
use crate::env::disk::Disk;
use crate::error::Result;
use crate::key::{Key, KeyGroups};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const JOB: &str = "counts";
const NODE: &str = "total";

fn env(disk: &Disk) -> Env {
    Env::system().with_files(disk.clone()).seeded(7)
}

fn folder() -> &'static Path {
    Path::new("checkpoints")
}

fn file(name: &str) -> PathBuf {
    folder().join(name)
}

fn delta(epoch: u64) -> PathBuf {
    file(&format!("{epoch:020}.delta"))
}

fn full(epoch: u64) -> PathBuf {
    file(&format!("{epoch:020}.full"))
}

fn groups() -> KeyGroups {
    KeyGroups::new(8).unwrap()
}

fn open(disk: &Disk) -> CheckpointDirectory {
    CheckpointDirectory::open(&env(disk), folder(), JOB).unwrap()
}

/// A directory, taken, and its newest checkpoint looked for.
fn begun(disk: &Disk) -> CheckpointDirectory {
    let directory = open(disk);
    directory.latest().unwrap();
    directory
}

fn manifest(epoch: u64, instances: u32) -> Manifest {
    let source = NodeSaved { name: "lines".into(), instances: 1, ..NodeSaved::default() };
    let node =
        NodeSaved { name: NODE.into(), kind: "operator".into(), instances, ..source.clone() };
    Manifest {
        job: JOB.into(),
        epoch,
        key_groups: u16::try_from(groups().count()).unwrap(),
        delivery: "at_least_once".into(),
        nodes: vec![source, node],
        ..Manifest::default()
    }
}

fn whole(node: &str, instance: u32, bytes: &[u8]) -> SavedPart {
    let content = PartContent::Whole(bytes.to_vec());
    SavedPart { node: node.into(), instance, kind: PartKind::Source, content }
}

fn saved_rows(instance: u32, writer: RowsWriter) -> SavedPart {
    let content = PartContent::Rows(writer.finish());
    SavedPart { node: NODE.into(), instance, kind: PartKind::Rows, content }
}

/// A part with rows of numbers; those without a value are gone.
fn rows<const N: usize>(rows: [(u64, Option<u64>); N]) -> SavedPart {
    let mut writer = RowsWriter::new(groups());
    for (key, value) in rows {
        let group = groups().of(key.key_hash());
        match value {
            Some(value) => writer.put(group, &key.to_le_bytes(), &value.to_le_bytes()),
            None => writer.remove(group, &key.to_le_bytes()),
        }
    }
    saved_rows(0, writer)
}

/// All rows of the node.
fn all_rows(checkpoint: &RestoredCheckpoint) -> BTreeMap<u64, u64> {
    let mut found = BTreeMap::new();
    let number = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().unwrap());
    let read = checkpoint.rows(NODE, PartKind::Rows, &|_| true, &mut |group, key, value| {
        assert_eq!(group, groups().of(number(key).key_hash()));
        assert_eq!(found.insert(number(key), number(value)), None, "a row comes twice");
        Ok(())
    });
    read.unwrap();
    found
}

/// Writes a checkpoint in which the row 1, the row of its number and the position are its number.
fn write_numbered(directory: &CheckpointDirectory, epoch: u64) -> Result<()> {
    let parts = [
        whole("lines", 0, &epoch.to_le_bytes()),
        rows([(1, Some(epoch)), (epoch + 1_000, Some(epoch)), (epoch + 999, None)]),
    ];
    directory.write(&manifest(epoch, 1), &parts).map(drop)
}

/// Checks that a checkpoint holds what `write_numbered` has written up to it.
fn assert_numbered(checkpoint: &RestoredCheckpoint) {
    let epoch = checkpoint.epoch();
    assert_eq!(checkpoint.manifest().epoch, epoch);
    assert_eq!(all_rows(checkpoint), BTreeMap::from([(1, epoch), (epoch + 1_000, epoch)]));
    let position = checkpoint.whole("lines", PartKind::Source).unwrap();
    assert_eq!(position, [(0, epoch.to_le_bytes().to_vec())]);
}

#[test]
fn checkpoints_are_not_merged_while_they_are_being_merged() {
    let directory = begun(&Disk::default());
    let held = lock(&directory.compacting);
    assert!(!directory.compact().unwrap());
    drop(held);
}
