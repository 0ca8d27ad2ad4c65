//! The links of a chain: each transforms events between root and tail.
//!
//! A [`Link`] implements what is special about it; [`Linked`] drives it and forwards marks. To add
//! a kind of link: a file here, one of the same name in [`lowering::chain`](crate::lowering), a
//! line in each `mod.rs`.

mod drop_key;
mod event_time;
mod in_order;
mod key_by;
mod operator;
mod store;
#[cfg(test)]
mod tests;

pub use drop_key::DropKey;
pub use event_time::{OpenSplit, TimeAssigner};
pub use in_order::Sorter;
pub use key_by::KeyBy;
pub use operator::OperatorLink;
pub use store::{StoreLink, StoreOutputs};

use super::{Chain, Drive, LocalWork, Turn, VisitSides};
use crate::control::TaskClock;
use crate::error::Result;
use crate::event::{Mark, Meta, Passed};
use crate::operator::Emit;
use crate::time::{EventClock, EventTime};
use std::fmt;
use std::marker::PhantomData;
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
    #[inline(always)]
    fn slice_end(&mut self, _hot: &mut Self::Hot) {}

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
    /// It is, and a batch of what the link emitted ends here.
    Batch,
    /// It is, and the link's input has become idle.
    Idle,
}

/// A chain extended by one link: drives the link and forwards marks.
pub struct Linked<C, L> {
    /// Everything upstream.
    chain: C,
    here: LinkAt<L>,
}

/// A link and the watermark at it, in one struct so that the loop has one address for both.
struct LinkAt<L> {
    link: L,
    /// The greatest watermark received: one that goes back has no effect.
    clock: EventClock,
}

/// Advances the watermark at a link, and returns the mark to process there.
///
/// A watermark that goes back is replaced by the last, but still forwarded: it may wake an idle
/// input downstream.
fn clocked(clock: &mut EventClock, mark: Mark) -> Mark {
    let Mark::Watermark(time) = mark else { return mark };
    clock.advance(time);
    Mark::Watermark(clock.watermark())
}

impl<C, L> fmt::Debug for Linked<C, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = std::any::type_name::<L>();
        let name = name.split('<').next().unwrap_or(name);
        f.debug_struct("Linked").field("link", &name).finish_non_exhaustive()
    }
}

impl<C, L> Linked<C, L> {
    /// Extends `chain` by `link`.
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
        if const { L::WAITS } {
            through.due()?;
        }
        let driven = chain.drive(&mut through);
        let Through { here, hot, .. } = through;
        here.link.finish(hot);
        driven
    }

    fn pass<E: Emit<L::Out>>(&mut self, into: &mut E) -> Result<()> {
        let Self { chain, here } = self;
        let hot = here.link.begin();
        let mut through = Through { here, hot, into, events: PhantomData };
        let passed =
            if const { L::WAITS } { through.wait(chain) } else { chain.pass(&mut through) };
        let Through { here, hot, .. } = through;
        here.link.finish(hot);
        passed
    }
}

impl<C: Chain, L: Link<C::Out>> Chain for Linked<C, L> {
    fn attach(&mut self, clock: &TaskClock) {
        self.chain.attach(clock);
    }

    fn fetch_local(&mut self, work: LocalWork) -> bool {
        let found = self.chain.fetch_local(work);
        if const { L::WAITS } && found {
            self.here.link.interrupt();
        }
        found
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let fetched = self.chain.poll_fetch(cx);
        if const { !L::WAITS } {
            return fetched;
        }
        if fetched.is_ready() {
            self.here.link.interrupt();
            return fetched;
        }
        self.here.link.poll_due(cx).map(Ok)
    }

    fn goes_on(&mut self) -> bool {
        self.chain.goes_on()
    }

    fn poll_due(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if const { L::WAITS } && self.here.link.poll_due(cx).is_ready() {
            return Poll::Ready(());
        }
        self.chain.poll_due(cx)
    }

    fn turn(&self) -> Turn {
        if const { L::WAITS } && self.here.link.is_due() {
            return Turn::Mark;
        }
        self.chain.turn()
    }

    fn sides<'a>(&'a mut self, visit: VisitSides<'_, 'a>) {
        self.chain.sides(visit);
        self.here.link.sides(visit);
    }
}

/// A link during one turn: receives from upstream and emits into the rest of the chain.
struct Through<'a, In, L: Link<In>, E> {
    here: &'a mut LinkAt<L>,
    /// On the stack for the turn, see [`Link::Hot`].
    hot: L::Hot,
    /// The link or tail downstream.
    into: &'a mut E,
    events: PhantomData<fn(In)>,
}

impl<In, L: Link<In>, E: Emit<L::Out>> Through<'_, In, L, E> {
    #[inline(always)]
    fn due(&mut self) -> Result<DueTurn> {
        let Self { here, hot, into, .. } = self;
        here.link.due(hot, here.clock.watermark(), *into)
    }

    /// Emits what is due by the job's clock, or the mark that `chain` has fetched.
    fn wait<C: Drive<Out = In>>(&mut self, chain: &mut C) -> Result<()> {
        match self.due()? {
            DueTurn::Nothing => chain.pass(self),
            // What timers have emitted is counted and flushed like a batch.
            DueTurn::Batch => self.batch_end(0),
            DueTurn::Idle => {
                self.mark(Mark::Idle)?;
                self.batch_end(0)
            }
        }
    }
}

impl<In, L: Link<In>, E: Emit<L::Out>> Emit<In> for Through<'_, In, L, E> {
    #[inline(always)]
    fn emit(&mut self, event: In, meta: Meta) -> Result<()> {
        let Self { here, hot, into, .. } = self;
        here.link.event(hot, event, (meta, here.clock.watermark()), *into)
    }

    fn passed(&mut self, passed: Passed) -> Result<()> {
        let Self { here, hot, into, .. } = self;
        if const { L::BUFFERS } {
            here.link.catch_up(hot, *into)?;
        }
        here.link.passed(passed).map_or(Ok(()), |passed| into.passed(passed))
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        let Self { here, hot, into, .. } = self;
        let LinkAt { link, clock } = &mut **here;
        if const { L::BUFFERS } {
            link.catch_up(hot, *into)?;
        }
        let mut mark = clocked(clock, mark);
        if const { L::HANDLES_MARKS } {
            match mark {
                Mark::Watermark(time) => match link.watermark(hot, time, *into)? {
                    Some(time) => mark = Mark::Watermark(time),
                    None => return Ok(()),
                },
                Mark::Idle => link.idle(hot, *into)?,
                Mark::End => link.end(hot, *into)?,
                _ => {}
            }
        }
        link.mark_sides(mark)?;
        into.mark(mark)
    }

    #[inline(always)]
    fn slice_end(&mut self) {
        self.here.link.slice_end(&mut self.hot);
        self.into.slice_end();
    }

    #[inline(always)]
    fn batch_end(&mut self, events: u64) -> Result<()> {
        let Self { here, hot, into, .. } = self;
        let link = &mut here.link;
        if const { L::BUFFERS } {
            link.catch_up(hot, *into)?;
        }
        let events = link.batch_end(hot, events, *into)?;
        link.end_batch_of_sides()?;
        into.batch_end(events)
    }
}
