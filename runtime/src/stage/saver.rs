//! Reports what a place of a chain keeps in checkpoints.

use crate::checkpoint::{
    Moment, PartContent, PartKind, Report, Reports, RowsWriter, SavedPart, SaverId,
};
use crate::error::Result;
use crate::event::Epoch;
use crate::key::KeyGroups;
use crate::mutant::Mutant;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Reports the parts of one place: of a source, a link with state, or a sink.
pub struct Saver {
    /// The place, as the coordinator of checkpoints knows it.
    pub(crate) id: SaverId,
    pub(crate) node: Arc<str>,
    pub(crate) instance: u32,
    pub(crate) kind: PartKind,
    /// The key groups of the job.
    pub(crate) groups: KeyGroups,
    /// The number of instances of the node.
    pub(crate) instances: usize,
    /// Whose the rows are.
    pub(crate) rows: RowOwner,
    /// Whether the next rows replace all that earlier checkpoints have.
    pub(crate) replaces: AtomicBool,
    pub(crate) reports: Reports,
}

/// Whose the rows of a place are, which decides who takes them back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOwner {
    /// Of their keys: the instance that owns a key has its rows.
    Keys,
    /// Of the instance that writes them.
    Instance,
}

impl fmt::Debug for Saver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{} ({:?})", self.node, self.instance, self.kind)
    }
}

impl Saver {
    /// Reports rows that have changed.
    #[cold]
    pub(in crate::stage) fn rows(
        &self,
        moment: Moment,
        write: impl FnOnce(&mut RowsWriter) -> Result<()>,
    ) {
        let mut rows = match self.rows {
            RowOwner::Keys => {
                RowsWriter::new(self.groups).owned_by(self.instance as usize, self.instances)
            }
            RowOwner::Instance => RowsWriter::of_instance(self.groups, self.instance),
        };
        // Those were written by another type: together they could not be read.
        if self.replaces.swap(false, Ordering::Relaxed) {
            rows.everything_owned();
        }
        let written = write(&mut rows);
        if Mutant::ChangeNotSaved.is_planted() && matches!(moment, Moment::Barrier(Epoch(2..))) {
            rows = RowsWriter::new(self.groups);
        }
        self.report(moment, written.map(|()| Some(PartContent::Rows(rows.finish()))));
    }

    /// Reports bytes that replace the last ones; `None` if they are the same.
    #[cold]
    pub(in crate::stage) fn whole(&self, moment: Moment, bytes: Result<Option<Vec<u8>>>) {
        self.report(moment, bytes.map(|bytes| bytes.map(PartContent::Whole)));
    }

    fn report(&self, moment: Moment, content: Result<Option<PartContent>>) {
        let content = content.map_err(|error| error.in_state_of(&self.node));
        let part = content.map(|content| {
            let (node, instance, kind) = (Arc::clone(&self.node), self.instance, self.kind);
            content.map(|content| SavedPart { node, instance, kind, content })
        });
        self.reports.send(Report { from: self.id, moment, part });
    }
}
