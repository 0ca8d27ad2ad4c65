//! Sends an output to all its consumers.

use super::{Flush, Flushed, Outbox, Target};
use crate::error::Result;
use crate::event::{Batch, Mark, Meta, Passed, Times};
use crate::metrics::InstanceCounters;
use crate::operator::{Emit, NoSnapshot, OperatorPlace, Uncounted};
use async_trait::async_trait;
use std::fmt;
use std::sync::Arc;

/// Copies a batch for one more consumer; a function pointer, so that only outputs with many
/// consumers require `T: Clone`.
type Copier<T> = fn(&mut Batch<T>, &Batch<T>);

/// The tail of an output: fills batches and sends each to all consumers.
///
/// The last consumer receives the batch itself, the others a copy.
///
/// # Examples
/// ```
/// use millstream::plumbing::channel::local;
/// use millstream::plumbing::exchange::{LocalTarget, Tee};
/// use millstream::plumbing::marks::{Element, Meta, Times};
/// use millstream::plumbing::operators::Emit;
/// use std::sync::Arc;
///
/// let (sender, receiver) = local();
/// let target = Box::new(LocalTarget::new(sender, Arc::default()));
/// let mut output = Tee::one(Some(target), 2, Times::Absent, Arc::default());
/// for order in [1, 2, 3] {
///     output.emit(order, Meta::default())?;
/// }
/// assert!(matches!(receiver.take(), Some(Element::Batch(full)) if full.values() == [1, 2]));
/// assert!(receiver.take().is_none(), "the batch of order 3 is not full");
/// output.batch_end(3)?;
/// assert!(matches!(receiver.take(), Some(Element::Batch(rest)) if rest.values() == [3]));
/// # Ok::<(), millstream::Error>(())
/// ```
pub struct Tee<T> {
    /// The batch being filled.
    open: Batch<T>,
    /// Holds the copy for one consumer; its memory is reused.
    scratch: Batch<T>,
    targets: Vec<Box<dyn Target<T>>>,
    /// Present if there may be more than one target.
    copier: Option<(Copier<T>, OperatorPlace)>,
    /// What the split of the events being emitted had passed.
    passed: Passed,
    /// The number of events at which `open` is forwarded.
    limit: usize,
    /// Whether batches carry event time.
    times: Times,
    /// Whether the end mark has passed.
    ended: bool,
    /// Counts events that have no consumer as dropped.
    counters: Arc<InstanceCounters>,
}

impl<T> fmt::Debug for Tee<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tee").field("targets", &self.targets.len()).finish_non_exhaustive()
    }
}

impl<T> Tee<T> {
    /// An output with at most one consumer. Without one, events are dropped and counted.
    #[must_use]
    pub fn one(
        target: Option<Box<dyn Target<T>>>,
        limit: usize,
        times: Times,
        counters: Arc<InstanceCounters>,
    ) -> Self {
        Self {
            open: Batch::default(),
            scratch: Batch::default(),
            targets: target.into_iter().collect(),
            copier: None,
            passed: Passed::NOTHING,
            limit,
            times,
            ended: false,
            counters,
        }
    }

    /// An output with any number of consumers, which receive batches of at most `limit` events.
    #[must_use]
    pub fn all(
        targets: Vec<Box<dyn Target<T>>>,
        limit: usize,
        times: Times,
        (counters, place): (Arc<InstanceCounters>, OperatorPlace),
    ) -> Self
    where
        T: Clone,
    {
        let copier: Copier<T> = |to, from| to.copy_from(from);
        Self { targets, copier: Some((copier, place)), ..Self::one(None, limit, times, counters) }
    }

    /// Whether the end mark has passed.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    #[inline(always)]
    pub(super) fn push(&mut self, value: T, meta: Meta) {
        self.open.push_with(value, meta.time, self.times);
        if self.open.len() >= self.limit {
            self.forward();
        }
    }

    /// Emits an event, whose split had passed this, into an output that has only such events.
    #[inline]
    pub fn emit_with(&mut self, passed: Passed, value: T, meta: Meta) {
        if passed.is_nothing() {
            return self.push(value, meta);
        }
        self.set_passed(passed);
        self.push(value, meta);
        self.set_passed(Passed::NOTHING);
    }

    pub(super) fn set_passed(&mut self, passed: Passed) {
        if self.times == Times::Beside {
            self.passed = passed;
            self.open.passed(passed);
        }
    }

    pub(super) fn pass(&mut self, mark: Mark) {
        self.forward();
        self.ended |= mark == Mark::End;
        self.targets.iter_mut().for_each(|target| target.mark(mark));
    }

    pub(super) fn end_batch(&mut self) {
        self.forward();
        self.targets.iter_mut().for_each(|target| target.batch_end());
    }

    /// Sends the open batch to all consumers. Not inlined: [`push`](Tee::push) is part of every
    /// loop that ends here.
    #[inline(never)]
    fn forward(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let Some((last, others)) = self.targets.split_last_mut() else {
            self.counters.count_dropped(self.open.len() as u64);
            self.open.clear();
            self.open.passed(self.passed);
            return;
        };
        if let Some((copy, place)) = &self.copier {
            for target in others {
                let watch = place.watch(Uncounted, &NoSnapshot);
                copy(&mut self.scratch, &self.open);
                watch.end();
                target.take(&mut self.scratch);
            }
        }
        last.take(&mut self.open);
        // A consumer in this task has swapped the batch for a spare; one in another has drained it.
        self.open.clear();
        self.scratch.clear();
        self.open.passed(self.passed);
    }
}

impl<T: Send> Emit<T> for Tee<T> {
    #[inline(always)]
    fn emit(&mut self, value: T, meta: Meta) -> Result<()> {
        self.push(value, meta);
        Ok(())
    }

    fn passed(&mut self, passed: Passed) -> Result<()> {
        self.set_passed(passed);
        Ok(())
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        self.pass(mark);
        Ok(())
    }

    fn batch_end(&mut self, _: u64) -> Result<()> {
        self.end_batch();
        Ok(())
    }
}

#[async_trait]
impl<T: Send> Outbox for Tee<T> {
    fn try_flush(&mut self, flush: Flush) -> Result<Flushed> {
        let mut progress = Flushed::Done;
        for target in &mut self.targets {
            progress = progress.and(target.try_flush(flush)?);
        }
        Ok(progress)
    }

    async fn flush(&mut self, flush: Flush) -> Result<()> {
        for target in &mut self.targets {
            target.flush(flush).await?;
        }
        Ok(())
    }
}
