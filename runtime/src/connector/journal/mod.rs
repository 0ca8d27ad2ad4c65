//! Journals: a source whose events survive, whatever emits them.
//!
//! A channel, a socket or a stream emits an event once: if the process dies, what it had received
//! is gone. With a journal every event is written to a file and made durable before the job
//! receives it, so a restart can read it again.
//!
//! ```text
//! LOCK                            held by the source that writes
//! 00000000000000000000.journal    a segment: the events from number 0 on
//! 00000000000000052110.journal    the next one
//! ```
//!
//! A segment is a header and blocks, each with checksums. Only the last block can be torn: it is
//! cut off at the next start, since nobody has received its events. Anything else that is wrong is
//! reported, with file and byte.

mod folder;
mod format;
mod inner;
mod reader;
mod replay;
mod segment;
mod source;
mod writer;

pub use reader::JournalReader;
pub use source::Journaled;

use crate::source::Source;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::PathBuf;

/// Makes a source replayable by a journal of its events: for all sources.
pub trait Journal<T>: Source<T> + Sized {
    /// Writes the events of this source to a journal in a directory before they are emitted, so
    /// that a job with `at_least_once` can read from it: a channel, a stream, standard input.
    ///
    /// **The promise is at least once, counted from acceptance.** An event is accepted once the
    /// journal has made it durable. What the process has received and not accepted, such as the
    /// contents of a channel, is lost if the process dies. Without a crash every accepted event is
    /// emitted once; after one, those since the last checkpoint are emitted again, in the same
    /// order, and then what the source emits anew. Malformed records are kept like events.
    ///
    /// The directory is created if it does not exist, and belongs to this source alone. Events must
    /// be `Serialize` and `Deserialize`, and keep their form between two versions of the program.
    ///
    /// # Cost
    /// Events wait for the disk in groups, beside the task: all that arrives while one group is
    /// written is the next, up to 16,384 events or 4 MiB. So latency is about two writes, and each
    /// event is held in memory until its group is durable. Files that no checkpoint needs are
    /// removed ([`segment_bytes`](Journaled::segment_bytes)). The two last checkpoints count: if
    /// one is damaged, the job continues from the other.
    ///
    /// # Restarts
    /// A job with this source restarts within its process, also if the source itself can be opened
    /// only once: its reader is kept aside, and continues once the journal has been read. If the
    /// source itself fails, it has to be opened again, so it needs [`Source::again`]. A source with
    /// positions of its own continues at that of the last block.
    ///
    /// A drain emits all that the journal has accepted, and a suspension keeps it for the next
    /// start.
    ///
    /// # Errors
    /// The job does not start with `at_most_once`: it never reads a journal, and would not empty it
    /// either. Nor if the directory cannot be written or is in use, or if a block was changed or is
    /// gone. The job fails if the journal cannot be written, as with a full disk; what was being
    /// written is kept for a restart.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// # let name = format!("millstream-journal-{}", std::process::id());
    /// # let directory = std::env::temp_dir().join(name);
    /// let (sender, receiver) = tokio::sync::mpsc::channel(16);
    /// let kept = Collected::new();
    /// let topology = topology!(
    ///     job("orders", at_least_once),
    ///     orders = source(from_channel(receiver).journaled(directory.join("orders"))),
    ///     orders >> sink(kept.sink()),
    /// );
    /// let mut job = topology.start(Config::default().checkpoints(directory.join("checkpoints")))?;
    /// sender.send(17_u64).await.ok();
    /// drop(sender);
    /// job.wait().await?;
    /// assert_eq!(kept.take(), [17]);
    /// # std::fs::remove_dir_all(directory).ok();
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    fn journaled(self, directory: impl Into<PathBuf>) -> Journaled<Self, T>
    where
        T: Serialize + DeserializeOwned,
    {
        Journaled::new(self, directory.into())
    }
}

#[diagnostic::do_not_recommend]
impl<T, S: Source<T>> Journal<T> for S {}
