//! State lookup: none, or by key.

use crate::checkpoint::RowsWriter;
use crate::env::Env;
use crate::error::Result;
use crate::event::{Meta, Times, WithKey};
use crate::key::{Key, KeyHash};
use crate::mutant::Mutant;
use crate::operator::{HeldBy, NoTimers};
use crate::state::{
    KEY, Kept, KeptType, Memory, RowChange, RowMark, STATE, State, StateEntry, StateTable,
    Volatile, WrittenShapes, new_state,
};
use crate::time::EventTime;
use std::marker::PhantomData;
use std::task::{Context, Poll};

/// Looks up the state of an operator for each event.
///
/// Keyed and unkeyed operators share one link and one awaiting segment; this is the only part in
/// which they differ. `In` is what the chain emits, with its key if any; `T` is what the operator
/// receives.
pub trait States<In, T>: Send + 'static {
    /// The key that a state belongs to; `()` without keys.
    type Key: Key;
    /// The state of the operator for one key.
    type State: State;
    /// Access to one state.
    type Slot<'a>: StateSlot<State = Self::State>;

    /// Creates an instance without states, of an operator whose events have event time or not.
    fn new(times: Times, env: &Env) -> Self;

    /// The key of an event, cloned for its timers.
    fn key(event: &In) -> Self::Key;

    /// Splits an event from its key.
    fn split(event: In) -> (T, Self::Key);

    /// Joins them again, for an event that waits.
    fn join(event: T, key: Self::Key) -> In;

    /// Splits an event from its key and looks up the state of that key by the hash in `meta`; a new
    /// key gets the default state. `now` is the event time of the call, if states expire.
    fn find(&mut self, event: In, meta: Meta, now: EventTime) -> (T, Self::Slot<'_>);

    /// The state of a key, for a timer that is called at `now`.
    fn of_key(&mut self, hash: KeyHash, key: &Self::Key, now: EventTime) -> Self::Slot<'_>;

    /// Moves the state of a key out of its row, for a call at `now` that awaits: the call owns it.
    fn lend(&mut self, hash: KeyHash, key: &Self::Key, now: EventTime) -> Self::State {
        std::mem::replace(self.of_key(hash, key, now).state(), new_state())
    }

    /// Moves the state of a key back into its row after a call at `now`, or removes the row.
    fn give_back(
        &mut self,
        (hash, key): (KeyHash, &Self::Key),
        now: EventTime,
        state: Option<Self::State>,
    ) {
        let mut slot = self.of_key(hash, key, now);
        match state {
            Some(state) => *slot.state() = state,
            None => slot.remove(),
        }
    }

    /// The number of keys with a state; none without keys.
    fn rows(&self) -> Option<usize> {
        None
    }

    /// Whether there is a table, which may be larger than the caches.
    const LOOKS_AHEAD: bool = false;

    /// Whether it is so large by now that most rows are probably in none of the nearer caches.
    fn are_far(&self) -> bool {
        false
    }

    /// Reads the row of an event's key, and does nothing with it: the processor fetches it.
    #[inline(always)]
    fn look_at(&self, _event: &In, _meta: Meta) {}

    /// Marks the row of a key as changed: its timers or waiting events have.
    fn mark(&mut self, hash: KeyHash, key: &Self::Key);

    /// Whether events have a key.
    const KEYED: bool = true;

    /// Whether states expire. If not, nothing below that is about expiry is called.
    const EXPIRES: bool = false;

    /// Frees what has expired by event time.
    fn expire(&mut self, _watermark: EventTime) {}

    /// Reads the job's clock, if states expire by that, and frees what has.
    fn tick(&mut self) {}

    /// Ready once something may have expired by the job's clock.
    fn poll_expiry(&mut self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }

    /// Cancels that wait: the chain has events again.
    fn interrupt(&mut self) {}

    /// Whether this turn is for expiry alone.
    fn is_due(&self) -> bool {
        false
    }

    /// Whether this turn is for expiry alone; resets it.
    fn take_due(&mut self) -> bool {
        false
    }

    /// Appends an event that waits for a timer of its key, without the key.
    ///
    /// # Errors
    /// If the event refuses to be serialized.
    fn write_waiting(_event: &In, _: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }

    /// Reads an event that [`write_waiting`](Self::write_waiting) has written.
    ///
    /// # Errors
    /// If the bytes are those of another type.
    fn read_waiting(key: &Self::Key, written: &WrittenShapes, from: &mut &[u8]) -> Result<In>;

    /// Keeps what is removed until [`save`](Self::save) has written that.
    fn note_removals(&mut self) {}

    /// Whether the states are kept in checkpoints.
    const KEPT: bool = false;

    /// The types that are kept in checkpoints.
    #[must_use]
    fn types() -> Vec<KeptType> {
        Vec::new()
    }

    /// Writes the states that have changed since the last call, each followed by what `pending`
    /// appends for its key.
    ///
    /// # Errors
    /// If a key or state refuses to be serialized.
    fn save(
        &mut self,
        _pending: &mut AppendPending<'_, Self::Key>,
        _: &mut RowsWriter,
    ) -> Result<()> {
        Ok(())
    }

    /// Inserts the state of a key as [`save`](Self::save) has written it, and removes what it has
    /// read from `value`. A state that was written with another shape counts as changed.
    ///
    /// # Errors
    /// If the bytes are those of another type.
    fn restore(
        &mut self,
        key: &[u8],
        value: &mut &[u8],
        written: &WrittenShapes,
    ) -> Result<(KeyHash, Self::Key)>;

    /// Takes what a row of a checkpoint has after state, timers and waiting events, if anything:
    /// when the state was used last.
    ///
    /// # Errors
    /// If the bytes are those of another type.
    fn restore_use(&mut self, _hash: KeyHash, _key: Self::Key, _value: &mut &[u8]) -> Result<()> {
        Ok(())
    }
}

