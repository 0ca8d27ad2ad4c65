//! The links of a chain: what is done to each event on its way downstream.
//!
//! A [`Link`] says what it does to an event and to a mark; [`Linked`] drives it. To add a kind of
//! link: a file here, one beside it in [`lowering::chain`](crate::lowering), a line in each
//! `mod.rs`.

mod drop_key;
mod event_time;
mod in_order;
mod key_by;
mod operator;
mod store;
#[cfg(test)]
mod tests;

pub use drop_key::DropKey;
pub use event_time::TimeAssigner;
pub use in_order::Sorter;
pub use key_by::KeyBy;
pub use operator::OperatorLink;
pub use store::{StoreLink, StoreOutputs};

use super::{Chain, Drive, VisitSides};
use crate::error::Result;
use crate::event::{Mark, Meta};
use crate::operator::Emit;
use crate::time::{EventClock, EventTime};
use std::fmt;
use std::marker::PhantomData;
use std::task::{Context, Poll};

/// One link of a chain: what it does to each event and mark on the way downstream.
///
/// Marks are passed on by [`Linked`], behind everything that the link emits because of them: a link
/// says only what is special about them.
pub trait Link<In>: Send + 'static {
    /// The events it emits.
    type Out: Send + 'static;
    /// What changes with every event: it lives on the stack while a batch is driven, where the
    /// compiler keeps it in registers.
    type Hot;

    /// What changes with every event, taken out of the link.
    fn begin(&mut self) -> Self::Hot;

    /// Takes back what changes with every event.
    #[inline(always)]
    fn finish(&mut self, _: Self::Hot) {}

    /// Receives an event, event time having come to `watermark`.
    ///
    /// # Errors
    /// If something failed; the job ends with it.
    fn event<E: Emit<Self::Out>>(
        &mut self,
        hot: &mut Self::Hot,
        event: In,
        at: (Meta, EventTime),
        into: &mut E,
    ) -> Result<()>;

    /// Event time has come to a watermark, which never goes back; the watermark to pass on, if any.
    ///
    /// # Errors
    /// If something failed; the job ends with it.
    #[inline(always)]
    fn watermark<E: Emit<Self::Out>>(
        &mut self,
        _hot: &mut Self::Hot,
        watermark: EventTime,
        _into: &mut E,
    ) -> Result<Option<EventTime>> {
        Ok(Some(watermark))
    }

    /// A batch of so many events has ended; the number of events that the link emitted since.
    ///
    /// # Errors
    /// If something failed; the job ends with it.
    #[inline(always)]
    fn batch_end<E: Emit<Self::Out>>(
        &mut self,
        _hot: &mut Self::Hot,
        events: u64,
        _into: &mut E,
    ) -> Result<u64> {
        Ok(events)
    }

    /// There is no event after this.
    ///
    /// # Errors
    /// If something failed; the job ends with it.
    #[inline(always)]
    fn end<E: Emit<Self::Out>>(&mut self, _hot: &mut Self::Hot, _into: &mut E) -> Result<()> {
        Ok(())
    }

    /// Comes before any mark and any end of a batch: events that were held back for the sake of
    /// speed alone are worked on.
    ///
    /// # Errors
    /// If something failed; the job ends with it.
    #[inline(always)]
    fn catch_up<E: Emit<Self::Out>>(&mut self, _hot: &mut Self::Hot, _into: &mut E) -> Result<()> {
        Ok(())
    }

    /// Works on what is due by the job's clock, if the link waits for it.
    ///
    /// # Errors
    /// If something failed; the job ends with it.
    #[inline(always)]
    fn due<E: Emit<Self::Out>>(
        &mut self,
        _hot: &mut Self::Hot,
        _watermark: EventTime,
        _into: &mut E,
    ) -> Result<DueTurn> {
        Ok(DueTurn::Nothing)
    }

    /// Waits, while the chain upstream has nothing, for what is due by the job's clock.
    #[inline(always)]
    fn poll_due(&mut self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }

    /// The chain upstream has something after all.
    #[inline(always)]
    fn interrupt(&mut self) {}

    /// Shows the side outputs of the link: they get every mark, and are flushed with the main one.
    #[inline(always)]
    fn sides<'a>(&'a mut self, _: VisitSides<'_, 'a>) {}

    /// A mark for the side outputs.
    ///
    /// # Errors
    /// If something failed; the job ends with it.
    #[inline(always)]
    fn mark_sides(&mut self, _: Mark) -> Result<()> {
        Ok(())
    }

    /// The end of a batch for the side outputs.
    ///
    /// # Errors
    /// If something failed; the job ends with it.
    #[inline(always)]
    fn end_batch_of_sides(&mut self) -> Result<()> {
        Ok(())
    }
}

