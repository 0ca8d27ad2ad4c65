//! Merging a line of checkpoints into one file, and deleting what it replaces.

use super::directory::{CheckpointDirectory, KeptFile, lock};
use super::fault;
use super::file::CheckpointFile;
use super::folder::{ABANDONED, FileName, epoch_of};
use super::format::{Header, Section};
use super::part::PartKind;
use super::record::{PUT, append_key, append_value};
use super::restored::RestoredCheckpoint;
use super::search::Search;
use super::writer::CheckpointWriter;
use crate::error::Result;
use crate::key::KeyGroups;
use crate::mutant::Mutant;
use std::collections::BTreeSet;
use std::sync::TryLockError;

/// How many checkpoints with a base follow one without before they are merged: a restart reads at
/// most one file more.
const MOST_DELTAS: usize = 16;

/// Below this many bytes only their number counts.
const FEW_BYTES: u64 = 1 << 20;

impl CheckpointDirectory {
    /// Whether the newest checkpoints should be merged: there are 16 since the last that stands
    /// alone, or together they are larger than it, and than 1 MiB.
    #[must_use]
    pub fn wants_compaction(&self) -> bool {
        let progress = lock(&self.progress);
        let line = progress.line.as_deref().unwrap_or_default();
        let Some((first, deltas)) = line.split_first() else { return false };
        let bytes: u64 = deltas.iter().map(|file| file.bytes).sum();
        deltas.len() >= MOST_DELTAS || bytes > first.bytes.max(FEW_BYTES)
    }

    /// Merges the newest checkpoint and all on which it builds into one file, then deletes what is
    /// no longer needed; returns whether it did. Nothing happens if there is nothing to merge, or
    /// while another thread merges.
    ///
    /// Two ways to restore the newest checkpoint remain: the merged file, and the files from which
    /// it was made, until the next is merged. Takes memory for the rows of one key group, or
    /// the wholes of one node.
    ///
    /// # Errors
    /// If a file is damaged or cannot be read, or if the merged one cannot be written: then nothing
    /// is deleted.
    pub fn compact(&self) -> Result<bool> {
        let _compacting = match self.compacting.try_lock() {
            Ok(held) => held,
            Err(TryLockError::Poisoned(held)) => held.into_inner(),
            // Merging takes longer than a checkpoint: the next one asks again.
            Err(TryLockError::WouldBlock) => return Ok(false),
        };
        let line = lock(&self.progress).line.clone().unwrap_or_default();
        let Some(newest) = line.last().cloned().filter(|newest| !newest.alone) else {
            return Ok(false);
        };
        let name = FileName { epoch: newest.name.epoch, full: true };
        let names: Vec<_> = line.iter().map(|file| file.name).collect();
        let mut search = Search::new(&self.folder, &self.owner.job, &names);
        let files = search.line(name.epoch)?.into_iter().map(|(_, file)| file);
        let Some(checkpoint) = RestoredCheckpoint::new(files, Vec::new()) else {
            return Ok(false);
        };
        if Mutant::DeletedBeforeMerged.is_planted() {
            line.iter()
                .for_each(|file| drop(self.folder.files().remove(&self.folder.at(file.name))));
        }
        let encoded = checkpoint.manifest().encode()?;
        let generation = checkpoint.manifest().generation;
        let header =
            Header { epoch: name.epoch, generation, identity: newest.identity, base: None };
        let mut index = Vec::new();
        let bytes = self.folder.publish(
            name,
            &header,
            |mut writer| {
                merge(&checkpoint, &mut writer)?;
                index = writer.index().to_vec();
                writer.finish(&encoded).map_err(|error| {
                    fault(format!("cannot merge checkpoint {}", name.epoch)).caused_by(error)
                })
            },
            &|| self.owner.check(&self.folder),
        )?;
        let index = index.into();
        self.replace(&line, KeptFile { name, bytes, alone: true, index, ..newest })?;
        Ok(true)
    }

