//! Where the events go that an edge drops.

use super::{Flush, Flushed, Target};
use crate::error::Result;
use crate::event::{Batch, Mark};
use crate::metrics::InstanceCounters;

/// Where the events go that the edges of a router drop: nowhere, unless it has a target.
///
/// They go there from the producer's task. The consumer's could not take them: that it is busy is
/// why they are dropped.
pub(super) struct Overflowed<T> {
    target: Option<Box<dyn Target<T>>>,
    dropped: Batch<T>,
    marks: Vec<Mark>,
}

impl<T> Default for Overflowed<T> {
    fn default() -> Self {
        Self { target: None, dropped: Batch::default(), marks: Vec::new() }
    }
}

impl<T> Overflowed<T> {
    pub(super) fn to(target: Box<dyn Target<T>>) -> Self {
        Self { target: Some(target), ..Self::default() }
    }

    /// Where to put what is dropped; [`count`](Self::count) is to follow.
    pub(super) fn dropped(&mut self) -> &mut Batch<T> {
        &mut self.dropped
    }

    /// Counts what was dropped, and passes it on.
    pub(super) fn count(&mut self, counters: &InstanceCounters) {
        let events = self.dropped.len() as u64;
        if events == 0 {
            return;
        }
        counters.overflow.add(events);
        match &mut self.target {
            Some(target) => target.take(&mut self.dropped),
            None => counters.dropped.add(events),
        }
        self.dropped.clear();
    }

    /// Notes a mark that follows what will yet be dropped of the events before it.
    ///
    /// None of event time is among them: the events come in no order of time, since one may be
    /// dropped long after others that are younger.
    pub(super) fn mark(&mut self, mark: Mark) {
        if self.target.is_some() && !matches!(mark, Mark::Watermark(_) | Mark::Idle) {
            self.marks.push(mark);
        }
    }

    /// Passes the marks on: all events before them have been sent or dropped.
    pub(super) fn release_marks(&mut self) {
        if let Some(target) = &mut self.target {
            self.marks.drain(..).for_each(|mark| target.mark(mark));
        }
    }

    pub(super) fn try_flush(&mut self, flush: Flush) -> Result<Flushed> {
        self.target.as_mut().map_or(Ok(Flushed::Done), |target| target.try_flush(flush))
    }

    pub(super) async fn flush(&mut self, flush: Flush) -> Result<()> {
        match &mut self.target {
            Some(target) => target.flush(flush).await,
            None => Ok(()),
        }
    }
}
