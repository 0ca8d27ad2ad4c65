//! Making what a sink has written visible, together with a checkpoint.

use super::Epoch;
use crate::error::{Error, ErrorKind, Result};

/// What a sink has prepared in one epoch: the bytes of its [cut](super::Writer::cut).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedEpoch {
    /// The epoch, counted on over restarts.
    pub epoch: Epoch,
    /// What the cut has stored.
    pub bytes: Vec<u8>,
}

/// Makes the epochs of a [`Transactional`](super::Transactional) sink visible, once the checkpoint
/// that contains them is durable. Returned by [`Sink::committer`](super::Sink::committer).
///
/// It works apart from the [`Writer`](super::Writer), which may have ended by then. Both methods
/// may block: they are called on a thread for blocking work, or while the job starts. This is the
/// second phase of a two-phase commit.
///
/// # Examples
/// Makes lines visible that a writer has put aside:
/// ```
/// use millstream::Result;
/// use millstream::sink::{Committer, Epoch, PreparedEpoch};
/// use std::collections::BTreeMap;
///
/// #[derive(Default)]
/// struct Shelf {
///     visible: BTreeMap<u64, Vec<u8>>,
/// }
///
/// impl Committer for Shelf {
///     fn commit(&mut self, epochs: &[PreparedEpoch]) -> Result<()> {
///         // By epoch: what is visible already replaces itself.
///         self.visible.extend(epochs.iter().map(|one| (one.epoch.0, one.bytes.clone())));
///         Ok(())
///     }
/// }
///
/// let mut shelf = Shelf::default();
/// let first = PreparedEpoch { epoch: Epoch(1), bytes: b"first".to_vec() };
/// shelf.commit(&[first.clone()])?;
/// shelf.commit(&[first])?;
/// assert_eq!(shelf.visible.len(), 1);
/// # Ok::<(), millstream::Error>(())
/// ```
pub trait Committer: Send + 'static {
    /// Makes these epochs visible, in their order.
    ///
    /// They are all epochs of which the job does not know that they are visible. So some may be
    /// already, also all of them: that is no error, and changes nothing.
    ///
    /// # Errors
    /// If they cannot be made visible now. The job continues, and tries again, with longer and
    /// longer pauses up to 10 s, until it succeeds or the job is aborted. What cannot be made
    /// visible by the end of the job delays its end.
    fn commit(&mut self, epochs: &[PreparedEpoch]) -> Result<()>;

    /// Prepares for the start of the job, before the sink is opened: makes the epochs of its
    /// checkpoint visible, and discards what was prepared after them, whose events are written
    /// again. There are none if the job starts from the beginning.
    ///
    /// By default, calls [`commit`](Self::commit) unless there are none, and leaves discarding to
    /// [`Sink::open_exactly_once`](super::Sink::open_exactly_once).
    ///
    /// # Errors
    /// If that is not possible: the job does not start.
    fn recover(&mut self, epochs: &[PreparedEpoch]) -> Result<()> {
        if epochs.is_empty() { Ok(()) } else { self.commit(epochs) }
    }
}

/// Begins the bytes of epochs that may not be visible, in a checkpoint.
const EPOCHS: &[u8] = b"epochs\x01";

impl PreparedEpoch {
    /// These epochs for a checkpoint.
    ///
    /// # Errors
    /// Never, in practice.
    pub(crate) fn encode(epochs: &[Self]) -> Result<Vec<u8>> {
        let epochs: Vec<_> = epochs.iter().map(|one| (one.epoch.0, &one.bytes)).collect();
        postcard::to_extend(&epochs, EPOCHS.to_vec()).map_err(|error| {
            Error::new(ErrorKind::Internal, "cannot encode what a sink has prepared")
                .caused_by(error)
        })
    }

    /// The epochs of a checkpoint.
    ///
    /// # Errors
    /// If they are not those of a sink that commits.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Vec<Self>> {
        let encoded = bytes.strip_prefix(EPOCHS);
        let epochs: Option<Vec<(u64, Vec<u8>)>> =
            encoded.and_then(|bytes| postcard::from_bytes(bytes).ok());
        let of = |(epoch, bytes)| Self { epoch: Epoch(epoch), bytes };
        let epochs = epochs.map(|epochs| epochs.into_iter().map(of).collect());
        epochs.ok_or_else(|| {
            let message = "the checkpoint is that of a sink that does not commit";
            Error::new(ErrorKind::Checkpoint, message).help(OTHER_PROMISE)
        })
    }

    /// Checks that what a sink has stored is not that of one that commits.
    ///
    /// # Errors
    /// If it is.
    pub(crate) fn check_none(bytes: &[u8]) -> Result<()> {
        if !bytes.starts_with(EPOCHS) {
            return Ok(());
        }
        let message = "the checkpoint is that of a sink that commits";
        Err(Error::new(ErrorKind::Checkpoint, message).help(OTHER_PROMISE))
    }
}

const OTHER_PROMISE: &str = "start the job with the delivery guarantee it had, or without its \
                             checkpoints";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epochs_are_read_as_they_were_written_and_told_from_other_bytes() {
        let of = |epoch, bytes: &[u8]| PreparedEpoch { epoch: Epoch(epoch), bytes: bytes.to_vec() };
        let epochs = vec![of(7, b"one"), of(9, b"")];
        let bytes = PreparedEpoch::encode(&epochs).unwrap();
        assert_eq!(PreparedEpoch::decode(&bytes).unwrap(), epochs);
        assert!(PreparedEpoch::check_none(&bytes).is_err());
        PreparedEpoch::check_none(b"other").unwrap();
        assert!(PreparedEpoch::decode(b"other").is_err());
        assert!(PreparedEpoch::decode(&bytes[..bytes.len() - 1]).is_err());
    }
}
