//! The links of a chain: each transforms events between root and tail.
//!
//! A [`Link`] implements what is special about it; [`Linked`] drives it and forwards marks. To add
//! a kind of link: a file here, one of the same name in [`lowering::chain`](crate::lowering), a
//! line in each `mod.rs`.

mod drop_key;
mod event_time;
mod in_order;
mod key_by;
mod linked;
mod operator;
#[cfg(test)]
mod restored;
mod store;
#[cfg(test)]
mod tests;

pub use drop_key::DropKey;
pub use event_time::{OpenSplit, RestoredWatermark, TimeAssigner};
pub use in_order::Sorter;
pub use key_by::KeyBy;
pub use linked::Linked;
pub use operator::OperatorLink;
pub use store::{StoreLink, StoreOutputs};

use super::VisitSides;
use crate::checkpoint::{PartKind, RowsWriter};
use crate::error::Result;
use crate::event::{Mark, Meta, Passed};
use crate::operator::Emit;
use crate::state::WrittenShapes;
use crate::time::{EventTime, InputIndex};
use std::task::{Context, Poll};

/// Implement this to add a kind of node that runs inside the loop of its chain.
///
/// For one turn, [`Linked`] calls [`begin`](Self::begin), then the methods for events and marks in
/// the order in which they arrive, then [`finish`](Self::finish). It forwards each mark after what
/// the link emits for it: an implementation only adds what the mark causes, such as the results of
/// a window. Every method but `begin` and `event` has a default that lets marks pass.
pub trait Link<In>: Send + 'static {
    /// The events it emits.
    type Out: Send + 'static;
    /// What changes with every event, such as counts: lives on the stack during a turn, where the
    /// compiler keeps it in registers.
    type Hot;

    /// Whether it waits for the job's clock. If not, the code of `poll_due`, `interrupt` and `due`
    /// is not compiled.
    const WAITS: bool = false;

    /// Whether it buffers events to process them together. If not, the code of `catch_up` is not
    /// compiled.
    const BUFFERS: bool = false;

    /// Whether `watermark` or `end` does anything. If not, marks pass without their code.
    const HANDLES_MARKS: bool = true;

    /// Whether it can [look ahead](Self::looks_ahead).
    const LOOKS_AHEAD: bool = false;

    /// Whether to look ahead now: what events need is probably not in a cache.
    fn looks_ahead(&self) -> bool {
        false
    }

    /// Reads what an event will need, and does nothing with it: the processor fetches it while the
    /// same is done for other events.
    #[inline(always)]
    fn look_at(&self, _event: &In, _meta: Meta) {}

    /// The memory for a group of events, taken for a turn.
    fn group(&mut self) -> Option<&mut Vec<(In, Meta)>> {
        None
    }

    /// What the link keeps in checkpoints. If nothing, the code of `save` and `restore` is not
    /// compiled.
    const KEEPS: Option<PartKind> = None;

    /// Begins a turn: moves the hot part onto the stack.
    fn begin(&mut self) -> Self::Hot;

    /// Ends a turn, also one that fails: takes the hot part back.
    #[inline(always)]
    fn finish(&mut self, _: Self::Hot) {}

    /// Receives an event, with what travels beside it and the watermark at this link.
    ///
    /// # Errors
    /// If user code or `into` fails; the job fails with it.
    fn event<E: Emit<Self::Out>>(
        &mut self,
        hot: &mut Self::Hot,
        event: In,
        at: (Meta, EventTime),
        into: &mut E,
    ) -> Result<()>;

    /// Hears what the split of the events that follow had passed; returns what to forward, if
    /// anything.
    #[inline(always)]
    fn passed(&mut self, passed: Passed) -> Option<Passed> {
        Some(passed)
    }

    /// Hears the watermark of a side of a join alone, before that of the join.
    #[inline(always)]
    fn side_passed(&mut self, _side: InputIndex, _watermark: EventTime) {}

    /// Receives a watermark, never less than the last; returns the watermark to forward, if any.
    ///
    /// # Errors
    /// If user code or `into` fails; the job fails with it.
    #[inline(always)]
    fn watermark<E: Emit<Self::Out>>(
        &mut self,
        _hot: &mut Self::Hot,
        watermark: EventTime,
        _into: &mut E,
    ) -> Result<Option<EventTime>> {
        Ok(Some(watermark))
    }

    /// Receives an idle mark: no watermark follows until there are events again.
    ///
    /// # Errors
    /// If user code or `into` fails; the job fails with it.
    #[inline(always)]
    fn idle<E: Emit<Self::Out>>(&mut self, _hot: &mut Self::Hot, _into: &mut E) -> Result<()> {
        Ok(())
    }

    /// Receives the end of a batch of `events` events; returns the number of events that the link
    /// has emitted since the last.
    ///
    /// # Errors
    /// If user code or `into` fails; the job fails with it.
    #[inline(always)]
    fn batch_end<E: Emit<Self::Out>>(
        &mut self,
        _hot: &mut Self::Hot,
        events: u64,
        _into: &mut E,
    ) -> Result<u64> {
        Ok(events)
    }

    /// Receives the end of a slice of a batch, which goes on in another turn: keeps what `hot` has
    /// counted.
    ///
    /// # Errors
    /// If `into` fails; the job fails with it.
    #[inline(always)]
    fn slice_end<E: Emit<Self::Out>>(&mut self, _hot: &mut Self::Hot, _into: &mut E) -> Result<()> {
        Ok(())
    }

    /// Receives the end of the stream: emits whatever is still buffered.
    ///
    /// # Errors
    /// If user code or `into` fails; the job fails with it.
    #[inline(always)]
    fn end<E: Emit<Self::Out>>(&mut self, _hot: &mut Self::Hot, _into: &mut E) -> Result<()> {
        Ok(())
    }

    /// Processes events that the link has collected for speed alone. Called before each mark and
    /// each end of a batch, so that none of them overtakes an event.
    ///
    /// # Errors
    /// If user code or `into` fails; the job fails with it.
    #[inline(always)]
    fn catch_up<E: Emit<Self::Out>>(&mut self, _hot: &mut Self::Hot, _into: &mut E) -> Result<()> {
        Ok(())
    }

    /// Whether this turn is for the job's clock alone.
    #[inline(always)]
    fn is_due(&self) -> bool {
        false
    }

    /// Processes what is due by the job's clock. Called at the beginning of each turn.
    ///
    /// # Errors
    /// If user code or `into` fails; the job fails with it.
    #[inline(always)]
    fn due<E: Emit<Self::Out>>(
        &mut self,
        _hot: &mut Self::Hot,
        _watermark: EventTime,
        _into: &mut E,
    ) -> Result<DueTurn> {
        Ok(DueTurn::Nothing)
    }

    /// Ready once something is due by the job's clock; polled while the chain upstream has nothing,
    /// and at the end of each turn.
    #[inline(always)]
    fn poll_due(&mut self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }

    /// Cancels that wait: the chain upstream has something after all.
    #[inline(always)]
    fn interrupt(&mut self) {}

    /// Continues from what is restored; called once all rows are, if the job takes checkpoints, and
    /// also if there were none. Returns the watermark that the link had passed at the checkpoint.
    fn resume(&mut self) -> EventTime {
        EventTime::MIN
    }

    /// Writes what has changed since the last checkpoint, when a barrier or the end passes.
    ///
    /// # Errors
    /// If something refuses to be serialized: the job fails.
    fn save(&mut self, _hot: &mut Self::Hot, _into: &mut RowsWriter) -> Result<()> {
        Ok(())
    }

    /// Takes back a row of a checkpoint, before the job starts; `written` has the shapes of types
    /// that are others now.
    ///
    /// # Errors
    /// If it was written by other types: the job does not start.
    fn restore(&mut self, _key: &[u8], _value: &[u8], _written: &WrittenShapes) -> Result<()> {
        Ok(())
    }

    /// Calls `visit` with each side output: they are flushed together with the main output.
    #[inline(always)]
    fn sides<'a>(&'a mut self, _: VisitSides<'_, 'a>) {}

    /// Emits a mark into the side outputs, which get every mark that the main output gets.
    ///
    /// # Errors
    /// If a side output fails.
    #[inline(always)]
    fn mark_sides(&mut self, _: Mark) -> Result<()> {
        Ok(())
    }

    /// Ends a batch of the side outputs.
    ///
    /// # Errors
    /// If a side output fails.
    #[inline(always)]
    fn end_batch_of_sides(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Whether a turn is for the job's clock alone, as a link returns from [`Link::due`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueTurn {
    /// It is not: the chain upstream has something to drive.
    Nothing,
    /// It is not, and what the link has emitted is ahead of what the chain upstream has.
    Emitted,
    /// It is, and a batch of what the link emitted ends here.
    Batch,
    /// It is, and the link's input has become idle.
    Idle,
}
