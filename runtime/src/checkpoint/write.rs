//! Writing a checkpoint.

use super::directory::{CheckpointDirectory, KeptFile, lock};
use super::fault;
use super::folder::{ABANDONED, FileName};
use super::format::{Base, Header, Section};
use super::manifest::Manifest;
use super::part::{PartContent, SavedGroup, SavedPart};
use super::sizes::{NodeSizes, node_sizes};
use super::writer::CheckpointWriter;
use crate::error::{Error, ErrorKind, Result};
use crate::key::KeyGroup;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

/// A checkpoint that is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenCheckpoint {
    /// Its number.
    pub epoch: u64,
    /// The length of its file.
    pub bytes: u64,
    /// Its file.
    pub file: PathBuf,
    /// The bytes of each node in it and in the files on which it builds, by instance.
    pub sizes: NodeSizes,
}

impl CheckpointDirectory {
    /// Writes a checkpoint that builds on the one before; when this returns it is durable.
    ///
    /// Of several parts of the same kind and instance the later counts: whole by whole, row by row.
    /// So the parts of a checkpoint that could not be written come first in the next one.
    ///
    /// # Errors
    /// If the checkpoint cannot be written: then there is none of this number, and the one before
    /// is as it was. [`ErrorKind::Internal`] if [`latest`](Self::latest) has not been asked, if the
    /// number is not greater than all before, or if a part is of a node that the manifest does not
    /// name.
    pub fn write(&self, manifest: &Manifest, parts: &[SavedPart]) -> Result<WrittenCheckpoint> {
        let _writing = lock(&self.writing);
        let base = self.begin(manifest, parts)?;
        let base =
            base.map(|last: KeptFile| Base { epoch: last.name.epoch, identity: last.identity });
        self.abandon()?;
        let (epoch, generation) = (manifest.epoch, self.owner.generation);
        let manifest = Manifest { generation, ..manifest.clone() };
        let encoded = manifest.encode()?;
        let header = Header { epoch, generation, identity: self.folder.env.random(), base };
        let (parts, mut index) = (sorted(parts), Vec::new());
        let write = |mut writer: CheckpointWriter| {
            let written = parts.iter().try_for_each(|((node, instance, kind), saved)| {
                let instances = manifest.node(node).map_or(0, |node| node.instances);
                writer.part(node, *instance, instances, *kind);
                saved.write(&mut writer)
            });
            index = writer.index().to_vec();
            written
                .and_then(|()| writer.finish(&encoded))
                .map_err(|error| fault(format!("cannot write checkpoint {epoch}")).caused_by(error))
        };
        let name = FileName { epoch, full: false };
        let bytes =
            self.folder.publish(name, &header, write, &|| self.owner.check(&self.folder))?;
        let (identity, key_groups) = (header.identity, manifest.key_groups);
        let (alone, index) = (base.is_none(), index.into());
        let kept = KeptFile { name, identity, bytes, key_groups, alone, index };
        let line = {
            let mut progress = lock(&self.progress);
            let line = progress.line.get_or_insert_default();
            line.push(kept);
            line.clone()
        };
        let sizes = node_sizes(&line, &manifest);
        Ok(WrittenCheckpoint { epoch, bytes, file: self.folder.at(name), sizes })
    }

    /// Writes a copy of the manifest for people; may fail. Apart from [`write`](Self::write), so
    /// that a checkpoint need not wait for it.
    pub fn describe(&self, manifest: &Manifest) {
        let manifest = Manifest { generation: self.owner.generation, ..manifest.clone() };
        if let Err(error) = self.folder.replace("job.txt", &manifest.text()) {
            tracing::debug!(%error, "cannot write the copy of the manifest for people");
        }
    }

    /// Checks what is to be written, and uses its number up.
    fn begin(&self, manifest: &Manifest, parts: &[SavedPart]) -> Result<Option<KeptFile>> {
        let internal = |what: String| Err(Error::new(ErrorKind::Internal, what));
        if manifest.job != self.owner.job {
            return internal(format!("a checkpoint of the job {:?}", manifest.job));
        }
        if let Some(part) = parts.iter().find(|part| manifest.node(&part.node).is_none()) {
            return internal(format!("the manifest does not name the node `{}`", part.node));
        }
        let mut progress = lock(&self.progress);
        let (last, epoch) = (progress.last, manifest.epoch);
        if epoch <= last {
            return internal(format!("checkpoint {epoch} comes after checkpoint {last}"));
        }
        let Some(line) = &progress.line else {
            return internal("a checkpoint is written before the newest was looked for".into());
        };
        let base = line.last().cloned();
        if let Some(saved) = base.as_ref().map(|base| base.key_groups)
            && saved != manifest.key_groups
        {
            let what = format!("the state is of {saved} key groups, not {}", manifest.key_groups);
            return Err(fault(what).help("the number of key groups cannot be changed later"));
        }
        progress.last = epoch;
        Ok(base)
    }

    /// Renames the checkpoints that were skipped: they are not of the line that continues from the
    /// one that was restored.
    fn abandon(&self) -> Result<()> {
        let abandoned = lock(&self.progress).abandoned.clone();
        for name in abandoned {
            let (from, to) = (self.folder.at(name), self.folder.at(format!("{name}{ABANDONED}")));
            match self.folder.files().rename(&from, &to) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(self.folder.cannot("rename", &from, error));
                }
                _ => {}
            }
        }
        lock(&self.progress).abandoned.clear();
        Ok(())
    }
}

/// All that one instance of a node saves of one kind.
#[derive(Default)]
struct Saved<'a> {
    whole: Option<&'a [u8]>,
    groups: BTreeMap<KeyGroup, Vec<&'a SavedGroup>>,
}

/// What is saved, by node, instance and kind.
fn sorted(parts: &[SavedPart]) -> BTreeMap<(&str, u32, u8), Saved<'_>> {
    let mut sorted: BTreeMap<(&str, u32, u8), Saved<'_>> = BTreeMap::new();
    for part in parts {
        let saved = sorted.entry((&part.node, part.instance, part.kind.number())).or_default();
        match &part.content {
            PartContent::Whole(bytes) => saved.whole = Some(bytes),
            PartContent::Rows(rows) => {
                for rows in &rows.groups {
                    let pieces = saved.groups.entry(rows.group).or_default();
                    if rows.replaces {
                        pieces.clear();
                    }
                    pieces.push(rows);
                }
            }
        }
    }
    sorted
}

impl Saved<'_> {
    fn write(&self, writer: &mut CheckpointWriter) -> io::Result<()> {
        let place = Section::default();
        if let Some(whole) = self.whole {
            writer.section(Section { records: 1, ..place }, &[whole])?;
        }
        for (group, pieces) in &self.groups {
            let section = Section {
                group: u16::try_from(group.index()).ok(),
                replaces: pieces.iter().any(|piece| piece.replaces),
                records: pieces.iter().map(|piece| piece.records).sum(),
                ..place
            };
            let pieces: Vec<_> = pieces.iter().map(|piece| &*piece.bytes).collect();
            writer.section(section, &pieces)?;
        }
        Ok(())
    }
}
