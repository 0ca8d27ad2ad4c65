//! What a window keeps of its events, and what it emits.

use super::aggregate::Aggregate;
use super::bounds::Bounds;
use super::store::Events;
use super::{Firing, Window, WindowResult};
use crate::event::WithKey;
use crate::operator::{
    AtEventOf, InWindow, Instance, NoSnapshot, OperatorPlace, Snapshot, Uncounted,
};
use crate::time::EventTime;
use std::fmt;
use std::marker::PhantomData;

/// What a window keeps of its events, and what it emits when it fires.
///
/// Implemented by the engine for aggregates, for full windows and for joins. Users implement
/// [`Aggregate`] instead.
pub trait Accumulator<K, T>: Clone + Send + 'static {
    /// The state of one window, or of one pane of it.
    type State: Clone + Send + 'static;
    /// What a window emits.
    type Out: Send + 'static;
    /// Whether the state grows with the number of events.
    const GROWS: bool;

    /// The same for an instance that is named if code of the user panics.
    #[must_use]
    fn at(self, _: &OperatorPlace) -> Self {
        self
    }

    /// Returns the state of a window without events.
    fn create(&self) -> Self::State;

    /// Adds an event to a state.
    fn add(&self, state: &mut Self::State, event: T, time: EventTime);

    /// Adds the state of a later pane to a state.
    fn merge(&self, state: &mut Self::State, later: &Self::State);

    /// Whether a state can be [taken out](Self::subtract) again; always the same.
    #[inline]
    fn subtracts(&self) -> bool {
        false
    }

    /// Takes a state out into which it was merged; called only if it [can](Self::subtracts) be.
    #[inline]
    fn subtract(&self, _state: &mut Self::State, _merged: &Self::State) {}

    /// Returns what a window emits that fires again, or shares its state with other windows.
    fn emit(&self, key: &K, at: (Bounds, Firing), state: &Self::State) -> Self::Out;

    /// Returns what a window emits that fires for the last time. Consumes the state, so that it
    /// need not be copied.
    fn emit_last(&self, key: K, at: (Bounds, Firing), state: Self::State) -> Self::Out {
        self.emit(&key, at, &state)
    }
}

/// Keeps the state of an aggregate over a value selected from each event.
pub struct ValueAccumulator<F, A, V> {
    select: F,
    aggregate: A,
    /// Names the node if one of the two panics.
    place: OperatorPlace,
    value: PhantomData<fn() -> V>,
}

impl<F, A, V> ValueAccumulator<F, A, V> {
    /// Aggregates the values that `select` returns.
    pub(super) fn new(select: F, aggregate: A) -> Self {
        let place = OperatorPlace::new("aggregate".into(), Instance::ONLY);
        Self { select, aggregate, place, value: PhantomData }
    }

    /// Aggregates, and watches the aggregate.
    #[inline(always)]
    fn watched<R>(&self, shown: &impl Snapshot, work: impl FnOnce(&A) -> R) -> R {
        let watch = self.place.watch(Uncounted, shown);
        let result = work(&self.aggregate);
        watch.end();
        result
    }
}

impl<F: Clone, A: Clone, V> Clone for ValueAccumulator<F, A, V> {
    fn clone(&self) -> Self {
        let (select, aggregate) = (self.select.clone(), self.aggregate.clone());
        Self { select, aggregate, place: self.place.clone(), value: PhantomData }
    }
}

impl<F, A, V> fmt::Debug for ValueAccumulator<F, A, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValueAccumulator").finish_non_exhaustive()
    }
}

impl<K, T, V, F, A> Accumulator<K, T> for ValueAccumulator<F, A, V>
where
    K: Clone + Send + 'static,
    F: Fn(&T) -> V + Clone + Send + 'static,
    A: Aggregate<V>,
    V: 'static,
{
    type State = A::State;
    type Out = WindowResult<K, A::Out>;
    const GROWS: bool = A::GROWS;

    fn at(self, place: &OperatorPlace) -> Self {
        Self { place: place.clone(), ..self }
    }

    #[inline]
    fn create(&self) -> A::State {
        self.watched(&NoSnapshot, A::create)
    }

    #[inline(always)]
    fn add(&self, state: &mut A::State, event: T, time: EventTime) {
        self.watched(&AtEventOf(time), |aggregate| aggregate.add(state, (self.select)(&event)));
    }

    #[inline]
    fn merge(&self, state: &mut A::State, later: &A::State) {
        self.watched(&NoSnapshot, |aggregate| aggregate.merge(state, later));
    }

    #[inline]
    fn subtracts(&self) -> bool {
        self.watched(&NoSnapshot, A::subtracts)
    }

    #[inline]
    fn subtract(&self, state: &mut A::State, merged: &A::State) {
        self.watched(&NoSnapshot, |aggregate| aggregate.subtract(state, merged));
    }

    #[inline]
    fn emit(&self, key: &K, (bounds, firing): (Bounds, Firing), state: &A::State) -> Self::Out {
        let Bounds { start, end } = bounds;
        let value = self.watched(&InWindow(end), |aggregate| aggregate.finish(state));
        WindowResult { key: key.clone(), start, end, firing, value }
    }

    #[inline]
    fn emit_last(&self, key: K, (bounds, firing): (Bounds, Firing), state: A::State) -> Self::Out {
        let Bounds { start, end } = bounds;
        let value = self.watched(&InWindow(end), |aggregate| aggregate.finish(&state));
        WindowResult { key, start, end, firing, value }
    }
}

/// Keeps the events themselves, for operators on full windows.
#[derive(Debug, Clone, Copy, Default)]
pub struct EventAccumulator;

impl<K, T> Accumulator<K, T> for EventAccumulator
where
    K: Clone + Send + 'static,
    T: Clone + Send + Sync + 'static,
{
    type State = Events<T>;
    type Out = WithKey<K, Window<K, T>>;
    const GROWS: bool = true;

    fn create(&self) -> Events<T> {
        Events::default()
    }

    #[inline(always)]
    fn add(&self, state: &mut Events<T>, event: T, time: EventTime) {
        state.put(time, EventTime::MAX, event);
    }

    fn merge(&self, state: &mut Events<T>, later: &Events<T>) {
        state.extend(later);
    }

    fn emit(&self, key: &K, at: (Bounds, Firing), state: &Events<T>) -> Self::Out {
        self.emit_last(key.clone(), at, state.clone())
    }

    fn emit_last(&self, key: K, (bounds, firing): (Bounds, Firing), state: Events<T>) -> Self::Out {
        let value = Window::whole(key.clone(), bounds, firing, state);
        WithKey { key, value }
    }
}