/// Appends to the row of a key its timers and the events that wait for them; returns whether there
/// are any.
pub type AppendPending<'a, K> = dyn FnMut(KeyHash, &K, &mut Vec<u8>) -> Result<bool> + 'a;

/// Access to the state of one key: read, change, remove.
pub trait StateSlot {
    /// The state of the operator for one key.
    type State;

    /// The state, to read or change.
    fn state(&mut self) -> &mut Self::State;

    /// Removes the state, and with it what it takes up in memory.
    fn remove(self);
}

/// The [`States`] of a keyed operator: a table with the state of each key that has one.
#[derive(Debug)]
pub struct KeyedStates<K, S, D: Memory = Volatile, Y = NoTimers>(
    StateTable<K, S, D::Mark>,
    PhantomData<fn() -> Y>,
);

impl<K, S, D, T, Y> States<WithKey<K, T>, T> for KeyedStates<K, S, D, Y>
where
    K: Key + Kept<D>,
    S: State + Kept<D>,
    T: HeldBy<Y, D>,
    D: Memory,
    Y: 'static,
{
    type Key = K;
    type State = S;
    type Slot<'a> = StateEntry<'a, K, S, D::Mark>;
    const KEPT: bool = D::DURABLE;

    fn new(_: Times, _: &Env) -> Self {
        Self(StateTable::default(), PhantomData)
    }

    #[inline]
    fn rows(&self) -> Option<usize> {
        Some(self.0.len())
    }

    fn types() -> Vec<KeptType> {
        keyed_types::<K, S, D>(T::held_type())
    }

    #[inline(always)]
    fn key(event: &WithKey<K, T>) -> K {
        event.key.clone()
    }

    #[inline(always)]
    fn split(event: WithKey<K, T>) -> (T, K) {
        (event.value, event.key)
    }

    fn join(value: T, key: K) -> WithKey<K, T> {
        WithKey { value, key }
    }

    #[inline(always)]
    fn find(&mut self, event: WithKey<K, T>, meta: Meta, _: EventTime) -> (T, Self::Slot<'_>) {
        (event.value, self.0.slot(meta.hash, event.key))
    }

    fn of_key(&mut self, hash: KeyHash, key: &K, _: EventTime) -> Self::Slot<'_> {
        self.0.slot_of(hash, key)
    }

    const LOOKS_AHEAD: bool = true;

    fn are_far(&self) -> bool {
        self.0.is_far()
    }

    #[inline(always)]
    fn look_at(&self, event: &WithKey<K, T>, meta: Meta) {
        self.0.look_at(meta.hash, &event.key);
    }

    fn mark(&mut self, hash: KeyHash, key: &K) {
        self.0.slot(hash, key.clone()).state();
    }

    fn note_removals(&mut self) {
        self.0.note_removals();
    }

    fn write_waiting(event: &WithKey<K, T>, into: &mut Vec<u8>) -> Result<()> {
        event.value.write_held(into)
    }

    fn read_waiting(key: &K, written: &WrittenShapes, from: &mut &[u8]) -> Result<WithKey<K, T>> {
        Ok(WithKey { key: key.clone(), value: T::read_held(written, from)? })
    }

    fn save(&mut self, pending: &mut AppendPending<'_, K>, into: &mut RowsWriter) -> Result<()> {
        let mut rows = SavedStates::new(pending, into);
        self.0.changes(|key, state, change| {
            rows.row::<D>((key, change), |bytes| state.write(bytes), |_| Ok(()))
        })
    }

    fn restore(
        &mut self,
        key: &[u8],
        value: &mut &[u8],
        written: &WrittenShapes,
    ) -> Result<(KeyHash, K)> {
        let (hash, key, state) = keyed_row::<K, S, D>(key, value, written)?;
        self.0.restore(hash, key.clone(), state);
        Ok((hash, key))
    }
}

