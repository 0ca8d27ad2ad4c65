//! How the events of a chain find their state.

use crate::event::{Meta, WithKey};
use crate::key::{Key, KeyHash};
use crate::state::{State, StateEntry, StateTable};

/// How the events of a chain find the state of an operator.
pub trait States<In, T>: Default + Send + 'static {
    /// What the state belongs to.
    type Key: Key;
    /// The state of an operator.
    type State;
    /// The place of one state.
    type Slot<'a>: StateSlot<'a, State = Self::State>;

    /// The key of an event.
    fn key(event: &In) -> Self::Key;

    /// The event, and the state of its key.
    fn find(&mut self, event: In, meta: Meta) -> (T, Self::Slot<'_>);

    /// The state of a key.
    fn of_key(&mut self, hash: KeyHash, key: &Self::Key) -> Self::Slot<'_>;
}

/// The place of one state.
pub trait StateSlot<'a> {
    /// The state of an operator.
    type State;

    /// The state.
    fn state(&mut self) -> &mut Self::State;

    /// The state, for as long as its table is not used.
    fn into_state(self) -> &'a mut Self::State;

    /// Forgets the state.
    fn remove(self);
}

/// The events of an operator without state.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoStates(());

impl<T> States<T, T> for NoStates {
    type Key = ();
    type State = ();
    type Slot<'a> = &'a mut ();

    #[inline(always)]
    fn key(_: &T) {}

    #[inline(always)]
    fn find(&mut self, event: T, _: Meta) -> (T, &mut ()) {
        (event, &mut self.0)
    }

    fn of_key(&mut self, _: KeyHash, (): &()) -> &mut () {
        &mut self.0
    }
}

impl<'a> StateSlot<'a> for &'a mut () {
    type State = ();

    #[inline(always)]
    fn state(&mut self) -> &mut () {
        self
    }

    fn into_state(self) -> &'a mut () {
        self
    }

    fn remove(self) {}
}

/// The events of an operator with state per key.
#[derive(Debug)]
pub struct KeyedStates<K, S>(StateTable<K, S>);

impl<K, S> Default for KeyedStates<K, S> {
    fn default() -> Self {
        Self(StateTable::default())
    }
}

impl<K: Key, S: State, T> States<WithKey<K, T>, T> for KeyedStates<K, S> {
    type Key = K;
    type State = S;
    type Slot<'a> = StateEntry<'a, K, S>;

    #[inline(always)]
    fn key(event: &WithKey<K, T>) -> K {
        event.key.clone()
    }

    #[inline(always)]
    fn find(&mut self, event: WithKey<K, T>, meta: Meta) -> (T, StateEntry<'_, K, S>) {
        (event.value, self.0.slot(meta.hash, event.key))
    }

    fn of_key(&mut self, hash: KeyHash, key: &K) -> StateEntry<'_, K, S> {
        self.0.slot(hash, key.clone())
    }
}

impl<'a, K: Key, S: State> StateSlot<'a> for StateEntry<'a, K, S> {
    type State = S;

    #[inline(always)]
    fn state(&mut self) -> &mut S {
        StateEntry::state(self)
    }

    #[inline(always)]
    fn into_state(self) -> &'a mut S {
        StateEntry::into_state(self)
    }

    #[inline(always)]
    fn remove(self) {
        StateEntry::remove(self);
    }
}
