//! What a job with checkpoints keeps: the places that report, and what they take back.

use super::Lowering;
use crate::checkpoint::{PartKind, Reports, RestoredCheckpoint, SaverId};
use crate::env::FileUse;
use crate::error::{Error, ErrorKind, Result};
use crate::key::KeyGroups;
use crate::mutant::Mutant;
use crate::stage::{RowOwner, Saver};
use crate::state::WrittenShapes;
use crate::topology::{EdgeDeclared, EdgeGrouping, NodeId};
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::atomic::AtomicBool;

/// A row of a checkpoint: its key and its value.
pub(crate) type RowBytes<'a> = (&'a [u8], &'a [u8]);

/// Takes back a row; gets the shapes with which it was written, where they are others now.
pub(crate) type TakeRow<'a> = &'a mut dyn FnMut(RowBytes<'_>, &WrittenShapes) -> Result<()>;

/// Rows of a checkpoint that are not taken back as they are.
#[derive(Debug, Clone)]
pub(crate) enum OldRows {
    /// They were written with other shapes.
    Written(WrittenShapes),
    /// They are given up.
    Forgotten,
}

/// The rows that are not taken back as they are, by node and kind. Once a checkpoint was taken,
/// there are none: the first one replaces them all.
pub(crate) type OldRowsByNode = BTreeMap<(NodeId, PartKind), OldRows>;

/// The checkpoints of a job that is laid out: where its places report, and what they begin with.
pub(crate) struct Keeping {
    reports: Reports,
    groups: KeyGroups,
    /// The nodes with a name by their order in the topology: it changes with the topology.
    numbered: Vec<NodeId>,
    /// The checkpoint that the job begins with, if any.
    restored: Option<RestoredCheckpoint>,
    /// What of it is not taken back as it is.
    old: OldRowsByNode,
    /// The places so far.
    places: HashSet<(NodeId, usize, PartKind)>,
}

impl fmt::Debug for Keeping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeping").field("places", &self.places.len()).finish_non_exhaustive()
    }
}

impl Keeping {
    /// A job that begins with a checkpoint, or from the beginning.
    pub(crate) fn new(
        (reports, groups): (Reports, KeyGroups),
        numbered: Vec<NodeId>,
        restored: Option<(RestoredCheckpoint, OldRowsByNode)>,
    ) -> Self {
        let (restored, old) = restored.unzip();
        let old = old.unwrap_or_default();
        Self { reports, groups, numbered, restored, old, places: HashSet::new() }
    }

    /// The nodes that keep something, once for each place.
    pub(crate) fn places(&self) -> Vec<NodeId> {
        self.places.iter().map(|(node, ..)| *node).collect()
    }
}

/// The error of a node whose state could not be found again.
fn unnamed(name: &str) -> Error {
    let message = format!("`{name}` keeps state in checkpoints, and has no name of its own");
    let help = "name it, `name = …` or `.named(…)`: its state is found by that name";
    Error::new(ErrorKind::Topology, message).help(help)
}

impl Lowering {
    /// Adds a place that keeps something; `None` in a job without checkpoints.
    ///
    /// # Errors
    /// If the instance keeps something of this kind already: they could not be told apart.
    pub(crate) fn saver(
        &mut self,
        (node, instance): (NodeId, usize),
        kind: PartKind,
    ) -> Result<Option<Saver>> {
        let (name, rows) = (self.name(node), self.rows_of(node, kind));
        let instances = self.instances(node);
        let Some(keeping) = &mut self.keeping else {
            return Ok(None);
        };
        if kind != PartKind::Sink && keeping.numbered.contains(&node) {
            return Err(unnamed(&name));
        }
        let id = SaverId(keeping.places.len());
        if !keeping.places.insert((node, instance, kind)) {
            let message = format!("`{name}` keeps two things of one kind in checkpoints");
            return Err(Error::new(ErrorKind::Topology, message));
        }
        let instance = u32::try_from(instance).unwrap_or(u32::MAX);
        let (groups, reports) = (keeping.groups, keeping.reports.clone());
        let replaces = AtomicBool::new(keeping.old.contains_key(&(node, kind)));
        let saver =
            Saver { id, node: name, instance, kind, groups, instances, rows, replaces, reports };
        Ok(Some(saver))
    }

