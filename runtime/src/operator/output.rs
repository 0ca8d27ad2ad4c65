//! The output of an awaiting operator.

use super::handoff::Handoff;
use std::future::poll_fn;
use std::sync::Arc;
use std::vec::Drain;

/// Sends any number of events from an operator, with backpressure at each `await`.
///
/// An operator receives it by declaring a parameter `out: &mut Output<T>`; it then returns nothing
/// or `Result<(), E>`. Use it for many results per event or results between awaits; a returned
/// `Option` or `Vec` is cheaper. Events leave in batches, partial ones when the task has to wait.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// #[operator]
/// async fn words(line: String, out: &mut Output<String>) {
///     for word in line.split_whitespace() {
///         out.send(word.to_owned()).await;
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut out = Output::collecting();
/// words("to be or".into(), &mut out).await;
/// assert_eq!(out.into_events(), ["to", "be", "or"]);
/// # }
/// ```
pub struct Output<T> {
    /// What was sent and not handed over.
    events: Vec<T>,
    /// Where a call in flight hands over what it has sent, and the size of a batch.
    handoff: Option<(Arc<Handoff<T>>, usize)>,
}

impl<T> std::fmt::Debug for Output<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").field("events", &self.events.len()).finish_non_exhaustive()
    }
}

impl<T: Send> Output<T> {
    /// Creates an output that keeps all events in memory: for unit tests.
    ///
    /// # Examples
    /// ```
    /// use millstream::operator::Output;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut out = Output::collecting();
    /// out.send(1).await;
    /// assert_eq!(out.into_events(), [1]);
    /// # }
    /// ```
    #[must_use]
    pub fn collecting() -> Self {
        Self { events: Vec::new(), handoff: None }
    }

    /// Creates an output that hands over batches of `limit` events.
    #[must_use]
    pub(crate) fn to(handoff: Arc<Handoff<T>>, limit: usize) -> Self {
        Self { events: Vec::new(), handoff: Some((handoff, limit)) }
    }

    /// Emits an event, waiting while the downstream is full.
    ///
    /// The event gets the time of the event being processed.
    ///
    /// # Cancel safety
    /// Cancel safe if polled once: the event is buffered and emitted with the next one. If the
    /// future is dropped before its first poll, the event is dropped with it.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[operator]
    /// async fn lines_of(page: &'static str, out: &mut Output<&'static str>) {
    ///     for line in page.lines() {
    ///         out.send(line).await;
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let lines = Collected::new();
    /// topology!(
    ///     pages = source(from_iter(["one\ntwo", "three"])),
    ///     pages >> lines_of >> sink(lines.sink()),
    /// )
    /// .run(Config::default())
    /// .await?;
    /// assert_eq!(lines.take(), ["one", "two", "three"]);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn send(&mut self, event: T) {
        self.events.push(event);
        if let Some((handoff, limit)) = &self.handoff
            && self.events.len() >= *limit
        {
            poll_fn(|cx| handoff.poll_put(&mut self.events, cx)).await;
        }
    }

    /// Returns the events of an output made by [`Output::collecting`], in order.
    #[must_use]
    pub fn into_events(self) -> Vec<T> {
        self.events
    }

    /// The number of events sent and not handed over.
    pub(crate) fn len(&self) -> usize {
        self.events.len()
    }

    /// Removes and returns the events sent and not handed over.
    pub(crate) fn drain(&mut self) -> Drain<'_, T> {
        self.events.drain(..)
    }
}