/// What the job's clock made of a turn of the task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueTurn {
    /// Nothing, or nothing but some more events: the chain upstream has something, too.
    Nothing,
    /// The whole turn: a batch of what was emitted ends here.
    Batch,
    /// The whole turn: nothing is to be expected for now.
    Idle,
}

/// A chain and a link downstream of it, whose events are `In`.
pub struct Linked<C, L> {
    chain: C,
    here: LinkAt<L>,
}

/// A link, and how far event time has come there. Together, so that a loop has one address for
/// both.
struct LinkAt<L> {
    link: L,
    clock: EventClock,
}

impl<C, L> fmt::Debug for Linked<C, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = std::any::type_name::<L>();
        let name = name.split('<').next().unwrap_or(name);
        f.debug_struct("Linked").field("link", &name).finish_non_exhaustive()
    }
}

impl<C, L> Linked<C, L> {
    /// A link downstream of a chain.
    pub fn new(chain: C, link: L) -> Self {
        Self { chain, here: LinkAt { link, clock: EventClock::default() } }
    }
}

#[cfg(test)]
impl<C, L> Linked<C, L> {
    /// The chain upstream.
    pub(super) fn chain_mut(&mut self) -> &mut C {
        &mut self.chain
    }
}

impl<C: Chain, L: Link<C::Out>> Drive for Linked<C, L> {
    type Out = L::Out;

    #[inline]
    fn drive<E: Emit<L::Out>>(&mut self, into: &mut E) -> Result<()> {
        let Self { chain, here } = self;
        let hot = here.link.begin();
        let mut through = Through { here, hot, into, events: PhantomData };
        match through.due()? {
            DueTurn::Nothing => chain.drive(&mut through)?,
            // What it emitted is counted and handed over like any batch.
            DueTurn::Batch => through.batch_end(0)?,
            DueTurn::Idle => through.mark(Mark::Idle)?,
        }
        let Through { here, hot, .. } = through;
        here.link.finish(hot);
        Ok(())
    }
}

impl<C: Chain, L: Link<C::Out>> Chain for Linked<C, L> {
    fn fetch_local(&mut self) -> bool {
        let found = self.chain.fetch_local();
        if found {
            self.here.link.interrupt();
        }
        found
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let fetched = self.chain.poll_fetch(cx);
        if fetched.is_ready() {
            self.here.link.interrupt();
            return fetched;
        }
        self.here.link.poll_due(cx).map(Ok)
    }

    fn sides<'a>(&'a mut self, visit: VisitSides<'_, 'a>) {
        self.chain.sides(visit);
        self.here.link.sides(visit);
    }
}

/// A link while a batch is driven through it.
struct Through<'a, In, L: Link<In>, E> {
    here: &'a mut LinkAt<L>,
    hot: L::Hot,
    into: &'a mut E,
    events: PhantomData<fn(In)>,
}

impl<In, L: Link<In>, E: Emit<L::Out>> Through<'_, In, L, E> {
    #[inline(always)]
    fn due(&mut self) -> Result<DueTurn> {
        let Self { here, hot, into, .. } = self;
        here.link.due(hot, here.clock.watermark(), *into)
    }
}

impl<In, L: Link<In>, E: Emit<L::Out>> Emit<In> for Through<'_, In, L, E> {
    #[inline(always)]
    fn emit(&mut self, event: In, meta: Meta) -> Result<()> {
        let Self { here, hot, into, .. } = self;
        here.link.event(hot, event, (meta, here.clock.watermark()), *into)
    }

    #[inline(always)]
    fn mark(&mut self, mark: Mark) -> Result<()> {
        let Self { here, hot, into, .. } = self;
        let LinkAt { link, clock } = &mut **here;
        link.catch_up(hot, *into)?;
        let passed = match mark {
            Mark::Watermark(time) => {
                // One that goes back is held where event time has come to; it may still wake an
                // input that was idle.
                clock.advance(time);
                link.watermark(hot, clock.watermark(), *into)?.map(Mark::Watermark)
            }
            Mark::End => {
                link.end(hot, *into)?;
                Some(mark)
            }
            _ => Some(mark),
        };
        let Some(passed) = passed else { return Ok(()) };
        link.mark_sides(passed)?;
        into.mark(passed)
    }

    #[inline(always)]
    fn batch_end(&mut self, events: u64) -> Result<()> {
        let Self { here, hot, into, .. } = self;
        let link = &mut here.link;
        link.catch_up(hot, *into)?;
        let events = link.batch_end(hot, events, *into)?;
        link.end_batch_of_sides()?;
        into.batch_end(events)
    }
}
