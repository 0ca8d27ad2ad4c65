//! Event time and its order, as verbs of a stream.

use super::bounds::{HasEventTime, Possible};
use super::outputs::{OfNode, SideOutputs};
use super::stream::Stream;
use super::time::{TimeState, Timed};
use crate::lowering::{ChainSpec, EventTimeSpec, Fusing, InOrderSpec, LinkedSpec};
use crate::time::{EventTime, Watermarks};
use crate::topology::{Carried, Endpoint, OutputKind};
use crate::window::Late;
use std::convert::Infallible;

/// The outputs of a node that puts events in order.
type Ordered<T, S> =
    OfNode<Late<T>, <S as SideOutputs>::Error, <S as SideOutputs>::Overflow, Infallible>;

impl<T, M, S, C> Stream<T, M, S, C>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Says when each event happened, and how the watermark follows: `lateness(…)` says how late an
    /// event may arrive, `punctuated(…)` that some events tell.
    #[track_caller]
    #[must_use]
    pub fn event_time<F, W>(
        self,
        time: F,
        strategy: W,
    ) -> Stream<T, Timed, S::AtNode, C::With<impl ChainSpec<Out = T>>>
    where
        F: Fn(&T) -> EventTime + Clone + Send + 'static,
        W: Watermarks<T>,
    {
        let (stream, node) = self.at_own_node();
        let spec = EventTimeSpec::new(time, strategy, node);
        stream.extended(node, |chain| LinkedSpec::new(chain, spec))
    }

    /// Puts the events in order of time, those of equal time in order of `tie`.
    ///
    /// Each is buffered until the watermark has passed it. What comes after its watermark is late.
    #[track_caller]
    #[must_use]
    pub fn in_order<B, F>(
        self,
        tie: F,
    ) -> Stream<T, Timed, Ordered<T, S>, C::With<impl ChainSpec<Out = T>>>
    where
        M: HasEventTime<Possible>,
        B: Ord + Send + 'static,
        F: Fn(&T) -> B + Clone + Send + 'static,
    {
        let (stream, node) = self.at_own_node();
        let late = Endpoint { node, port: OutputKind::Late };
        stream.draft().declaration.add_output(late, Carried::of::<T>());
        let spec = InOrderSpec::new(tie, node);
        stream.extended(node, |chain| LinkedSpec::new(chain, spec))
    }
}
