//! The root of a path of a fork.

use super::GateRoot;
use crate::control::TaskClock;
use crate::error::Result;
use crate::event::Epoch;
use crate::operator::Emit;
use crate::stage::{Chain, Drive, LocalWork, Path, Turn, Visit, VisitSides, Way};
use std::task::{Context, Poll};

/// Where a path of a fork begins.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one for each path, not for each event")]
pub enum PathRoot<T> {
    /// In the loop of the fork, which pushes into the path.
    Pushed,
    /// In a segment of its own, which reads what the fork sends it.
    Gate(GateRoot<T>),
}

impl<T: Send + 'static> Drive for PathRoot<T> {
    type Out = T;

    #[inline]
    fn drive<W: Way, E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        match self {
            Self::Pushed => Ok(()),
            Self::Gate(gate) => gate.drive::<W, E>(into),
        }
    }

    fn pass<E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        match self {
            Self::Pushed => Ok(()),
            Self::Gate(gate) => gate.pass(into),
        }
    }
}

impl<T: Send + 'static> Path for PathRoot<T> {
    type Entry = T;
    type Hot = ();
    const OPEN: bool = true;

    #[inline(always)]
    fn begin(&mut self) {}

    #[inline(always)]
    fn finish(&mut self, (): ()) {}

    #[inline(always)]
    fn enter<E: Emit<T>, V: Visit<T>>(
        &mut self,
        (): &mut (),
        into: &mut E,
        visit: V,
    ) -> Result<()> {
        visit.visit(into)
    }
}

impl<T: Send + 'static> Chain for PathRoot<T> {
    fn attach(&mut self, clock: &TaskClock) {
        if let Self::Gate(gate) = self {
            gate.attach(clock);
        }
    }

    fn fetch_local(&mut self, work: LocalWork) -> bool {
        match self {
            Self::Pushed => false,
            Self::Gate(gate) => gate.fetch_local(work),
        }
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        match self {
            Self::Pushed => Poll::Pending,
            Self::Gate(gate) => gate.poll_fetch(cx),
        }
    }

    fn goes_on(&mut self) -> bool {
        match self {
            Self::Pushed => false,
            Self::Gate(gate) => gate.goes_on(),
        }
    }

    fn poll_due(&mut self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }

    fn turn(&self) -> Turn {
        match self {
            Self::Pushed => Turn::Batch,
            Self::Gate(gate) => gate.turn(),
        }
    }

    fn awaited(&self) -> Option<Epoch> {
        match self {
            Self::Pushed => None,
            Self::Gate(gate) => gate.awaited(),
        }
    }

    fn sides<'a>(&'a mut self, _: VisitSides<'_, 'a>) {}
}
