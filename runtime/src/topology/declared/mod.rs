//! Chains as declared: one type for each kind of link, composed like the running ones.

mod awaited;
mod feedback;
mod joined;
mod keyed;
mod lossy;
mod redistributed;
mod source;
mod tap;
mod then;
mod timed;

pub use awaited::AwaitedAt;
pub use feedback::FeedbackAt;
pub use joined::PairedAt;
pub use keyed::{KeyAt, ThenKeyedAt, UnkeyAt, WindowAt};
pub use lossy::LossyAt;
pub use redistributed::Redistributed;
pub(crate) use source::Open;
pub use source::SourceAt;
pub use tap::Tap;
pub use then::ThenAt;
pub use timed::{EventTimeAt, InOrderAt};

use super::{Endpoint, Lowering, NodeId, Route, Wiring};
use crate::error::Result;
use crate::grouping::Grouping;
use crate::stage::{Chain, Link, Segment};
use std::marker::PhantomData;

/// Marks a type that is only spoken of.
pub(crate) type Marker<T> = PhantomData<fn() -> T>;

/// The running form of a chain behind an edge of either kind, in every instance.
pub type Links<C> = Vec<Link<<C as Declared>::Chain, <C as Declared>::Out>>;

/// Whether the events of a stream have event time.
pub trait TimeState: Sized + Send + 'static {
    /// Whether they have.
    const TIMED: bool;
}

/// The events have event time.
#[derive(Debug, Clone, Copy)]
pub struct Timed;

/// The events have no event time.
#[derive(Debug, Clone, Copy)]
pub struct Untimed;

impl TimeState for Timed {
    const TIMED: bool = true;
}

impl TimeState for Untimed {
    const TIMED: bool = false;
}

/// Whether the events of a chain have event time.
pub(super) const fn timed<C: Declared>() -> bool {
    <C::Time as TimeState>::TIMED
}

/// A chain as declared, which can be turned into a running one.
pub trait Declared: Send + Sized + 'static {
    /// The events it gives on.
    type Out: Send + 'static;
    /// Its running form.
    type Chain: Chain<Out = Self::Out>;
    /// Whether its events have event time.
    type Time: TimeState;
    /// What its node gives to its late output; [`Infallible`](std::convert::Infallible) if nothing.
    type Late: Send + 'static;
    /// What its node gives to its error output; [`Infallible`](std::convert::Infallible) if
    /// nothing.
    type Error: Send + 'static;
    /// What is dropped before its node, or before the next if it ends in an edge;
    /// [`Infallible`](std::convert::Infallible) if nothing.
    type Overflow: Send + 'static;
    /// What its node gives to its unmatched output; [`Infallible`](std::convert::Infallible) if
    /// nothing.
    type Unmatched: Send + 'static;
    /// What comes late for the node after it.
    type LateInput: Send + 'static;
    /// What finds no partner in the node after it.
    type UnmatchedInput: Send + 'static;
    /// What the edge to the node after it drops.
    type OverflowInput: Send + 'static;

    /// Its running form in every instance of `to`, the node that takes its events.
    ///
    /// # Errors
    /// If a source cannot be opened.
    fn lower(self, to: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>>;

    /// Its running form behind an edge of either kind.
    ///
    /// # Errors
    /// If a source cannot be opened.
    fn connect<G: Grouping<Self::Out>>(
        self,
        wiring: Wiring<Self::Out, G>,
        lowering: &mut Lowering,
    ) -> Result<Links<Self>> {
        let Some(from) = wiring.from.first().copied() else {
            return Ok(Vec::new());
        };
        if lowering.route(from, wiring.to) == Route::Call {
            let chains = self.lower(wiring.to, lowering)?;
            return Ok(chains.into_iter().map(Link::Call).collect());
        }
        let (routers, inputs) = lowering.routers(from, &wiring, timed::<Self>());
        let chains = self.lower(from.node, lowering)?;
        for (instance, (chain, router)) in chains.into_iter().zip(routers).enumerate() {
            lowering.place(from.node, instance, Segment::new(chain, router));
        }
        Ok(super::lowering::roots(inputs).into_iter().map(Link::Channel).collect())
    }

    /// The outputs this is nothing but a use of, if so.
    fn taps(&self) -> Option<&[Endpoint]> {
        None
    }
}
