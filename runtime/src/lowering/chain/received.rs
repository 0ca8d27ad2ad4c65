//! A declared chain that begins at channels.

use super::{At, ChainSpec};
use crate::error::{Error, ErrorKind, Result};
use crate::grouping::Grouping;
use crate::lowering::Wiring;
use crate::stage::GateRoot;
use std::fmt;

/// Begins a chain at channels, and hides the chain upstream of them: no loop is fused across a
/// channel, so nothing downstream needs its type.
pub struct ReceivedSpec<T>(Box<Receive<T>>);

/// Lowers the chain upstream and its channels for the next instance downstream.
type Receive<T> = dyn FnMut(&mut At<'_>) -> Result<GateRoot<T>> + Send;

impl<T> fmt::Debug for ReceivedSpec<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReceivedSpec")
    }
}

impl<T: Send + 'static> ReceivedSpec<T> {
    /// Receives the events of `chain`.
    pub(super) fn from<C, G>(mut chain: C, mut wiring: Wiring<T, G>) -> Self
    where
        C: ChainSpec<Out = T>,
        G: Grouping<T>,
    {
        Self(Box::new(move |at| chain.channel(&mut wiring, at)))
    }
}

impl<T: Send + 'static> ChainSpec for ReceivedSpec<T> {
    type Out = T;
    type Chain = GateRoot<T>;
    type Connected = GateRoot<T>;

    fn lower(&mut self, at: &mut At<'_>) -> Result<GateRoot<T>> {
        (self.0)(at)
    }

    fn connect<G: Grouping<T>>(
        &mut self,
        _: &mut Wiring<T, G>,
        at: &mut At<'_>,
    ) -> Result<GateRoot<T>> {
        if const { G::INDIFFERENT } { self.lower(at) } else { Err(grouped_twice()) }
    }
}

/// The error for an edge with a second grouping.
fn grouped_twice() -> Error {
    Error::new(ErrorKind::Topology, "the grouping of an edge follows its instance count")
}
