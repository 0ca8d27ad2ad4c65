//! Drives one link of a chain, and forwards marks through it.

use super::{DueTurn, Link};
use crate::checkpoint::Moment;
use crate::control::TaskClock;
use crate::error::Result;
use crate::event::{Epoch, Mark, Meta, Passed};
use crate::operator::Emit;
use crate::stage::ahead::{InFront, LooksAt};
use crate::stage::{Chain, Drive, ForWay, LocalWork, Path, Saver, Turn, Visit, VisitSides, Way};
use crate::time::{EventClock, EventTime, InputIndex};
use std::borrow::BorrowMut;
use std::fmt;
use std::marker::PhantomData;
use std::task::{Context, Poll};

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
    /// Where the link reports what it keeps, in a job with checkpoints.
    saver: Option<Saver>,
}

impl<L> LinkAt<L> {
    /// Reports what the link keeps, before the mark is forwarded.
    #[cold]
    #[inline(never)]
    fn save<In>(&mut self, hot: &mut L::Hot, moment: Moment)
    where
        L: Link<In>,
    {
        if let Some(saver) = &self.saver {
            saver.rows(moment, |rows| self.link.save(hot, rows));
        }
    }
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
        Self { chain, here: LinkAt { link, clock: EventClock::NEW, saver: None } }
    }

    /// The same for a link of a job with checkpoints, and what it has passed so far.
    pub fn resumed(chain: C, link: L, (saver, watermark): (Option<Saver>, EventTime)) -> Self {
        Self { chain, here: LinkAt { link, clock: EventClock::at(watermark), saver } }
    }
}

#[cfg(test)]
impl<C, L> Linked<C, L> {
    /// The chain upstream.
    pub(in crate::stage) fn chain_mut(&mut self) -> &mut C {
        &mut self.chain
    }
}

impl<C: Chain, L: Link<C::Out>> Drive for Linked<C, L> {
    type Out = L::Out;

    #[inline]
    fn drive<W: Way, E: Emit<L::Out>>(&mut self, into: &mut E) -> Result<()> {
        let Self { chain, here } = self;
        let hot = here.link.begin();
        let mut through = Through { here, hot, into, events: PhantomData };
        if const { L::WAITS } {
            through.due()?;
        }
        let mut front = W::Front::of(&mut through);
        let driven = chain.drive::<W, _>(front.receiver());
        front.finish();
        through.finish();
        driven
    }

    fn pass<E: Emit<L::Out>>(&mut self, into: &mut E) -> Result<()> {
        let Self { chain, here } = self;
        let hot = here.link.begin();
        let mut through = Through { here, hot, into, events: PhantomData };
        let passed =
            if const { L::WAITS } { through.wait(chain) } else { chain.pass(&mut through) };
        through.finish();
        passed
    }
}

impl<C: Chain, L: Link<C::Out>> Path for Linked<C, L> {
    type Entry = C::Entry;
    type Hot = (C::Hot, L::Hot);
    const OPEN: bool = C::OPEN && !(L::WAITS || L::BUFFERS || L::HANDLES_MARKS);

    fn begin(&mut self) -> Self::Hot {
        (self.chain.begin(), self.here.link.begin())
    }

    fn finish(&mut self, (upstream, hot): Self::Hot) {
        self.chain.finish(upstream);
        self.here.link.finish(hot);
    }

    #[inline(always)]
    fn enter<E: Emit<L::Out>, V: Visit<C::Entry>>(
        &mut self,
        (upstream, hot): &mut Self::Hot,
        into: &mut E,
        visit: V,
    ) -> Result<()> {
        let Self { chain, here } = self;
        chain.enter(upstream, &mut Through { here, hot, into, events: PhantomData }, visit)
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

    fn way<V: ForWay>(&self, each: V) -> V::Value {
        self.chain.way(each)
    }

    const LOOKS_AHEAD: bool = C::LOOKS_AHEAD || L::LOOKS_AHEAD;

    fn looks_ahead(&self) -> bool {
        (L::LOOKS_AHEAD && self.here.link.looks_ahead()) || self.chain.looks_ahead()
    }

    fn awaited(&self) -> Option<Epoch> {
        self.chain.awaited()
    }

    fn sides<'a>(&'a mut self, visit: VisitSides<'_, 'a>) {
        self.chain.sides(visit);
        self.here.link.sides(visit);
    }
}

/// A link during one turn: receives from upstream and emits into the rest of the chain.
struct Through<'a, In, L, H, E> {
    here: &'a mut LinkAt<L>,
    /// On the stack for the turn, see [`Link::Hot`]: owned where the chain is driven, lent where it
    /// is pushed into.
    hot: H,
    /// The link or tail downstream.
    into: &'a mut E,
    events: PhantomData<fn(In)>,
}

