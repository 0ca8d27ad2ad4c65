//! The side outputs of a node, as types.

use std::convert::Infallible;
use std::marker::PhantomData;

/// The event types of the side outputs of the node that a stream comes from;
/// [`Infallible`](std::convert::Infallible) for an output that the node lacks.
pub trait SideOutputs: 'static {
    /// Late events.
    type Late: Send + 'static;
    /// Errors.
    type Error: Send + 'static;
    /// Events dropped on the edge into the node.
    type Overflow: Send + 'static;
    /// Events without a match.
    type Unmatched: Send + 'static;
    /// Events dropped on the edge to the next node.
    type Dropped: Send + 'static;
    /// The side outputs after the stream has been moved to a node of its own.
    type AtNode: SideOutputs<Overflow = Self::Overflow>;
}

/// The side outputs of a node: late events `L`, errors `E`, overflow `V`, unmatched events `U`.
#[derive(Debug)]
pub struct OfNode<L = Infallible, E = Infallible, V = Infallible, U = Infallible>(
    PhantomData<fn() -> (L, E, V, U)>,
);

/// The side outputs between two nodes: events `V` dropped on the edge.
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
