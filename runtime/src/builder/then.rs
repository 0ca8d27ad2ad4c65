//! Operators on a stream without a key, written as such or as closures.

use super::attach::{AttachUnkeyed, Site};
use super::bounds::{Fitting, KeyFor, NoKey, Upstream};
use super::outputs::{OfNode, SideOutputs};
use super::stream::{Ends, Stream};
use super::time::TimeState;
use crate::lowering::{ChainSpec, Fusing};
use crate::operator::{Filter, FlatMap, Inspect, Map, Operator, Step, Stepping, Unkeyed};
use crate::topology::{Endpoint, Naming};
use std::convert::Infallible;

/// The outputs of an operator downstream of a stream with the outputs `S`; `E` are its errors, `L`
/// its late events.
pub type Downstream<S, E = Infallible, L = Infallible> = OfNode<L, E, <S as SideOutputs>::Dropped>;

impl<T, M, S, C> Upstream for Stream<T, M, S, C> {
    type Event = T;
    type Key = NoKey;
    type Time = M;
    type Fitting<A> = Fitting<Self, A>;

    fn fitting<A>(self, argument: A) -> Fitting<Self, A> {
        Fitting::new(self, argument)
    }
}

impl<T, M, S, C> Stream<T, M, S, C>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Adds an operator.
    #[track_caller]
    #[must_use]
    pub fn then<O>(
        self,
        operator: O,
    ) -> Stream<O::Out, M, Downstream<S, O::Error>, C::With<impl ChainSpec<Out = O::Out>>>
    where
        O: Operator<T>,
        NoKey: KeyFor<O::Keying>,
        (O::Keying, O::Mode): AttachUnkeyed<T, C, O>,
    {
        self.attach(operator, Naming::Operator)
    }

    #[track_caller]
    pub(super) fn attach<O>(
        self,
        operator: O,
        naming: Naming,
    ) -> Stream<O::Out, M, Downstream<S, O::Error>, C::With<impl ChainSpec<Out = O::Out>>>
    where
        O: Operator<T>,
        (O::Keying, O::Mode): AttachUnkeyed<T, C, O>,
    {
        let kind = <(O::Keying, O::Mode)>::KIND;
        let node = self.add_node(O::NAME, naming, kind);
        let Stream { draft, chain, .. } = self;
        let mut to = draft.borrow_mut();
        to.declaration.add_errors::<T, O>(node);
        let site = Site { node, times: M::TIMES, layouts: &mut to.layouts };
        let chain = <(O::Keying, O::Mode)>::attach(chain, operator, site);
        let chain = C::with(chain, node, M::TIMES, &mut to.layouts);
        drop(to);
        let ends = Ends::of(&chain);
        Stream::new(draft, chain, vec![Endpoint::main(node)], ends)
    }

    /// Turns every event into another.
    #[track_caller]
    #[must_use]
    pub fn map<U, F>(
        self,
        function: F,
    ) -> Stream<U, M, Downstream<S>, C::With<impl ChainSpec<Out = U>>>
    where
        U: Send + 'static,
        F: Fn(T) -> U + Clone + Send + 'static,
    {
        self.stock(Map(function))
    }

    /// Keeps the events for which a condition holds.
    #[track_caller]
    #[must_use]
    pub fn filter<F>(
        self,
        condition: F,
    ) -> Stream<T, M, Downstream<S>, C::With<impl ChainSpec<Out = T>>>
    where
        F: Fn(&T) -> bool + Clone + Send + 'static,
    {
        self.stock(Filter(condition))
    }

    /// Turns every event into any number of others.
    #[track_caller]
    #[must_use]
    pub fn flat_map<I, F>(
        self,
        function: F,
    ) -> Stream<I::Item, M, Downstream<S>, C::With<impl ChainSpec<Out = I::Item>>>
    where
        I: IntoIterator<Item: Send> + 'static,
        F: Fn(T) -> I + Clone + Send + 'static,
    {
        self.stock(FlatMap(function))
    }

    /// Looks at every event.
    #[track_caller]
    #[must_use]
    pub fn inspect<F>(
        self,
        look: F,
    ) -> Stream<T, M, Downstream<S>, C::With<impl ChainSpec<Out = T>>>
    where
        F: Fn(&T) + Clone + Send + 'static,
    {
        self.stock(Inspect(look))
    }

    #[track_caller]
    fn stock<O>(
        self,
        operator: O,
    ) -> Stream<O::Out, M, Downstream<S, O::Error>, C::With<impl ChainSpec<Out = O::Out>>>
    where
        O: Step<T, State = (), Keying = Unkeyed, Mode = Stepping>,
    {
        self.attach(operator, Naming::Engine)
    }
}
