//! An edge inside a chain whose kind the plan chooses at start: a call or a channel.

use super::chain::closed;
use super::way::{ForFirst, ForSecond, ForWay, Way};
use super::{Chain, Drive, GateRoot, LocalWork, Path, Turn, VisitSides};
use crate::control::TaskClock;
use crate::error::Result;
use crate::event::Epoch;
use crate::operator::Emit;
use std::task::{Context, Poll};

/// An edge that the plan makes a call or a channel when the job starts: one with a computed
/// instance count, or declared without `topology!`.
///
/// Both kinds are compiled: links downstream are inlined into either loop, and the choice costs one
/// branch per batch.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one for each edge, not for each event")]
pub enum Edge<C, T> {
    /// The upstream chain runs in this task: the edge is an inlined call.
    Call(C),
    /// The upstream chain runs in other tasks: the edge is channels, read by an input gate.
    Channel(GateRoot<T>),
}

impl<T: Send + 'static, C: Chain<Out = T>> Drive for Edge<C, T> {
    type Out = T;

    #[inline]
    fn drive<W: Way, E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        match self {
            Self::Call(chain) if const { W::FIRST } => chain.drive::<W::Rest, E>(into),
            Self::Channel(root) if const { W::SECOND } => root.drive::<W::Rest, E>(into),
            _ => Ok(()),
        }
    }

    fn pass<E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        match self {
            Self::Call(chain) => chain.pass(into),
            Self::Channel(root) => root.pass(into),
        }
    }
}

impl<T: Send + 'static, C: Chain<Out = T>> Path for Edge<C, T> {
    closed!();
}

impl<T: Send + 'static, C: Chain<Out = T>> Chain for Edge<C, T> {
    fn attach(&mut self, clock: &TaskClock) {
        match self {
            Self::Call(chain) => chain.attach(clock),
            Self::Channel(root) => root.attach(clock),
        }
    }

    fn fetch_local(&mut self, work: LocalWork) -> bool {
        match self {
            Self::Call(chain) => chain.fetch_local(work),
            Self::Channel(root) => root.fetch_local(work),
        }
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        match self {
            Self::Call(chain) => chain.poll_fetch(cx),
            Self::Channel(root) => root.poll_fetch(cx),
        }
    }

    fn goes_on(&mut self) -> bool {
        match self {
            Self::Call(chain) => chain.goes_on(),
            Self::Channel(root) => root.goes_on(),
        }
    }

    fn poll_due(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            Self::Call(chain) => chain.poll_due(cx),
            Self::Channel(root) => root.poll_due(cx),
        }
    }

    fn turn(&self) -> Turn {
        match self {
            Self::Call(chain) => chain.turn(),
            Self::Channel(root) => root.turn(),
        }
    }

    fn way<V: ForWay>(&self, each: V) -> V::Value {
        match self {
            Self::Call(chain) => chain.way(ForFirst(each)),
            Self::Channel(root) => root.way(ForSecond(each)),
        }
    }

    const LOOKS_AHEAD: bool = C::LOOKS_AHEAD;

    fn looks_ahead(&self) -> bool {
        matches!(self, Self::Call(chain) if chain.looks_ahead())
    }

    fn awaited(&self) -> Option<Epoch> {
        match self {
            Self::Call(chain) => chain.awaited(),
            Self::Channel(root) => root.awaited(),
        }
    }

    fn sides<'a>(&'a mut self, visit: VisitSides<'_, 'a>) {
        match self {
            Self::Call(chain) => chain.sides(visit),
            Self::Channel(root) => root.sides(visit),
        }
    }
}
