//! Opening sinks in jobs whose sinks commit.

use super::Lowering;
use crate::checkpoint::PartKind;
use crate::env::FileUse;
use crate::error::{Error, ErrorKind, Result};
use crate::sink::{Committer, PreparedEpoch, Repeat, RepeatEffect, Sink};
use crate::topology::NodeId;

/// A sink of a job, and what makes its epochs visible.
pub(crate) type CommitterOf = (NodeId, Box<dyn Committer>);

impl Lowering {
    /// Opens a sink: as for the first time, or where the checkpoint has it with which the job
    /// begins.
    ///
    /// # Errors
    /// If the sink cannot be opened, or its checkpoint is that of a job with another promise.
    pub(crate) fn open_sink<T, K: Sink<T>>(
        &mut self,
        node: NodeId,
        sink: K,
        last: Option<Vec<u8>>,
    ) -> Result<K::Writer> {
        if self.is_exactly_once() {
            let committer = sink.committer(&self.env)?;
            let last = self.recovered(node, committer, last, K::Repeat::EFFECT)?;
            return sink.open_exactly_once(&self.env, last.as_deref());
        }
        match last {
            None => sink.open(&self.env),
            Some(last) => {
                PreparedEpoch::check_none(&last)?;
                sink.open_again(&self.env, &last)
            }
        }
    }

    /// The bytes of the sink's last durable cut, if the job begins with a checkpoint in which it
    /// has a part; its first one if it was killed before it had another, or no bytes.
    pub(crate) fn last_cut(&self, node: NodeId, files: &[FileUse]) -> Result<Option<Vec<u8>>> {
        let last = self.restored_whole(node, PartKind::Sink)?;
        Ok(last.or_else(|| self.first_cut(node, files)))
    }

    /// Makes the epochs of the checkpoint visible; returns the bytes of the last one.
    fn recovered(
        &mut self,
        node: NodeId,
        committer: Option<Box<dyn Committer>>,
        last: Option<Vec<u8>>,
        effect: RepeatEffect,
    ) -> Result<Option<Vec<u8>>> {
        let Some(mut committer) = committer else {
            if effect == RepeatEffect::Commits {
                let message = "is `Transactional` and has no committer";
                return Err(Error::new(ErrorKind::Sink, message)
                    .help("implement `Sink::committer`, which makes its epochs visible"));
            }
            return Ok(last);
        };
        let epochs = match last.as_deref() {
            None | Some([]) => Vec::new(),
            Some(bytes) => PreparedEpoch::decode(bytes)?,
        };
        committer.recover(&epochs)?;
        self.add_committer((node, committer));
        let bytes = epochs.into_iter().next_back().map(|last| last.bytes);
        Ok(bytes.or_else(|| last.map(|_| Vec::new())))
    }
}
