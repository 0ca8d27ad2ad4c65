//! How the events of a chain find their state.

use crate::event::{Meta, WithKey};
use crate::key::{Key, KeyHash};
use crate::state::{State, StateTable};

/// How the events of a chain find their state.
pub trait States<In, T>: Send + 'static {
    /// What the state belongs to.
    type Key: Key;
    /// The state of an operator.
    type State;

    /// The event, and the state of its key.
    fn find(&mut self, event: In, meta: Meta) -> (T, &mut Self::State);

    /// The state of a key.
    fn of_key(&mut self, hash: KeyHash, key: &Self::Key) -> &mut Self::State;

    /// The key whose state was found last.
    fn last(&self) -> Option<(KeyHash, Self::Key)>;

    /// Forgets the key whose state was found last.
    fn forget(&mut self);
}

/// The events of an operator without state.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoStates(());

impl<T> States<T, T> for NoStates {
    type Key = ();
    type State = ();

    fn find(&mut self, event: T, _: Meta) -> (T, &mut ()) {
        (event, &mut self.0)
    }

    fn of_key(&mut self, _: KeyHash, (): &()) -> &mut () {
        &mut self.0
    }

    fn last(&self) -> Option<(KeyHash, ())> {
        None
    }

    fn forget(&mut self) {}
}

/// The events of an operator with state per key.
#[derive(Debug)]
pub struct KeyedStates<K, S> {
    table: StateTable<K, S>,
    last: Option<(KeyHash, K)>,
}

impl<K, S> Default for KeyedStates<K, S> {
    fn default() -> Self {
        Self { table: StateTable::default(), last: None }
    }
}

impl<K: Key, S: State, T> States<WithKey<K, T>, T> for KeyedStates<K, S> {
    type Key = K;
    type State = S;

    fn find(&mut self, event: WithKey<K, T>, meta: Meta) -> (T, &mut S) {
        self.last = Some((meta.hash, event.key.clone()));
        (event.value, self.table.slot(meta.hash, event.key).into_state())
    }

    fn of_key(&mut self, hash: KeyHash, key: &K) -> &mut S {
        self.last = Some((hash, key.clone()));
        self.table.slot(hash, key.clone()).into_state()
    }

    fn last(&self) -> Option<(KeyHash, K)> {
        self.last.clone()
    }

    fn forget(&mut self) {
        if let Some((hash, key)) = &self.last {
            self.table.slot(*hash, key.clone()).remove();
        }
    }
}