    /// Deletes what is not needed besides the merged file, those from which it was made, and newer
    /// ones.
    fn replace(&self, merged_from: &[KeptFile], full: KeptFile) -> Result<()> {
        // Never delete anything for a file that cannot be read back.
        let merged: CheckpointFile = self.folder.open(full.name)?;
        drop(merged);
        let epoch = full.name.epoch;
        {
            let mut progress = lock(&self.progress);
            let line = progress.line.get_or_insert_default();
            // Another line may have been restored meanwhile.
            if line.iter().any(|file| file.identity == full.identity) {
                line.retain(|file| file.name.epoch > epoch);
                line.insert(0, full.clone());
            }
        }
        let needed: BTreeSet<String> =
            merged_from.iter().chain([&full]).map(|file| file.name.to_string()).collect();
        self.owner.check(&self.folder)?;
        for name in self.folder.names()? {
            let is_file = FileName::parse(&name).is_some() || name.ends_with(ABANDONED);
            let is_older = epoch_of(&name).is_some_and(|number| number <= epoch);
            if is_file && is_older && !needed.contains(&name) {
                let path = self.folder.at(&name);
                let removed = self.folder.files().remove(&path);
                removed.map_err(|error| self.folder.cannot("remove", &path, error))?;
            }
        }
        Ok(())
    }
}

/// Writes all that a checkpoint holds.
fn merge(checkpoint: &RestoredCheckpoint, writer: &mut CheckpointWriter) -> Result<()> {
    let manifest = checkpoint.manifest();
    let saved: BTreeSet<(&str, u8)> = checkpoint
        .files()
        .flat_map(|file| &file.index)
        .map(|part| (&*part.node, part.kind))
        .collect();
    for (node, number) in saved {
        let (Some(declared), Some(kind)) = (manifest.node(node), PartKind::of(number)) else {
            continue;
        };
        merge_wholes(checkpoint, writer, (node, kind))?;
        merge_rows(checkpoint, writer, (node, kind), declared.instances)?;
    }
    Ok(())
}

fn merge_wholes(
    checkpoint: &RestoredCheckpoint,
    writer: &mut CheckpointWriter,
    (node, kind): (&str, PartKind),
) -> Result<()> {
    let (instances, wholes) = checkpoint.wholes(node, kind)?;
    for (instance, bytes) in wholes {
        writer.part(node, instance, instances, kind.number());
        let written = writer.section(Section { records: 1, ..Section::default() }, &[&*bytes]);
        written.map_err(|error| fault("cannot merge checkpoints").caused_by(error))?;
    }
    Ok(())
}

fn merge_rows(
    checkpoint: &RestoredCheckpoint,
    writer: &mut CheckpointWriter,
    (node, kind): (&str, PartKind),
    instances: u32,
) -> Result<()> {
    let groups = KeyGroups::new(checkpoint.manifest().key_groups.into()).unwrap_or_default();
    let (mut open, mut bytes) = (None, Vec::new());
    checkpoint.merge(node, kind, &|_| true)?.for_each_group(&mut |group, rows| {
        bytes.clear();
        let mut records = 0;
        for row in rows {
            let Some(value) = row.value else { continue };
            append_key(&mut bytes, PUT, |out| out.extend_from_slice(row.key));
            append_value(&mut bytes, |out| out.extend_from_slice(value));
            records += 1;
        }
        if records == 0 {
            return Ok(());
        }
        let count = usize::try_from(instances.max(1)).unwrap_or(1);
        let owner = u32::try_from(groups.owner(group, count)).unwrap_or_default();
        if open.replace(owner) != Some(owner) {
            writer.part(node, owner, instances, kind.number());
        }
        let (group, place) = (u16::try_from(group.index()).ok(), Section::default());
        let section = Section { group, replaces: true, unique: true, records, ..place };
        let written = writer.section(section, &[&*bytes]);
        written.map_err(|error| fault("cannot merge checkpoints").caused_by(error))
    })
}
