//! What a job with checkpoints keeps: the places that report, and what they take back.

use super::Lowering;
use crate::checkpoint::{FirstCuts, PartKind, Reports, RestoredCheckpoint, SaverId};
use crate::env::FileUse;
use crate::error::{Error, ErrorKind, Result};
use crate::key::KeyGroups;
use crate::mutant::Mutant;
use crate::stage::{RestoredWatermark, RowOwner, Saver};
use crate::state::WrittenShapes;
use crate::time::EventTime;
use crate::topology::{Delivery, EdgeDeclared, EdgeGrouping, NodeId};
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
    delivery: Delivery,
    /// The nodes with a name by their order in the topology: it changes with the topology.
    numbered: Vec<NodeId>,
    /// The checkpoint that the job begins with, if any.
    restored: Option<RestoredCheckpoint>,
    /// What of it is not taken back as it is.
    old: OldRowsByNode,
    /// The places so far.
    places: HashSet<(NodeId, usize, PartKind)>,
    /// What new sinks continue from until they have a cut.
    first_cuts: FirstCuts,
}

impl fmt::Debug for Keeping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeping").field("places", &self.places.len()).finish_non_exhaustive()
    }
}

impl Keeping {
    /// A job that begins with a checkpoint, or from the beginning.
    pub(crate) fn new(
        (reports, groups, delivery): (Reports, KeyGroups, Delivery),
        numbered: Vec<NodeId>,
        restored: Option<(RestoredCheckpoint, OldRowsByNode)>,
    ) -> Self {
        let (places, first_cuts) = (HashSet::new(), Vec::new());
        let (restored, old) = restored.unzip();
        let old = old.unwrap_or_default();
        Self { reports, groups, delivery, numbered, restored, old, places, first_cuts }
    }

    /// Whether the sinks of the job commit.
    pub(crate) fn is_exactly_once(&self) -> bool {
        self.delivery == Delivery::ExactlyOnce
    }

    /// The nodes that keep something, once for each place.
    pub(crate) fn places(&self) -> Vec<NodeId> {
        self.places.iter().map(|(node, ..)| *node).collect()
    }
}

/// The error of a node whose state could not be found again.
pub(crate) fn unnamed(name: &str) -> Error {
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
        let Some(written) = self.written(node, kind) else {
            return Ok(());
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

    /// The watermark that a node had passed at the checkpoint: that of the nearest nodes upstream
    /// which assign event time. Until all of them have announced it again, an operator would have
    /// none.
    ///
    /// # Errors
    /// If the checkpoint cannot be read.
    pub(crate) fn restored_watermark(&self, node: NodeId) -> Result<EventTime> {
        let mut restored = RestoredWatermark::default();
        if self.restored().is_none() || Mutant::WatermarkNotRestored.is_planted() {
            return Ok(EventTime::MIN);
        }
        let (mut next, mut reached) = (vec![node], HashSet::new());
        while let Some(node) = next.pop() {
            for edge in self.edges.iter().filter(|edge| edge.to == node && !edge.leads_back()) {
                let from = edge.from.node;
                if !reached.insert(from) {
                    continue;
                }
                let mut assigns = false;
                for instance in 0..self.instances(from) {
                    self.restore((from, instance), PartKind::EventTime, &mut |(_, row), _| {
                        assigns = true;
                        restored.add(row)
                    })?;
                }
                if !assigns {
                    next.push(from);
                }
            }
        }
        Ok(restored.watermark())
    }

    /// What a sink continues from that was part of the job, with these files, when the checkpoint
    /// was taken that the job begins with, and has no cut: what it finds is its own.
    pub(crate) fn first_cut(&self, sink: NodeId, files: &[FileUse]) -> Option<Vec<u8>> {
        let (name, (_, checkpoint)) = (self.name(sink), self.restored()?);
        let manifest = checkpoint.manifest();
        let own = manifest.sink_files();
        let is_own = |file: &FileUse| own.contains(&(name.to_string(), file.name()));
        let mut written = files.iter().filter(|file| file.is_written());
        let was_begun = manifest.node(&name).is_some() && written.all(is_own);
        was_begun.then(|| manifest.first_cut(&name).unwrap_or_default())
    }

    /// Notes what a new sink continues from until it has a cut.
    pub(crate) fn note_first_cut(&mut self, sink: NodeId, cut: Vec<u8>) {
        let name = self.name(sink).to_string();
        if let Some(keeping) = &mut self.keeping {
            keeping.first_cuts.push((name, cut));
        }
    }

    /// Those of all new sinks.
    pub(crate) fn take_first_cuts(&mut self) -> FirstCuts {
        let keeping = self.keeping.as_mut();
        keeping.map(|keeping| std::mem::take(&mut keeping.first_cuts)).unwrap_or_default()
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

    /// The shapes with which what a node keeps was written; `None` if it is given up.
    pub(crate) fn written(&self, node: NodeId, kind: PartKind) -> Option<&WrittenShapes> {
        static PRESENT: WrittenShapes = WrittenShapes::PRESENT;
        match self.old_rows(node, kind) {
            None => Some(&PRESENT),
            Some(OldRows::Written(written)) => Some(written),
            Some(OldRows::Forgotten) => None,
        }
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