    /// Calls `take` with each row that an instance of a node takes back from the checkpoint.
    ///
    /// Rows by key are divided among the instances as the keys are. All others belong to the
    /// instance that wrote them; if the node has another number of instances now, all of them get
    /// all rows.
    ///
    /// # Errors
    /// If the checkpoint cannot be read, or the first error of `take`.
    pub(crate) fn restore(
        &self,
        (node, instance): (NodeId, usize),
        kind: PartKind,
        take: TakeRow<'_>,
    ) -> Result<()> {
        let Some((groups, checkpoint)) = self.restored() else {
            return Ok(());
        };
        let written = match self.old_rows(node, kind) {
            None => &WrittenShapes::PRESENT,
            Some(OldRows::Written(written)) => written,
            Some(OldRows::Forgotten) => return Ok(()),
        };
        let mut take = |key: &[u8], value: &[u8]| take((key, value), written);
        let (name, instances) = (self.name(node), self.instances(node));
        let restored = match self.rows_of(node, kind) {
            RowOwner::Keys => {
                let wrong = usize::from(Mutant::RowsIntoWrongInstance.is_planted());
                let owned =
                    |group| (groups.owner(group, instances) + wrong) % instances.max(1) == instance;
                checkpoint.rows(&name, kind, &owned, &mut |_, key, value| take(key, value))
            }
            RowOwner::Instance => {
                let node = checkpoint.manifest().node(&name);
                let saved = node.map_or(0, |node| node.instances as usize);
                checkpoint.rows(&name, kind, &|_| true, &mut |_, key, value| {
                    let Some((wrote, key)) = key.split_first_chunk() else { return Ok(()) };
                    let wrote = u32::from_le_bytes(*wrote) as usize;
                    // An earlier run may have had more instances.
                    let wanted = wrote < saved && (wrote == instance || saved != instances);
                    if wanted { take(key, value) } else { Ok(()) }
                })
            }
        };
        restored.map_err(|error| error.in_state_of(&name))
    }

    /// Whether a sink was part of the job when the checkpoint was taken that the job begins with,
    /// with these files: what it finds is its own.
    pub(crate) fn was_begun(&self, sink: NodeId, files: &[FileUse]) -> bool {
        self.restored().is_some_and(|(_, checkpoint)| {
            let (name, manifest) = (self.name(sink), checkpoint.manifest());
            let own = manifest.sink_files();
            let is_own = |file: &FileUse| own.contains(&(name.to_string(), file.name()));
            let mut written = files.iter().filter(|file| file.is_written());
            manifest.node(&name).is_some() && written.all(is_own)
        })
    }

    /// The bytes that an instance of a node last wrote, if the job begins with a checkpoint.
    ///
    /// # Errors
    /// If the checkpoint cannot be read.
    pub(crate) fn restored_whole(&self, node: NodeId, kind: PartKind) -> Result<Option<Vec<u8>>> {
        let Some((_, checkpoint)) = self.restored() else {
            return Ok(None);
        };
        let wholes = checkpoint.whole(&self.name(node), kind)?;
        Ok(wholes.into_iter().next().map(|(_, bytes)| bytes))
    }

    fn old_rows(&self, node: NodeId, kind: PartKind) -> Option<&OldRows> {
        self.keeping.as_ref()?.old.get(&(node, kind))
    }

    fn restored(&self) -> Option<(KeyGroups, RestoredCheckpoint)> {
        let keeping = self.keeping.as_ref()?;
        Some((keeping.groups, keeping.restored.clone()?))
    }

    /// Whose the rows of a node are.
    fn rows_of(&self, node: NodeId, kind: PartKind) -> RowOwner {
        let by_key = |edge: &EdgeDeclared| edge.to == node && edge.grouping == EdgeGrouping::Fields;
        match kind {
            PartKind::Rows | PartKind::Store if self.edges.iter().any(by_key) => RowOwner::Keys,
            _ => RowOwner::Instance,
        }
    }
}
