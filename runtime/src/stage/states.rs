//! How the events of a chain find their state.

use crate::event::{Meta, WithKey};
use crate::key::{Key, KeyHash};
use crate::state::{State, StateTable};

/// How the events of a chain find their state.
pub trait States<In, T>: Send + 'static {
    /// The state of an operator.
    type State;

    /// The event, and the state of its key.
    fn find(&mut self, event: In, meta: Meta) -> (T, &mut Self::State);

    /// Forgets the key whose state was found last.
    fn forget(&mut self);
}

/// The events of an operator without state.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoStates(());

impl<T> States<T, T> for NoStates {
    type State = ();

    fn find(&mut self, event: T, _: Meta) -> (T, &mut ()) {
        (event, &mut self.0)
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
    type State = S;

    fn find(&mut self, event: WithKey<K, T>, meta: Meta) -> (T, &mut S) {
        self.last = Some((meta.hash, event.key.clone()));
        (event.value, self.table.slot(meta.hash, event.key).into_state())
    }

    fn forget(&mut self) {
        if let Some((hash, key)) = self.last.take() {
            self.table.slot(hash, key).remove();
        }
    }
}
