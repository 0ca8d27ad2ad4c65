//! The tail of a chain that ends in a sink.

use crate::control::EpochTail;
use crate::error::{Error, Instance, Result, Role};
use crate::event::{Mark, Meta};
use crate::exchange::{Flush, Flushed, Outbox};
use crate::metrics::InstanceCounters;
use crate::operator::Emit;
use crate::sink::Writer;
use crate::stage::{Drive, Tail};
use async_trait::async_trait;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// Writes events into a sink as they arrive; sends, flushes and closes it when it is flushed.
///
/// Writing must not wait, so it is part of the chain's loop. A barrier is acknowledged as it
/// passes: everything before it has been written, though not necessarily flushed.
pub struct SinkTail<W, T> {
    /// The user's sink; on the stack while a batch is driven.
    writer: Option<W>,
    /// The node, for error messages.
    name: Arc<str>,
    counters: Arc<InstanceCounters>,
    /// Where barriers are acknowledged.
    epochs: EpochTail,
    /// What the next flush has to do.
    state: SinkState,
    events: PhantomData<fn(T)>,
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
        f.debug_struct("SinkTail").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<W, T> SinkTail<W, T> {
    /// A tail that writes with `writer`.
    pub fn new(
        writer: W,
        name: Arc<str>,
        counters: Arc<InstanceCounters>,
        epochs: EpochTail,
    ) -> Self {
        let (writer, state) = (Some(writer), SinkState::Clean);
        Self { writer, name, counters, epochs, state, events: PhantomData }
    }

    fn has_backlog(&self) -> bool
    where
        W: Writer<T>,
    {
        self.writer.as_ref().is_some_and(Writer::has_backlog)
    }

    #[cold]
    fn failed(name: &Arc<str>, error: Error) -> Error {
        error.of(Role::Sink, name, Instance::ONLY)
    }
}

/// A sink tail during one turn. The writer is on the stack, where the compiler keeps what it can of
/// it in registers.
struct OpenSink<'a, W, T> {
    writer: W,
    tail: &'a mut SinkTail<W, T>,
}

impl<T, W: Writer<T>> Emit<T> for OpenSink<'_, W, T> {
    #[inline(always)]
    fn emit(&mut self, value: T, _: Meta) -> Result<()> {
        let name = &self.tail.name;
        self.writer.write(value).map_err(|error| SinkTail::<W, T>::failed(name, error))
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
        writer.write(value).map_err(|error| Self::failed(&self.name, error))
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        match mark {
            Mark::Barrier(epoch) => {
                self.counters.barriers.add(1);
                self.epochs.acknowledge(epoch);
            }
            Mark::End => {
                self.state = SinkState::Ending;
                self.epochs.end();
            }
            _ => {}
        }
        Ok(())
    }

    fn batch_end(&mut self, events: u64) -> Result<()> {
        self.counters.events_in.add(events);
        self.state = SinkState::Written;
        Ok(())
    }
}

#[async_trait]
impl<T: 'static, W: Writer<T>> Outbox for SinkTail<W, T> {
    fn try_flush(&mut self, flush: Flush) -> Result<Flushed> {
        let waits = match self.state {
            SinkState::Clean | SinkState::Ended => false,
            SinkState::Written => flush == Flush::All || self.has_backlog(),
            SinkState::Ending => true,
        };
        Ok(if waits { Flushed::MustWait } else { Flushed::Done })
    }

    async fn flush(&mut self, flush: Flush) -> Result<()> {
        let state = self.state;
        let Some(writer) = &mut self.writer else {
            return Ok(());
        };
        let written = async {
            writer.send().await?;
            if flush == Flush::All || state == SinkState::Ending {
                writer.flush().await?;
            }
            if state == SinkState::Ending {
                writer.close().await?;
            }
            Ok(())
        };
        written.await.map_err(|error| Self::failed(&self.name, error))?;
        self.state = match state {
            SinkState::Ending | SinkState::Ended => SinkState::Ended,
            SinkState::Clean | SinkState::Written if flush == Flush::All => SinkState::Clean,
            other @ (SinkState::Clean | SinkState::Written) => other,
        };
        Ok(())
    }
}

impl<T: 'static, W: Writer<T>> Tail<T> for SinkTail<W, T> {
    const REDELIVERS: bool = false;

    fn has_ended(&self) -> bool {
        self.state == SinkState::Ended
    }

    fn drive<C: Drive<Out = T>>(&mut self, chain: &mut C) -> Result<()> {
        let Some(writer) = self.writer.take() else {
            return Ok(());
        };
        let mut open = OpenSink { writer, tail: self };
        let driven = chain.drive(&mut open);
        let OpenSink { writer, tail } = open;
        tail.writer = Some(writer);
        driven
    }

    #[inline(never)]
    fn pass<C: Drive<Out = T>>(&mut self, chain: &mut C) -> Result<()> {
        let Some(writer) = self.writer.take() else {
            return Ok(());
        };
        let mut open = OpenSink { writer, tail: self };
        let passed = chain.pass(&mut open);
        let OpenSink { writer, tail } = open;
        tail.writer = Some(writer);
        passed
    }
}
