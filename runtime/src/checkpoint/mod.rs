//! The files in which a job keeps its checkpoints.
//!
//! A checkpoint is one file: what every instance has saved, an index, and a
//! [manifest](Manifest). Most files hold only what has changed since the checkpoint before; every
//! few checkpoints a line of them is merged into one that stands alone. A file gets its name only
//! when all of its bytes are durable, and every byte is covered by a checksum: what has the name of
//! a checkpoint is complete, or is recognized as damaged.
//!
//! ```text
//! LOCK                          held by the process that writes
//! GENERATION                    the job's name, and how many times it was started
//! job.txt                       the newest manifest, for people
//! 00000000000000000042.delta    checkpoint 42: what has changed since the one before
//! 00000000000000000040.full     checkpoint 40, merged: nothing before it is needed
//! *.tmp                         not complete; removed at the next start
//! *.abandoned                   skipped as damaged when an older checkpoint was restored
//! ```
//!
//! [`inspect`] shows what a directory holds.

mod compact;
pub(crate) mod directory;
mod file;
mod folder;
mod format;
mod inspect;
mod manifest;
mod merge;
#[cfg(feature = "object-store")]
mod objects;
mod owner;
pub(crate) mod part;
pub(crate) mod protocol;
mod record;
pub(crate) mod report;
pub(crate) mod restored;
mod search;
mod shapes;
mod sizes;
#[cfg(test)]
mod tests;
pub(crate) mod write;
mod writer;

pub(crate) use directory::CheckpointDirectory;
#[cfg(feature = "object-store")]
pub use inspect::inspect_store;
pub use inspect::{
    InspectedFile, InspectedNode, InspectedStart, InspectedState, Inspection, inspect,
};
pub(crate) use manifest::{FirstCuts, SinkFile};
pub use manifest::{Manifest, NodeSaved};
#[cfg(feature = "object-store")]
pub(crate) use objects::ObjectFiles;
pub(crate) use owner::IfHeld;
pub(crate) use part::{PartContent, PartKind, RowsWriter, SavedPart};
pub(crate) use protocol::Protocol;
pub(crate) use report::{Moment, Report, Reports, SaverId};
pub(crate) use restored::RestoredCheckpoint;
pub(crate) use shapes::{NodeChange, NodeTypes, compare, text_of};
pub(crate) use write::WrittenCheckpoint;

use crate::error::{Error, ErrorKind};

/// An error of checkpoints.
fn fault(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Checkpoint, message)
}
