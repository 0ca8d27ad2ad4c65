//! A use of outputs that are laid out on their own: of a fan-out, a side output, an operator that
//! awaits, or many streams merged into one.

use super::{Declared, Links, Marker, TimeState};
use crate::error::Result;
use crate::grouping::{Forward, Grouping};
use crate::stage::{InletRoot, Link};
use crate::topology::{Endpoint, Lowering, NodeId, Wiring};
use std::convert::Infallible;
use std::fmt;

/// A use of outputs that are laid out on their own. `M` says whether its events have event time,
/// `S` what goes to the late, the error and the overflow output of its node, if it has one of its
/// own.
pub struct Tap<T, M, S = (Infallible, Infallible, Infallible)> {
    pub(crate) outputs: Vec<Endpoint>,
    pub(crate) events: Marker<(T, M, S)>,
}

impl<T, M, S> fmt::Debug for Tap<T, M, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tap").field("outputs", &self.outputs).finish()
    }
}

impl<T, M, L, E, V> Declared for Tap<T, M, (L, E, V)>
where
    T: Send + 'static,
    M: TimeState,
    L: Send + 'static,
    E: Send + 'static,
    V: Send + 'static,
{
    type Out = T;
    type Chain = InletRoot<T>;
    type Time = M;
    type Late = L;
    type Error = E;
    type Overflow = V;
    type Unmatched = Infallible;
    type LateInput = Infallible;
    type UnmatchedInput = Infallible;
    type OverflowInput = Infallible;

    fn lower(self, to: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>> {
        let wiring = Wiring { from: self.outputs, to, grouping: Forward::default(), clone: None };
        Ok(lowering.consume(&wiring, M::TIMED))
    }

    fn connect<G: Grouping<T>>(
        self,
        wiring: Wiring<T, G>,
        lowering: &mut Lowering,
    ) -> Result<Links<Self>> {
        Ok(lowering.consume(&wiring, M::TIMED).into_iter().map(Link::Channel).collect())
    }

    fn taps(&self) -> Option<&[Endpoint]> {
        Some(&self.outputs)
    }
}
