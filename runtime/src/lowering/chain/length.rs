//! Limits the length of chains: a long one is cut in two.
//!
//! A chain is one type, and the compiler gets slow on types with hundreds of parts, or rejects
//! them. So a chain of [`LONGEST`] links is cut, and the stream continues from its output in the
//! same task. The edge between the two costs one dynamic call per batch.

use super::{At, ChainSpec, ForkMark, OutputRef, PathSpec, Routed};
use crate::error::Result;
use crate::event::Times;
use crate::grouping::Grouping;
use crate::lowering::{Layouts, Wiring};
use crate::stage::GateRoot;
use crate::topology::{Endpoint, NodeId};
use std::marker::PhantomData;

/// The greatest number of links in a chain.
const LONGEST: usize = 16;

/// A declared chain that knows its length, as a stream holds it: extend it, and it is cut when it
/// is too long.
pub trait Fusing: ChainSpec {
    /// The type of a chain one node longer.
    type With<D: ChainSpec>: Fusing<Out = D::Out>;
    /// The type of a chain with a link that belongs to the next node.
    type Between<D: ChainSpec>: Fusing<Out = D::Out>;

    /// The type of a chain with an edge whose grouping is final.
    type Grouped<G: Grouping<Self::Out>>: ChainSpec<Out = Self::Out>;
    /// The type of what is received from such an edge: behind a channel it does not name the chain
    /// upstream, as `D` does.
    type Received<D: ChainSpec<Out = Self::Out>>: Fusing<Out = Self::Out>;

    /// Counts one node more for `longer`, which ends at `node`; cuts it there if it is too long.
    fn with<D: ChainSpec>(
        longer: D,
        node: NodeId,
        times: Times,
        layouts: &Layouts,
    ) -> Self::With<D>;

    /// Wraps `longer`, which ends between two nodes, where it cannot be cut.
    fn between<D: ChainSpec>(longer: D) -> Self::Between<D>;

    /// Adds an edge whose grouping is final.
    fn grouped<G: Grouping<Self::Out>>(self, wiring: Wiring<Self::Out, G>) -> Self::Grouped<G>;

    /// The same chain by its other type.
    fn received<G: Grouping<Self::Out>>(
        between: Self::Between<Self::Grouped<G>>,
    ) -> Self::Received<Self::Grouped<G>>;
}

/// A chain `C` of length `N`, one of [`Links`].
#[derive(Debug)]
pub struct Fused<C, N> {
    chain: C,
    length: PhantomData<fn() -> N>,
}

/// The length of a chain: `N` links.
#[derive(Debug, Clone, Copy)]
pub struct Links<const N: usize>;

impl<C, N> Fused<C, N> {
    /// Gives a chain this length.
    pub fn new(chain: C) -> Self {
        Self { chain, length: PhantomData }
    }
}

impl<C: ChainSpec, N: 'static> ChainSpec for Fused<C, N> {
    type Out = C::Out;
    type Chain = C::Chain;
    type Connected = C::Connected;

    fn lower(&mut self, at: &mut At<'_>) -> Result<C::Chain> {
        self.chain.lower(at)
    }

    fn connect<G: Grouping<C::Out>>(
        &mut self,
        wiring: &mut Wiring<C::Out, G>,
        at: &mut At<'_>,
    ) -> Result<Self::Connected> {
        self.chain.connect(wiring, at)
    }

    fn call<G: Grouping<C::Out>>(
        &mut self,
        wiring: &mut Wiring<C::Out, G>,
        at: &mut At<'_>,
    ) -> Result<C::Chain> {
        self.chain.call(wiring, at)
    }

    fn channel<G: Grouping<C::Out>>(
        &mut self,
        wiring: &mut Wiring<C::Out, G>,
        at: &mut At<'_>,
    ) -> Result<GateRoot<C::Out>> {
        self.chain.channel(wiring, at)
    }

    fn references(&self) -> Option<&[Endpoint]> {
        self.chain.references()
    }

    fn fork(&self) -> Option<&ForkMark> {
        self.chain.fork()
    }

    fn end(self, node: NodeId, times: Times, layouts: &Layouts) -> OutputRef<C::Out> {
        self.chain.end(node, times, layouts)
    }
}

