//! Declared consumers of one output whose results meet again.

use super::{At, ChainSpec, ForkMark, OutputRef};
use crate::error::{Error, ErrorKind, Result};
use crate::event::Times;
use crate::grouping::Grouping;
use crate::lowering::{Layouts, Route, Wiring};
use crate::stage::{Diamond, ForkedChain, GateRoot, Paths};
use crate::topology::{Endpoint, NodeId};

/// Declares a chain, the paths of its fork, and that these meet.
#[derive(Debug)]
pub enum DiamondSpec<C, P, U> {
    /// One loop.
    Fused {
        /// Everything upstream.
        chain: C,
        /// Where that ends.
        fork: Endpoint,
        /// The paths.
        paths: P,
    },
    /// The paths are laid out on their own.
    Apart(OutputRef<U>),
}

/// Declared paths of a fork: a nested pair of all paths but the last, and the last.
pub trait PathSpecs<U>: Send + Sized + 'static {
    /// Their running form.
    type Paths: Paths<U>;

    /// Lowers the paths for one instance of the node where they meet.
    ///
    /// # Errors
    /// If one of them runs in another task.
    fn lower(&mut self, at: &mut At<'_>) -> Result<Self::Paths>;

    /// Lays out each of them on its own.
    fn lay_out(self, times: Times, layouts: &Layouts);

    /// How many of them begin at this fork.
    fn of(&self, fork: &ForkMark) -> usize;
}

/// A declared path, and where it ends.
#[derive(Debug)]
pub struct PathTo<C> {
    pub(crate) chain: C,
    pub(crate) end: Endpoint,
}

impl<U> PathSpecs<U> for () {
    type Paths = ();

    fn lower(&mut self, _: &mut At<'_>) -> Result<()> {
        Ok(())
    }

    fn lay_out(self, _: Times, _: &Layouts) {}

    fn of(&self, _: &ForkMark) -> usize {
        0
    }
}

impl<U: Send + 'static, R: PathSpecs<U>, C: ChainSpec<Out = U>> PathSpecs<U> for (R, PathTo<C>) {
    type Paths = (R::Paths, C::Chain);

    fn lower(&mut self, at: &mut At<'_>) -> Result<Self::Paths> {
        let (others, path) = self;
        let others = others.lower(at)?;
        if at.lowering.route(path.end, at.node) != Route::Call {
            let fork = path.chain.fork().map_or(path.end.node, ForkMark::node);
            return Err(meets_elsewhere(fork, at));
        }
        Ok((others, path.chain.lower(at)?))
    }

    fn lay_out(self, times: Times, layouts: &Layouts) {
        let (others, path) = self;
        others.lay_out(times, layouts);
        path.chain.end(path.end.node, times, layouts);
    }

    fn of(&self, fork: &ForkMark) -> usize {
        let (others, path) = self;
        others.of(fork) + usize::from(path.chain.fork().is_some_and(|other| fork.is(other)))
    }
}

impl<C, P, U> ChainSpec for DiamondSpec<C, P, U>
where
    C: ChainSpec<Out: Clone>,
    P: PathSpecs<U>,
    U: Send + 'static,
{
    type Out = U;
    type Chain = Diamond<C::Chain, P::Paths, U>;
    type Connected = Self::Chain;

    fn lower(&mut self, at: &mut At<'_>) -> Result<Self::Chain> {
        match self {
            Self::Fused { chain, fork, paths } if const { P::Paths::OPEN } => {
                let instance = at.instance;
                let mut forking = At { lowering: at.lowering, node: fork.node, instance };
                let (chain, place) = (chain.lower(&mut forking)?, forking.place().copies());
                Ok(Diamond::Fused(ForkedChain::new(chain, paths.lower(at)?, place)))
            }
            // `meet` lays out such paths on their own.
            Self::Fused { .. } => Err(Error::new(ErrorKind::Internal, "the paths cannot be fused")),
            Self::Apart(output) => output.lower(at).map(Diamond::Apart),
        }
    }

    fn connect<G: Grouping<U>>(
        &mut self,
        wiring: &mut Wiring<U, G>,
        at: &mut At<'_>,
    ) -> Result<Self::Connected> {
        match self {
            Self::Fused { .. } => self.call(wiring, at),
            Self::Apart(output) => output.connect(wiring, at).map(Diamond::Apart),
        }
    }

    fn call<G: Grouping<U>>(
        &mut self,
        wiring: &mut Wiring<U, G>,
        at: &mut At<'_>,
    ) -> Result<Self::Chain> {
        match self {
            Self::Fused { .. } => self.lower(at),
            Self::Apart(output) => output.call(wiring, at).map(Diamond::Apart),
        }
    }

    fn channel<G: Grouping<U>>(
        &mut self,
        wiring: &mut Wiring<U, G>,
        at: &mut At<'_>,
    ) -> Result<GateRoot<U>> {
        match self {
            Self::Fused { fork, .. } => Err(meets_elsewhere(fork.node, at)),
            Self::Apart(output) => output.channel(wiring, at),
        }
    }

    fn references(&self) -> Option<&[Endpoint]> {
        match self {
            Self::Fused { .. } => None,
            Self::Apart(output) => output.references(),
        }
    }
}

/// The error for paths that meet at a node of another task.
fn meets_elsewhere(fork: NodeId, at: &At<'_>) -> Error {
    let (fork, node) = (at.lowering.name(fork), at.lowering.name(at.node));
    let message = format!("the paths of the fork `{fork}` meet at `{node}`, which is another task");
    Error::new(ErrorKind::Topology, message).help("write `.detached()` behind `meet`")
}