/// The types that an operator keeps per key, also of the events that wait for a timer.
pub(super) fn keyed_types<K: Kept<D>, S: Kept<D>, D>(held: Option<KeptType>) -> Vec<KeptType> {
    let (key, state) = (KeptType::of::<K, D>(KEY), KeptType::of::<S, D>(STATE));
    [key, state, held].into_iter().flatten().collect()
}

/// The key of a row, and its state: changed if it was written with another shape, so that it is
/// written anew.
///
/// # Errors
/// If the bytes are those of another type.
pub(super) fn keyed_row<K: Key + Kept<D>, S: Kept<D>, D>(
    mut key: &[u8],
    value: &mut &[u8],
    written: &WrittenShapes,
) -> Result<(KeyHash, K, (S, RowChange))> {
    let key = K::read(&mut key)?;
    let state = S::read_written(written.of(STATE), value)?;
    let change = if written.are_old() { RowChange::Changed } else { RowChange::Unchanged };
    Ok((key.key_hash(), key, (state, change)))
}

/// Writes the rows of an operator that have changed.
pub(super) struct SavedStates<'a, 'b, K> {
    pending: &'a mut AppendPending<'b, K>,
    into: &'a mut RowsWriter,
    /// What is pending for the key at hand.
    rest: Vec<u8>,
}

impl<'a, 'b, K: Key> SavedStates<'a, 'b, K> {
    pub(super) fn new(pending: &'a mut AppendPending<'b, K>, into: &'a mut RowsWriter) -> Self {
        Self { pending, into, rest: Vec::new() }
    }

    /// Writes a row: its state, what is pending for its key, and what `last` appends. A key that
    /// was removed is written as that, unless something is pending for it.
    pub(super) fn row<D>(
        &mut self,
        (key, change): (&K, RowChange),
        state: impl FnOnce(&mut Vec<u8>) -> Result<()>,
        last: impl FnOnce(&mut Vec<u8>) -> Result<()>,
    ) -> Result<()>
    where
        K: Kept<D>,
    {
        let Self { pending, into, rest } = self;
        let hash = key.key_hash();
        let group = into.groups().of(hash);
        rest.clear();
        let has_pending = pending(hash, key, rest)?;
        if change == RowChange::Removed && !has_pending {
            if Mutant::RemovalNotSaved.is_planted() {
                return Ok(());
            }
            return into.remove_with(group, |bytes| key.write(bytes));
        }
        let value = |bytes: &mut Vec<u8>| {
            state(bytes)?;
            bytes.extend_from_slice(rest);
            last(bytes)
        };
        into.put_with(group, |bytes| key.write(bytes), value)
    }
}

impl<K: Key, S: State, M: RowMark> StateSlot for StateEntry<'_, K, S, M> {
    type State = S;

    #[inline(always)]
    fn state(&mut self) -> &mut S {
        StateEntry::state(self)
    }

    #[inline(always)]
    fn remove(self) {
        StateEntry::remove(self);
    }
}
