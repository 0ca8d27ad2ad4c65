//! The tail of a chain that ends in a sink.

use super::sink_saver::SinkSaver;
use crate::checkpoint::Moment;
use crate::control::EpochTail;
use crate::error::{Error, Instance, Result, Role};
use crate::event::{Mark, Meta, Passed};
use crate::exchange::{Flush, Flushed, Outbox};
use crate::metrics::{InstanceCounters, StepFlow, StepKind};
use crate::mutant::Mutant;
use crate::operator::{Emit, NoSnapshot, OperatorPlace, Uncounted, WatchedCall};
use crate::sink::Writer;
use crate::stage::{Drive, Tail, Way};
use async_trait::async_trait;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Writes events into a sink as they arrive; sends, flushes and closes it when it is flushed.
///
/// Writing must not wait, so it is part of the chain's loop. A barrier is acknowledged as it
/// passes: everything before it has been written, though not necessarily flushed.
pub struct SinkTail<W, T> {
    /// The user's sink; on the stack while a batch is driven.
    writer: Option<W>,
    node: SinkNode,
    /// Where barriers are acknowledged.
    epochs: EpochTail,
    /// What the next flush has to do.
    state: SinkState,
    /// Where it reports what it has written, in a job with checkpoints.
    saver: Option<SinkSaver>,
    events: PhantomData<fn(T)>,
}

/// What an event that is written adds to the count of an audit. In a release build, whose loop over
/// events has no instruction to spare for it, what has arrived counts as written.
const WRITTEN: u64 = if cfg!(debug_assertions) { 1 } else { 0 };

/// The node of a sink, whatever the types of its writer and its events.
struct SinkNode {
    /// Names the sink in errors.
    place: OperatorPlace,
    counters: Arc<InstanceCounters>,
    flow: Arc<StepFlow>,
    /// Drains the job if the reader of the output is gone.
    drain: CancellationToken,
    /// Events since the last flush that are not counted as dropped.
    unflushed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SinkState {
    /// Everything written is flushed.
    Clean,
    /// Something was written since the last flush.
    Written,
    /// The end mark has arrived: flush and close the writer.
    Ending,
    /// The writer is closed.
    Ended,
}

impl<W, T> fmt::Debug for SinkTail<W, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SinkTail").field("place", &self.node.place).finish_non_exhaustive()
    }
}

impl<W, T> SinkTail<W, T> {
    /// A tail that writes with `writer`.
    pub fn new(
        writer: W,
        place: OperatorPlace,
        counters: Arc<InstanceCounters>,
        (epochs, drain): (EpochTail, CancellationToken),
        saver: Option<SinkSaver>,
    ) -> Self {
        let (writer, state) = (Some(writer), SinkState::Clean);
        let flow = counters.add_step(StepKind::Sink);
        let node = SinkNode { place, counters, flow, drain, unflushed: 0 };
        Self { writer, node, epochs, state, saver, events: PhantomData }
    }

    /// Reports with the next flush what has been written up to a mark.
    fn cut_at(&mut self, moment: Moment) {
        if let Some(saver) = &mut self.saver {
            saver.cut_at(moment);
        }
    }

    fn is_cut_due(&self) -> bool {
        self.saver.as_ref().is_some_and(SinkSaver::is_due)
    }

    fn has_backlog(&self) -> bool
    where
        W: Writer<T>,
    {
        self.writer.as_ref().is_some_and(Writer::has_backlog)
    }
}

/// What is lost because the reader of the output is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lost {
    /// The event being written.
    Event,
    /// What was written since the last flush.
    Unflushed,
}

impl SinkNode {
    /// Watches a call of the sink.
    #[inline(always)]
    fn watch(&self) -> WatchedCall<'_, Uncounted, NoSnapshot> {
        self.place.watch(Uncounted, &NoSnapshot)
    }

    /// Resets what a flush has written, or handles its error.
    fn flushed(&mut self, written: Result<()>, state: SinkState) -> Result<()> {
        match written {
            Ok(()) if state == SinkState::Written => {}
            Ok(()) => self.unflushed = 0,
            Err(error) => return self.failed(error, Lost::Unflushed),
        }
        Ok(())
    }

    /// Names the sink in its error. If the reader of the output is gone, as under `app | head`, it
    /// is no error, and the job drains.
    ///
    /// # Errors
    /// In all other cases.
    #[cold]
    fn failed(&mut self, error: Error, lost: Lost) -> Result<()> {
        if !error.is_unread() {
            return Err(error.of(Role::Sink, self.place.node(), Instance::ONLY));
        }
        let dropped = match lost {
            Lost::Event => 1,
            Lost::Unflushed => std::mem::take(&mut self.unflushed),
        };
        self.counters.count_dropped(dropped);
        // It is one of the events of a batch that is still to end.
        self.unflushed = self.unflushed.wrapping_sub(u64::from(lost == Lost::Event));
        if !self.drain.is_cancelled() {
            let sink = self.place.node();
            tracing::info!(%sink, "draining the job: the reader of its output is gone");
        }
        self.drain.cancel();
        Ok(())
    }
}

