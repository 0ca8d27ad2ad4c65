//! What a writer waits for at the end of an epoch.

use crate::error::Result;
use futures::future::BoxFuture;
use std::fmt;

/// The result of [`Writer::cut`](super::Writer::cut): what has to be awaited until the events of
/// the epoch are durable, and the bytes that the checkpoint stores for the sink.
///
/// # Examples
/// ```
/// use millstream::sink::Prepared;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// assert_eq!(Prepared::nothing().wait().await?, None);
/// assert_eq!(Prepared::ready(vec![7]).wait().await?, Some(vec![7]));
/// let later = Prepared::later(Box::pin(async { Ok(vec![8]) }));
/// assert!(later.is_later());
/// assert_eq!(later.wait().await?, Some(vec![8]));
/// # Ok(())
/// # }
/// ```
#[must_use = "the epoch is not durable until this has been awaited"]
pub struct Prepared(Durability);

enum Durability {
    Nothing,
    Ready(Vec<u8>),
    Later(BoxFuture<'static, Result<Vec<u8>>>),
}

impl Prepared {
    /// There is nothing to wait for or to store.
    pub fn nothing() -> Self {
        Self(Durability::Nothing)
    }

    /// The events are durable; a checkpoint stores these bytes.
    pub fn ready(bytes: Vec<u8>) -> Self {
        Self(Durability::Ready(bytes))
    }

    /// The events are durable once the future has completed, with the bytes that a checkpoint
    /// stores. The job awaits it beside the task, which writes on meanwhile.
    ///
    /// # Cancel safety
    /// The future is dropped only when the job is aborted, or fails.
    pub fn later(bytes: BoxFuture<'static, Result<Vec<u8>>>) -> Self {
        Self(Durability::Later(bytes))
    }

    /// Whether there is a future to await.
    #[must_use]
    pub fn is_later(&self) -> bool {
        matches!(self.0, Durability::Later(_))
    }

    /// Waits until the events are durable; returns the bytes to store, if there are any.
    ///
    /// # Errors
    /// If the events cannot be made durable: the job fails, since a second attempt proves nothing.
    ///
    /// # Cancel safety
    /// Not cancel safe: what was prepared is lost.
    pub async fn wait(self) -> Result<Option<Vec<u8>>> {
        match self.0 {
            Durability::Nothing => Ok(None),
            Durability::Ready(bytes) => Ok(Some(bytes)),
            Durability::Later(bytes) => bytes.await.map(Some),
        }
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Durability::Nothing => "Prepared::nothing",
            Durability::Ready(_) => "Prepared::ready",
            Durability::Later(_) => "Prepared::later",
        })
    }
}
