//! The overflow output of an edge: events that found no room.

use super::{Flush, Flushed, Target};
use crate::error::Result;
use crate::event::{Batch, Mark};
use crate::metrics::{EdgeCounters, InstanceCounters};
use crate::mutant::Mutant;
use std::sync::Arc;

/// Receives the events that the channels of a router drop, and sends them to the overflow output.
///
/// It runs in the producer's task. The consumer could not forward them: events are dropped because
/// it is busy.
pub(super) struct Overflowed<T> {
    /// The overflow output; without it, dropped events are only counted.
    target: Option<Box<dyn Target<T>>>,
    /// Events that the current send has dropped; empty between two sends.
    dropped: Batch<T>,
    /// Marks that follow events which may yet be dropped, in order.
    marks: Vec<Mark>,
    /// Counts what is dropped.
    edge: Option<Arc<EdgeCounters>>,
}

impl<T> Default for Overflowed<T> {
    fn default() -> Self {
        Self { target: None, dropped: Batch::default(), marks: Vec::new(), edge: None }
    }
}

impl<T> Overflowed<T> {
    /// Sends dropped events to `target`.
    pub(super) fn to(target: Box<dyn Target<T>>) -> Self {
        Self { target: Some(target), ..Self::default() }
    }

    /// Counts what is dropped by `edge`.
    pub(super) fn counted(&mut self, edge: &Arc<EdgeCounters>) {
        self.edge = Some(Arc::clone(edge));
    }

    /// Where a send puts what it drops; call [`count`](Self::count) afterwards.
    pub(super) fn dropped(&mut self) -> &mut Batch<T> {
        &mut self.dropped
    }

    /// Counts what was dropped and forwards it.
    pub(super) fn count(&mut self, counters: &InstanceCounters) {
        if !self.dropped.is_empty() && Mutant::DroppedUncounted.strikes() {
            self.dropped.clear();
        }
        let events = self.dropped.len() as u64;
        if events == 0 {
            return;
        }
        counters.count_overflow(events);
        if let Some(edge) = &self.edge {
            edge.dropped.add(events);
        }
        match &mut self.target {
            Some(target) => target.take(&mut self.dropped),
            None => counters.count_dropped(events),
        }
        self.dropped.clear();
    }

    /// Defers a mark until all events before it are sent or dropped.
    ///
    /// Watermarks are left out: dropped events are in no order of event time, since one may be
    /// dropped long after others that are younger.
    pub(super) fn mark(&mut self, mark: Mark) {
        if self.target.is_some() && !matches!(mark, Mark::Watermark(_) | Mark::Idle) {
            self.marks.push(mark);
        }
    }

    /// Forwards the deferred marks: all events before them are sent or dropped.
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
