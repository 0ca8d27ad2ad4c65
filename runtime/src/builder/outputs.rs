//! The side outputs of a node, as types.

use std::convert::Infallible;
use std::marker::PhantomData;

/// What goes to the side outputs of the node that a stream comes from;
/// [`Infallible`](std::convert::Infallible) if it has no such output.
pub trait SideOutputs: 'static {
    /// Late events.
    type Late: Send + 'static;
    /// Errors.
    type Error: Send + 'static;
    /// Events that the edge into the node had no room for.
    type Overflow: Send + 'static;
    /// Events without a partner.
    type Unmatched: Send + 'static;
    /// What the edge to the next node has no room for.
    type Dropped: Send + 'static;
    /// The same once the stream has a node of its own.
    type AtNode: SideOutputs<Overflow = Self::Overflow>;
}

/// The side outputs of a node: late events `L`, errors `E`, overflow `V`, unmatched events `U`.
#[derive(Debug)]
pub struct OfNode<L = Infallible, E = Infallible, V = Infallible, U = Infallible>(
    PhantomData<fn() -> (L, E, V, U)>,
);

/// Between two nodes there is only what the edge drops: `V`.
#[derive(Debug)]
pub struct OfEdge<V = Infallible>(PhantomData<fn() -> V>);

impl<L, E, V, U> SideOutputs for OfNode<L, E, V, U>
where
    L: Send + 'static,
    E: Send + 'static,
    V: Send + 'static,
    U: Send + 'static,
{
    type Late = L;
    type Error = E;
    type Overflow = V;
    type Unmatched = U;
    type Dropped = Infallible;
    type AtNode = Self;
}

impl<V: Send + 'static> SideOutputs for OfEdge<V> {
    type Late = Infallible;
    type Error = Infallible;
    type Overflow = V;
    type Unmatched = Infallible;
    type Dropped = V;
    type AtNode = OfNode<Infallible, Infallible, V>;
}
