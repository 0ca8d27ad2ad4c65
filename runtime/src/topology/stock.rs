//! Stages made of closures.

use super::Stream;
use super::declared::{Declared, ThenAt};
use super::draft::Naming;
use crate::operator::{Filter, FlatMap, Inspect, Map, Step, Stepping, Unkeyed};

impl<T: Send + 'static, C: Declared<Out = T>> Stream<T, C> {
    /// Turns every event into another.
    #[track_caller]
    #[must_use]
    pub fn map<U, F>(self, function: F) -> Stream<U, ThenAt<C, Map<F>>>
    where
        U: Send + 'static,
        F: Fn(T) -> U + Clone + Send + 'static,
    {
        self.stock(Map(function))
    }

    /// Keeps the events for which a condition holds.
    #[track_caller]
    #[must_use]
    pub fn filter<F>(self, condition: F) -> Stream<T, ThenAt<C, Filter<F>>>
    where
        F: Fn(&T) -> bool + Clone + Send + 'static,
    {
        self.stock(Filter(condition))
    }

    /// Turns every event into any number of others.
    #[track_caller]
    #[must_use]
    pub fn flat_map<I, F>(self, function: F) -> Stream<I::Item, ThenAt<C, FlatMap<F>>>
    where
        I: IntoIterator<Item: Send> + 'static,
        F: Fn(T) -> I + Clone + Send + 'static,
    {
        self.stock(FlatMap(function))
    }

    /// Looks at every event.
    #[track_caller]
    #[must_use]
    pub fn inspect<F>(self, look: F) -> Stream<T, ThenAt<C, Inspect<F>>>
    where
        F: Fn(&T) + Clone + Send + 'static,
    {
        self.stock(Inspect(look))
    }

    #[track_caller]
    fn stock<O>(self, operator: O) -> Stream<O::Out, ThenAt<C, O>>
    where
        O: Step<T, State = (), Keying = Unkeyed, Mode = Stepping>,
    {
        self.attach(operator, Naming::Engine)
    }
}