impl SinkState {
    /// What is left to do after a flush.
    fn flushed(self, flush: Flush) -> Self {
        match self {
            Self::Ending | Self::Ended => Self::Ended,
            Self::Clean | Self::Written if flush == Flush::All => Self::Clean,
            other @ (Self::Clean | Self::Written) => other,
        }
    }
}

/// A sink tail during one turn. The writer is on the stack, where the compiler keeps what it can of
/// it in registers.
struct OpenSink<'a, W, T> {
    writer: W,
    /// The number of events written.
    written: u64,
    tail: &'a mut SinkTail<W, T>,
}

impl<T, W: Writer<T>> Emit<T> for OpenSink<'_, W, T> {
    #[inline(always)]
    fn emit(&mut self, value: T, _: Meta) -> Result<()> {
        let node = &mut self.tail.node;
        if Mutant::LostAtSink.strikes() {
            return Ok(());
        }
        self.written += WRITTEN;
        let watch = node.watch();
        let written = self.writer.write(value);
        watch.end();
        written.or_else(|error| node.failed(error, Lost::Event))
    }

    fn passed(&mut self, _: Passed) -> Result<()> {
        Ok(())
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        self.tail.mark(mark)
    }

    fn batch_end(&mut self, events: u64) -> Result<()> {
        self.tail.batch_end(events)
    }
}

impl<T, W: Writer<T>> Emit<T> for SinkTail<W, T> {
    fn emit(&mut self, value: T, _: Meta) -> Result<()> {
        let Some(writer) = &mut self.writer else {
            return Ok(());
        };
        let watch = self.node.watch();
        self.node.flow.processed.add(WRITTEN);
        let written = writer.write(value);
        watch.end();
        written.or_else(|error| self.node.failed(error, Lost::Event))
    }

    fn passed(&mut self, _: Passed) -> Result<()> {
        Ok(())
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        match mark {
            Mark::Barrier(epoch) => {
                self.node.counters.barriers.add(1);
                self.epochs.acknowledge(epoch);
                self.cut_at(Moment::Barrier(epoch));
            }
            Mark::End => {
                self.state = SinkState::Ending;
                self.cut_at(Moment::End);
                self.epochs.end();
            }
            _ => {}
        }
        Ok(())
    }

    fn batch_end(&mut self, events: u64) -> Result<()> {
        self.node.counters.events_in.add(events);
        if const { WRITTEN == 0 } {
            self.node.flow.processed.add(events);
        }
        self.node.unflushed = self.node.unflushed.wrapping_add(events);
        self.state = SinkState::Written;
        Ok(())
    }
}

#[async_trait]
impl<T: 'static, W: Writer<T>> Outbox for SinkTail<W, T> {
    fn try_flush(&mut self, flush: Flush) -> Result<Flushed> {
        let waits = match self.state {
            _ if self.is_cut_due() => true,
            SinkState::Clean | SinkState::Ended => false,
            SinkState::Written => flush == Flush::All || self.has_backlog(),
            SinkState::Ending => true,
        };
        Ok(if waits { Flushed::MustWait } else { Flushed::Done })
    }

    async fn flush(&mut self, flush: Flush) -> Result<()> {
        let ends = self.state == SinkState::Ending;
        let is_cut_due = self.is_cut_due();
        let Some(writer) = &mut self.writer else {
            return Ok(());
        };
        let watch = self.node.watch();
        let mut written = writer.send().await;
        if written.is_ok() && (flush == Flush::All || ends || is_cut_due) {
            written = writer.flush().await;
        }
        if written.is_ok()
            && let Some(saver) = &mut self.saver
        {
            written = saver.cut(writer);
        }
        if written.is_ok() && ends {
            written = writer.close().await;
        }
        watch.end();
        self.state = self.state.flushed(flush);
        self.node.flushed(written, self.state)?;
        if let Some(saver) = &mut self.saver {
            saver.skip();
        }
        Ok(())
    }
}

impl<T: 'static, W: Writer<T>> Tail<T> for SinkTail<W, T> {
    const REDELIVERS: bool = false;

    fn has_ended(&self) -> bool {
        self.state == SinkState::Ended
    }

    fn drive<V: Way, C: Drive<Out = T>>(&mut self, chain: &mut C) -> Result<()> {
        let Some(writer) = self.writer.take() else {
            return Ok(());
        };
        let mut open = OpenSink { writer, written: 0, tail: self };
        let driven = chain.drive::<V, _>(&mut open);
        let OpenSink { writer, written, tail } = open;
        tail.node.flow.processed.add(written);
        tail.writer = Some(writer);
        driven
    }

    #[inline(never)]
    fn pass<C: Drive<Out = T>>(&mut self, chain: &mut C) -> Result<()> {
        let Some(writer) = self.writer.take() else {
            return Ok(());
        };
        let mut open = OpenSink { writer, written: 0, tail: self };
        let passed = chain.pass(&mut open);
        let OpenSink { writer, written, tail } = open;
        tail.node.flow.processed.add(written);
        tail.writer = Some(writer);
        passed
    }
}
