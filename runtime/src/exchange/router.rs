//! Sends each event to the instance its grouping picks.

use super::{Flush, Flushed, Outbox, Senders, Target};
use crate::error::Result;
use crate::event::{Batch, Mark, Meta, Passed};
use crate::grouping::{Destination, Grouping};
use crate::operator::{Emit, NoSnapshot, OperatorPlace};
use futures::future::BoxFuture;
use std::convert::Infallible;
use std::fmt;

/// The tail of an edge between tasks: sends each event to the instance its grouping picks.
///
/// # Examples
/// ```
/// use millstream::grouping::Shuffle;
/// use millstream::plumbing::channel::{Capacity, link};
/// use millstream::plumbing::exchange::{EdgeSender, Flush, Flushed, Outbox, Router, Senders};
/// use millstream::plumbing::marks::{Meta, Times};
/// use millstream::operator::Instance;
/// use millstream::plumbing::operators::{Emit, NoSnapshot, OperatorPlace, Uncounted};
///
/// // Room for two batches of one event for the only instance.
/// let capacity = Capacity::of(2, 1);
/// let (sender, mut receiver) = link(capacity);
/// let senders = vec![EdgeSender::Channel(sender)];
/// let senders = Senders::new(senders, capacity, Times::Absent);
/// let place = OperatorPlace::new("orders".into(), Instance::ONLY);
/// let mut router = Router::new(Shuffle::default(), senders, place);
/// for order in [1, 2, 3] {
///     router.emit(order, Meta::default())?;
/// }
/// assert_eq!(router.try_flush(Flush::Full)?, Flushed::MustWait, "order 3 finds no room");
///
/// # let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
/// assert!(receiver.poll_recv(&mut cx).is_ready());
/// assert_eq!(router.try_flush(Flush::Full)?, Flushed::Done);
/// # Ok::<(), millstream::Error>(())
/// ```
pub struct Router<T, G> {
    /// Picks the instance.
    grouping: G,
    /// A channel to each instance.
    to: Senders<T>,
    /// Names the key function if it panics.
    place: OperatorPlace,
}

impl<T, G> fmt::Debug for Router<T, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router").field("to", &self.to).finish_non_exhaustive()
    }
}

impl<T, G: Grouping<T>> Router<T, G> {
    /// A router to these instances.
    #[must_use]
    pub fn new(grouping: G, to: Senders<T>, place: OperatorPlace) -> Self {
        Self { grouping, to, place }
    }

    /// Whether the end mark has passed.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.to.has_ended()
    }

    #[inline(always)]
    fn route(&mut self, value: T, mut meta: Meta) {
        let instances = self.to.instances();
        let to = &self.to;
        let routed = || 1 + to.events();
        let watch = self.place.watch(routed, &NoSnapshot);
        let destination = self.grouping.route(&value, &mut meta, instances);
        watch.end();
        let full = match destination {
            Destination::To(instance) => self.to.push(instance, value, meta, G::HASHES),
            Destination::ToAll => self.to.push_to_all(value, meta, G::HASHES, &self.place),
        };
        if full {
            self.grouping.next_batch(instances);
        }
    }

    /// Closes the batches being filled that are to be sent, even if they are not full.
    fn close_partial(&mut self, flush: Flush) {
        if self.to.close_partial(flush) {
            self.grouping.flushed(self.to.instances());
        }
    }
}

impl<T: Send, G: Grouping<T>> Emit<T> for Router<T, G> {
    #[inline(always)]
    fn emit(&mut self, value: T, meta: Meta) -> Result<()> {
        self.route(value, meta);
        Ok(())
    }

    fn passed(&mut self, passed: Passed) -> Result<()> {
        self.to.set_passed(passed);
        Ok(())
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        self.to.pass(mark);
        Ok(())
    }

    fn batch_end(&mut self, _: u64) -> Result<()> {
        Ok(())
    }
}

impl<T: Send, G: Grouping<T>> Outbox for Router<T, G> {
    fn try_flush(&mut self, flush: Flush) -> Result<Flushed> {
        self.close_partial(flush);
        self.to.try_flush(flush)
    }

    // No `async fn`: its future would be compiled for every grouping.
    fn flush<'s, 'f>(&'s mut self, flush: Flush) -> BoxFuture<'f, Result<()>>
    where
        's: 'f,
        Self: 'f,
    {
        self.close_partial(flush);
        Box::pin(self.to.flush(flush))
    }
}

impl<T: Send, G: Grouping<T>> Target<T> for Router<T, G> {
    fn take(&mut self, batch: &mut Batch<T>) {
        let Ok(()) = batch.each_part(|part, change| {
            if let Some(passed) = change {
                self.to.set_passed(passed);
            }
            part.drain(|value, meta| {
                self.route(value, meta);
                Ok::<(), Infallible>(())
            })
        });
    }

    fn mark(&mut self, mark: Mark) {
        self.to.pass(mark);
    }
}
