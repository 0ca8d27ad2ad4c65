//! State lookup by key, where states expire.

use super::ArrivalClock;
use super::states::{AppendPending, SavedStates, StateSlot, States, keyed_row, keyed_types};
use crate::checkpoint::RowsWriter;
use crate::env::Env;
use crate::error::Result;
use crate::event::{Meta, Times, WithKey};
use crate::key::{Key, KeyHash};
use crate::mutant::Mutant;
use crate::operator::{HeldBy, Lifespan, TtlTime};
use crate::state::{
    Durable, Expiring, ExpiringTable, Kept, KeptType, Memory, RowMark, State, StateEntry,
    WrittenShapes,
};
use crate::time::EventTime;
use std::fmt;
use std::marker::PhantomData;
use std::task::{Context, Poll};
use std::time::Duration;

/// The [`States`] of a keyed operator whose states expire; `L` is how long they live.
pub struct ExpiringStates<K, S, D: Memory, Y, L> {
    table: ExpiringTable<K, S, D::Mark>,
    time: ExpiryTime,
    operator: PhantomData<fn() -> (Y, L)>,
}

/// The time by which states expire.
#[derive(Debug)]
enum ExpiryTime {
    /// Event time, which comes with each call.
    OfCalls,
    /// The job's clock, and its last reading: one per turn, and for calls that await one per call.
    Clock(ArrivalClock, EventTime),
}

impl ExpiryTime {
    /// The time of a call at the event time `now`.
    #[inline]
    fn of_call(&self, now: EventTime) -> EventTime {
        match self {
            Self::OfCalls => now,
            Self::Clock(_, read) => *read,
        }
    }
}

impl<K, S, D: Memory, Y, L> fmt::Debug for ExpiringStates<K, S, D, Y, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ExpiringStates");
        shown.field("table", &self.table).field("time", &self.time).finish_non_exhaustive()
    }
}

impl<K, S, D, T, Y, L> States<WithKey<K, T>, T> for ExpiringStates<K, S, D, Y, L>
where
    K: Key + Kept<D>,
    S: State + Kept<D>,
    T: HeldBy<Y, D>,
    D: Memory,
    Y: 'static,
    L: Lifespan,
{
    type Key = K;
    type State = S;
    type Slot<'a> = ExpiringSlot<'a, K, S, D::Mark>;
    const KEPT: bool = D::DURABLE;

    fn types() -> Vec<KeptType> {
        keyed_types::<K, S, D>(T::held_type())
    }
    const EXPIRES: bool = true;

    fn new(times: Times, env: &Env) -> Self {
        let ttl = L::TTL;
        let by_clock = times == Times::Absent || ttl.is_some_and(|ttl| ttl.by == TtlTime::Clock);
        let time = match by_clock {
            false => ExpiryTime::OfCalls,
            true => {
                let mut clock = ArrivalClock::new(env.clone());
                let read = clock.read();
                ExpiryTime::Clock(clock, read)
            }
        };
        let length = ttl.map_or(Duration::MAX, |ttl| ttl.length);
        Self { table: ExpiringTable::new(length), time, operator: PhantomData }
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
    fn find(&mut self, event: WithKey<K, T>, meta: Meta, now: EventTime) -> (T, Self::Slot<'_>) {
        let now = self.time.of_call(now);
        (event.value, ExpiringSlot(self.table.slot(meta.hash, event.key, now)))
    }

    fn of_key(&mut self, hash: KeyHash, key: &K, now: EventTime) -> Self::Slot<'_> {
        let now = self.time.of_call(now);
        ExpiringSlot(self.table.slot(hash, key.clone(), now))
    }

    #[inline]
    fn rows(&self) -> Option<usize> {
        Some(self.table.len())
    }

    const LOOKS_AHEAD: bool = true;

    fn are_far(&self) -> bool {
        self.table.is_far()
    }

    #[inline(always)]
    fn look_at(&self, event: &WithKey<K, T>, meta: Meta) {
        self.table.look_at(meta.hash, &event.key);
    }

    fn mark(&mut self, hash: KeyHash, key: &K) {
        self.table.rows().slot(hash, key.clone()).state();
    }

    fn expire(&mut self, watermark: EventTime) {
        if matches!(self.time, ExpiryTime::OfCalls) {
            self.table.sweep(watermark);
        }
    }

    #[inline]
    fn tick(&mut self) {
        if let ExpiryTime::Clock(clock, read) = &mut self.time {
            *read = clock.read();
            self.table.sweep(*read);
        }
    }

    fn poll_expiry(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.time {
            ExpiryTime::OfCalls => Poll::Pending,
            ExpiryTime::Clock(clock, _) => clock.poll(self.table.next_sweep(), cx),
        }
    }

    fn interrupt(&mut self) {
        if let ExpiryTime::Clock(clock, _) = &mut self.time {
            clock.interrupt();
        }
    }

    fn is_due(&self) -> bool {
        matches!(&self.time, ExpiryTime::Clock(clock, _) if clock.is_due())
    }

    fn take_due(&mut self) -> bool {
        match &mut self.time {
            ExpiryTime::OfCalls => false,
            ExpiryTime::Clock(clock, _) => clock.take_due(),
        }
    }

    fn note_removals(&mut self) {
        self.table.rows().note_removals();
    }

    fn write_waiting(event: &WithKey<K, T>, into: &mut Vec<u8>) -> Result<()> {
        event.value.write_held(into)
    }

    fn read_waiting(key: &K, written: &WrittenShapes, from: &mut &[u8]) -> Result<WithKey<K, T>> {
        Ok(WithKey { key: key.clone(), value: T::read_held(written, from)? })
    }

    fn save(&mut self, pending: &mut AppendPending<'_, K>, into: &mut RowsWriter) -> Result<()> {
        let mut rows = SavedStates::new(pending, into);
        self.table.rows().changes(|key, row, change| {
            let used = |bytes: &mut Vec<u8>| {
                let is_lost = Mutant::LastUseNotSaved.is_planted();
                let used = if is_lost { EventTime::MIN } else { row.used() };
                Kept::<Durable>::write(&used, bytes)
            };
            rows.row::<D>((key, change), |bytes| row.state().write(bytes), used)
        })
    }

    fn restore(
        &mut self,
        key: &[u8],
        value: &mut &[u8],
        written: &WrittenShapes,
    ) -> Result<(KeyHash, K)> {
        let (hash, key, state) = keyed_row::<K, S, D>(key, value, written)?;
        self.table.restore(hash, key.clone(), state);
        Ok((hash, key))
    }

    /// The last use stands at the end of a row: a job whose operator had no time to live when the
    /// row was written reads it too, and the other way round.
    fn restore_use(&mut self, hash: KeyHash, key: K, value: &mut &[u8]) -> Result<()> {
        if !value.is_empty() {
            self.table.restore_use(hash, &key, Kept::<Durable>::read(value)?);
        }
        Ok(())
    }
}

/// Access to a state that expires.
pub struct ExpiringSlot<'a, K, S, M>(StateEntry<'a, K, Expiring<S>, M>);

impl<K, S, M> fmt::Debug for ExpiringSlot<'_, K, S, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ExpiringSlot").field(&self.0).finish()
    }
}

impl<K: Key, S: State, M: RowMark> StateSlot for ExpiringSlot<'_, K, S, M> {
    type State = S;

    #[inline(always)]
    fn state(&mut self) -> &mut S {
        self.0.state().state_mut()
    }

    #[inline(always)]
    fn remove(self) {
        self.0.remove();
    }
}