impl<In, L: Link<In>, E> Through<'_, In, L, L::Hot, E> {
    /// Ends the turn.
    #[inline(always)]
    fn finish(self) {
        self.here.link.finish(self.hot);
    }
}

impl<In, L: Link<In>, E: Emit<L::Out>> Through<'_, In, L, L::Hot, E> {
    #[inline(always)]
    fn due(&mut self) -> Result<DueTurn> {
        let Self { here, hot, into, .. } = self;
        here.link.due(hot, here.clock.watermark(), *into)
    }

    /// Emits what is due by the job's clock, or the mark that `chain` has fetched.
    fn wait<C: Drive<Out = In>>(&mut self, chain: &mut C) -> Result<()> {
        match self.due()? {
            DueTurn::Nothing => chain.pass(self),
            // Nothing may follow the mark, if it is the last barrier.
            DueTurn::Emitted => {
                self.batch_end(0)?;
                chain.pass(self)
            }
            // What timers have emitted is counted and flushed like a batch.
            DueTurn::Batch => self.batch_end(0),
            DueTurn::Idle => {
                self.mark(Mark::Idle)?;
                self.batch_end(0)
            }
        }
    }
}

impl<In, L: Link<In>, H: BorrowMut<L::Hot>, E> Through<'_, In, L, H, E> {
    #[inline(always)]
    fn parts(&mut self) -> (&mut LinkAt<L>, &mut L::Hot, &mut E) {
        (self.here, self.hot.borrow_mut(), self.into)
    }
}

impl<In, L, H, E> LooksAt<In> for Through<'_, In, L, H, E>
where
    L: Link<In>,
    H: BorrowMut<L::Hot>,
    E: Emit<L::Out>,
{
    const LOOKS_AHEAD: bool = L::LOOKS_AHEAD;

    #[inline(always)]
    fn look_at(&self, event: &In, meta: Meta) {
        self.here.link.look_at(event, meta);
    }

    fn group(&mut self) -> Option<&mut Vec<(In, Meta)>> {
        self.here.link.group()
    }
}

impl<In, L, H, E> Emit<In> for Through<'_, In, L, H, E>
where
    L: Link<In>,
    H: BorrowMut<L::Hot>,
    E: Emit<L::Out>,
{
    #[inline(always)]
    fn emit(&mut self, event: In, meta: Meta) -> Result<()> {
        let (here, hot, into) = self.parts();
        here.link.event(hot, event, (meta, here.clock.watermark()), into)
    }

    fn passed(&mut self, passed: Passed) -> Result<()> {
        let (here, hot, into) = self.parts();
        if const { L::BUFFERS } {
            here.link.catch_up(hot, into)?;
        }
        match here.link.passed(passed) {
            Some(passed) => into.passed(passed),
            None => Ok(()),
        }
    }

    fn side_passed(&mut self, side: InputIndex, watermark: EventTime) -> Result<()> {
        let (here, hot, into) = self.parts();
        if const { L::BUFFERS } {
            here.link.catch_up(hot, into)?;
        }
        here.link.side_passed(side, watermark);
        Ok(())
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        let (here, hot, into) = self.parts();
        let LinkAt { link, clock, .. } = here;
        if const { L::BUFFERS } {
            link.catch_up(hot, into)?;
        }
        let mut mark = clocked(clock, mark);
        if const { L::HANDLES_MARKS } {
            match mark {
                Mark::Watermark(time) => match link.watermark(hot, time, into)? {
                    Some(time) => mark = Mark::Watermark(time),
                    None => return Ok(()),
                },
                Mark::Idle => link.idle(hot, into)?,
                Mark::End => {
                    link.end(hot, into)?;
                    // No batch follows in which that would be counted.
                    self.batch_end(0)?;
                }
                _ => {}
            }
        }
        let (here, hot, into) = self.parts();
        here.link.mark_sides(mark)?;
        if const { L::KEEPS.is_some() }
            && let Some(moment) = Moment::of(mark)
        {
            here.save(hot, moment);
        }
        into.mark(mark)
    }

    #[inline(always)]
    fn slice_end(&mut self) -> Result<()> {
        let (here, hot, into) = self.parts();
        here.link.slice_end(hot, into)?;
        into.slice_end()
    }

    #[inline(always)]
    fn batch_end(&mut self, events: u64) -> Result<()> {
        let (here, hot, into) = self.parts();
        let link = &mut here.link;
        if const { L::BUFFERS } {
            link.catch_up(hot, into)?;
        }
        let events = link.batch_end(hot, events, into)?;
        link.end_batch_of_sides()?;
        into.batch_end(events)
    }
}