macro_rules! short {
    ($($length:literal)+) => {$(
        impl<C: ChainSpec> Fusing for Fused<C, Links<$length>> {
            type With<D: ChainSpec> = Fused<D, Links<{ $length + 1 }>>;
            type Between<D: ChainSpec> = Fused<D, Links<$length>>;
            type Grouped<G: Grouping<C::Out>> = Routed<Self, G>;
            type Received<D: ChainSpec<Out = C::Out>> = Fused<D, Links<$length>>;

            fn with<D: ChainSpec>(
                longer: D,
                _: NodeId,
                _: Times,
                _: &Layouts,
            ) -> Self::With<D> {
                Fused::new(longer)
            }

            fn between<D: ChainSpec>(longer: D) -> Self::Between<D> {
                Fused::new(longer)
            }

            fn grouped<G: Grouping<C::Out>>(self, wiring: Wiring<C::Out, G>) -> Routed<Self, G> {
                Routed::new(self, wiring)
            }

            fn received<G: Grouping<C::Out>>(
                between: Fused<Routed<Self, G>, Links<$length>>,
            ) -> Fused<Routed<Self, G>, Links<$length>> {
                between
            }
        }
    )+};
}
short!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);

impl<C: ChainSpec> Fusing for Fused<C, Links<LONGEST>> {
    type With<D: ChainSpec> = OutputRef<D::Out>;
    type Between<D: ChainSpec> = Fused<D, Links<LONGEST>>;
    type Grouped<G: Grouping<C::Out>> = Routed<Self, G>;
    type Received<D: ChainSpec<Out = C::Out>> = Fused<D, Links<LONGEST>>;

    fn with<D: ChainSpec>(
        longer: D,
        node: NodeId,
        times: Times,
        layouts: &Layouts,
    ) -> OutputRef<D::Out> {
        longer.end(node, times, layouts)
    }

    fn between<D: ChainSpec>(longer: D) -> Self::Between<D> {
        Fused::new(longer)
    }

    fn grouped<G: Grouping<C::Out>>(self, wiring: Wiring<C::Out, G>) -> Routed<Self, G> {
        Routed::new(self, wiring)
    }

    fn received<G: Grouping<C::Out>>(
        between: Fused<Routed<Self, G>, Links<LONGEST>>,
    ) -> Fused<Routed<Self, G>, Links<LONGEST>> {
        between
    }
}

/// What a chain begins with: the first node counts as one link.
macro_rules! beginning {
    ($($beginning:ident)+) => {$(
        impl<T: Send + 'static> Fusing for $beginning<T> {
            type With<D: ChainSpec> = Fused<D, Links<1>>;
            type Between<D: ChainSpec> = Fused<D, Links<1>>;
            type Grouped<G: Grouping<T>> = Routed<Self, G>;
            type Received<D: ChainSpec<Out = T>> = Fused<D, Links<1>>;

            fn with<D: ChainSpec>(longer: D, _: NodeId, _: Times, _: &Layouts) -> Self::With<D> {
                Fused::new(longer)
            }

            fn between<D: ChainSpec>(longer: D) -> Self::Between<D> {
                Fused::new(longer)
            }

            fn grouped<G: Grouping<T>>(self, wiring: Wiring<T, G>) -> Routed<Self, G> {
                Routed::new(self, wiring)
            }

            fn received<G: Grouping<T>>(
                between: Fused<Routed<Self, G>, Links<1>>,
            ) -> Fused<Routed<Self, G>, Links<1>> {
                between
            }
        }
    )+};
}
beginning!(OutputRef PathSpec);
