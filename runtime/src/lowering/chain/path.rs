//! The declared beginning of a path of a fork.

use super::{At, ChainSpec, ForkMark, OutputRef};
use crate::error::Result;
use crate::event::Times;
use crate::grouping::Grouping;
use crate::lowering::{Route, Wiring};
use crate::stage::{GateRoot, PathRoot};
use crate::topology::Endpoint;

/// Declares where a path of a fork begins.
#[derive(Debug)]
pub struct PathSpec<T> {
    /// What it reads if it is not pushed into.
    output: OutputRef<T>,
    fork: ForkMark,
}

impl<T> PathSpec<T> {
    /// A path from this output of the fork.
    pub(crate) fn new(from: Endpoint, times: Times, fork: ForkMark) -> Self {
        Self { output: OutputRef::new(vec![from], times), fork }
    }
}

impl<T: Send + 'static> PathSpec<T> {
    /// The root in the loop of the fork. Its task has to be that of the path.
    fn pushed(from: &[Endpoint], at: &At<'_>) -> Result<PathRoot<T>> {
        at.lowering.must_be(Route::Call, from, at.node).map(|_| PathRoot::Pushed)
    }
}

impl<T: Send + 'static> ChainSpec for PathSpec<T> {
    type Out = T;
    type Chain = PathRoot<T>;
    type Connected = PathRoot<T>;

    fn lower(&mut self, at: &mut At<'_>) -> Result<PathRoot<T>> {
        if self.fork.is_fused() {
            return Self::pushed(self.output.references().unwrap_or_default(), at);
        }
        self.output.lower(at).map(PathRoot::Gate)
    }

    fn connect<G: Grouping<T>>(
        &mut self,
        wiring: &mut Wiring<T, G>,
        at: &mut At<'_>,
    ) -> Result<PathRoot<T>> {
        if self.fork.is_fused() {
            return Self::pushed(&wiring.from, at);
        }
        self.output.connect(wiring, at).map(PathRoot::Gate)
    }

    fn call<G: Grouping<T>>(
        &mut self,
        wiring: &mut Wiring<T, G>,
        at: &mut At<'_>,
    ) -> Result<PathRoot<T>> {
        self.connect(wiring, at)
    }

    fn channel<G: Grouping<T>>(
        &mut self,
        wiring: &mut Wiring<T, G>,
        at: &mut At<'_>,
    ) -> Result<GateRoot<T>> {
        self.output.channel(wiring, at)
    }

    fn fork(&self) -> Option<&ForkMark> {
        Some(&self.fork)
    }
}
