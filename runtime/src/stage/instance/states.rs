//! State lookup: none, or by key.

use crate::event::{Meta, WithKey};
use crate::key::{Key, KeyHash};
use crate::state::{State, StateEntry, StateTable};

/// Looks up the state of an operator for each event.
///
/// Keyed and unkeyed operators share one link and one awaiting segment; this is the only part in
/// which they differ. `In` is what the chain emits, with its key if any; `T` is what the operator
/// receives.
pub trait States<In, T>: Default + Send + 'static {
    /// The key that a state belongs to; `()` without keys.
    type Key: Key;
    /// The state of the operator for one key.
    type State;
    /// Access to one state.
    type Slot<'a>: StateSlot<'a, State = Self::State>;

    /// The key of an event, cloned for its timers.
    fn key(event: &In) -> Self::Key;

    /// Splits an event from its key and looks up the state of that key by the hash in `meta`; a new
    /// key gets the default state.
    fn find(&mut self, event: In, meta: Meta) -> (T, Self::Slot<'_>);

    /// The state of a key, for a timer.
    fn of_key(&mut self, hash: KeyHash, key: &Self::Key) -> Self::Slot<'_>;
}

/// Access to the state of one key: read, change, remove.
pub trait StateSlot<'a> {
    /// The state of the operator for one key.
    type State;

    /// The state, to read or change.
    fn state(&mut self) -> &mut Self::State;

    /// The state, borrowed from its table: for a call that awaits.
    fn into_state(self) -> &'a mut Self::State;

    /// Removes the state, and with it what it takes up in memory.
    fn remove(self);
}

/// The [`States`] of an operator without state: every event finds `()`.
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

/// The [`States`] of a keyed operator: a table with the state of each key that has one.
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
