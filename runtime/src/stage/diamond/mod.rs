//! Consumers of one output whose results meet again at one node, in one loop.
//!
//! ```text
//!             ┌─▶ path ─┐
//!   chain ────┼─▶ path ─┼───▶ what is downstream of where they meet
//!             └─▶ path ─┘
//! ```

mod paths;

pub use paths::{PathSignal, Paths};

use super::chain::closed;
use super::{Chain, Drive, ForWay, GateRoot, LocalWork, Path, Turn, VisitSides, Way};
use crate::control::TaskClock;
use crate::error::Result;
use crate::event::{Epoch, Mark, Meta, Passed};
use crate::operator::{Emit, OperatorPlace};
use std::fmt;
use std::task::{Context, Poll};

/// A chain, the paths of a fork downstream of it, and where these meet.
#[expect(clippy::large_enum_variant, reason = "there is one for each fork, not for each event")]
pub enum Diamond<C, P, U> {
    /// One loop: each event passes all paths, the first of them first.
    Fused(ForkedChain<C, P>),
    /// The paths are segments of their own, and their results are read by an input gate.
    Apart(GateRoot<U>),
}

/// A chain that pushes into paths.
pub struct ForkedChain<C, P> {
    /// Everything upstream.
    chain: C,
    paths: P,
    /// Named if a copy of an event panics.
    place: OperatorPlace,
}

impl<C, P, U> fmt::Debug for Diamond<C, P, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Diamond").finish_non_exhaustive()
    }
}

impl<C, P> fmt::Debug for ForkedChain<C, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForkedChain").field("place", &self.place).finish_non_exhaustive()
    }
}

impl<C, P> ForkedChain<C, P> {
    /// Extends `chain` by paths; `place` copies the events.
    pub fn new(chain: C, paths: P, place: OperatorPlace) -> Self {
        Self { chain, paths, place }
    }

    /// Drives the chain, or passes its mark, through all paths.
    #[inline(always)]
    fn through<U, E>(
        &mut self,
        into: &mut E,
        push: impl FnOnce(&mut C, &mut IntoPaths<'_, U, P, E>) -> Result<()>,
    ) -> Result<()>
    where
        P: Paths<U>,
        E: Emit<U>,
    {
        let Self { chain, paths, place } = self;
        let hot = paths.begin();
        let mut forked = IntoPaths { paths, hot, place, into };
        let pushed = push(chain, &mut forked);
        let IntoPaths { paths, hot, .. } = forked;
        paths.finish(hot);
        pushed
    }
}

/// The paths during one turn.
struct IntoPaths<'a, U, P: Paths<U>, E> {
    paths: &'a mut P,
    hot: P::Hot,
    place: &'a OperatorPlace,
    /// What is downstream of where the paths meet.
    into: &'a mut E,
}

impl<U, P: Paths<U>, E: Emit<U>> IntoPaths<'_, U, P, E> {
    fn signal(&mut self, signal: PathSignal) -> Result<u64> {
        self.paths.signal(&mut self.hot, signal)
    }
}

impl<T: Clone + 'static, U, P: Paths<U>, E: Emit<U>> Emit<T> for IntoPaths<'_, U, P, E> {
    #[inline(always)]
    fn emit(&mut self, event: T, meta: Meta) -> Result<()> {
        self.paths.event(&mut self.hot, event, (meta, self.place), self.into)
    }

    fn passed(&mut self, passed: Passed) -> Result<()> {
        self.signal(PathSignal::Passed(passed))?;
        self.into.passed(passed)
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        self.signal(PathSignal::Mark(mark))?;
        self.into.mark(mark)
    }

    #[inline(always)]
    fn slice_end(&mut self) -> Result<()> {
        self.signal(PathSignal::SliceEnd)?;
        self.into.slice_end()
    }

    #[inline(always)]
    fn batch_end(&mut self, events: u64) -> Result<()> {
        let events = self.signal(PathSignal::BatchEnd(events))?;
        self.into.batch_end(events)
    }
}

impl<C, P, U> Drive for Diamond<C, P, U>
where
    C: Chain<Out: Clone + 'static>,
    P: Paths<U>,
    U: Send + 'static,
{
    type Out = U;

    #[inline]
    fn drive<W: Way, E: Emit<U>>(&mut self, into: &mut E) -> Result<()> {
        match self {
            // The other kind is not compiled.
            Self::Fused(forked) if const { P::OPEN } => {
                forked.through(into, |chain, forked| chain.drive::<W, _>(forked))
            }
            Self::Apart(gate) if const { !P::OPEN } => gate.drive::<W, E>(into),
            _ => Ok(()),
        }
    }

    fn pass<E: Emit<U>>(&mut self, into: &mut E) -> Result<()> {
        match self {
            Self::Fused(forked) if const { P::OPEN } => {
                forked.through(into, |chain, forked| chain.pass(forked))
            }
            Self::Apart(gate) if const { !P::OPEN } => gate.pass(into),
            _ => Ok(()),
        }
    }
}

impl<C, P, U> Path for Diamond<C, P, U>
where
    C: Chain<Out: Clone + 'static>,
    P: Paths<U>,
    U: Send + 'static,
{
    closed!();
}

impl<C, P, U> Chain for Diamond<C, P, U>
where
    C: Chain<Out: Clone + 'static>,
    P: Paths<U>,
    U: Send + 'static,
{
    fn attach(&mut self, clock: &TaskClock) {
        match self {
            Self::Fused(forked) => forked.chain.attach(clock),
            Self::Apart(gate) => gate.attach(clock),
        }
    }

    fn fetch_local(&mut self, work: LocalWork) -> bool {
        match self {
            Self::Fused(forked) => forked.chain.fetch_local(work),
            Self::Apart(gate) => gate.fetch_local(work),
        }
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        match self {
            Self::Fused(forked) => forked.chain.poll_fetch(cx),
            Self::Apart(gate) => gate.poll_fetch(cx),
        }
    }

    fn goes_on(&mut self) -> bool {
        match self {
            Self::Fused(forked) => forked.chain.goes_on(),
            Self::Apart(gate) => gate.goes_on(),
        }
    }

    fn poll_due(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            Self::Fused(forked) => forked.chain.poll_due(cx),
            Self::Apart(gate) => gate.poll_due(cx),
        }
    }

    fn turn(&self) -> Turn {
        match self {
            Self::Fused(forked) => forked.chain.turn(),
            Self::Apart(gate) => gate.turn(),
        }
    }

    fn way<V: ForWay>(&self, each: V) -> V::Value {
        match self {
            Self::Fused(forked) => forked.chain.way(each),
            Self::Apart(gate) => gate.way(each),
        }
    }

    const LOOKS_AHEAD: bool = C::LOOKS_AHEAD;

    fn looks_ahead(&self) -> bool {
        matches!(self, Self::Fused(forked) if forked.chain.looks_ahead())
    }

    fn awaited(&self) -> Option<Epoch> {
        match self {
            Self::Fused(forked) => forked.chain.awaited(),
            Self::Apart(gate) => gate.awaited(),
        }
    }

    fn sides<'a>(&'a mut self, visit: VisitSides<'_, 'a>) {
        match self {
            Self::Fused(ForkedChain { chain, paths, .. }) => {
                chain.sides(visit);
                paths.sides(visit);
            }
            Self::Apart(gate) => gate.sides(visit),
        }
    }
}
