//! State that is forgotten when its key has not been used for a time.

use super::mark::{RowChange, RowMark};
use super::rows::Swept;
use super::table::{StateTable, new_state};
use crate::key::{Key, KeyHash};
use crate::time::EventTime;
use std::fmt;
use std::time::Duration;

/// The state of a key, and when it was used last.
#[derive(Debug)]
pub struct Expiring<S> {
    state: S,
    /// [`EventTime::MIN`] while that is not known: its time to live then begins with the first
    /// sweep.
    used: EventTime,
}

impl<S: Default> Default for Expiring<S> {
    fn default() -> Self {
        Self { state: new_state(), used: EventTime::MIN }
    }
}

impl<S: Default> Expiring<S> {
    /// The state.
    #[inline]
    pub(crate) fn state(&self) -> &S {
        &self.state
    }

    /// The state, to change.
    #[inline]
    pub(crate) fn state_mut(&mut self) -> &mut S {
        &mut self.state
    }

    /// When it was used last.
    pub(crate) fn used(&self) -> EventTime {
        self.used
    }

    /// Uses the state at `now`; if its time to live is over by then, it is that of a new key.
    #[inline]
    pub(crate) fn use_at(&mut self, now: EventTime, ttl: Duration) {
        if self.is_over(now, ttl) {
            self.state = new_state();
        }
        self.used = self.used.max(now);
    }

    /// Whether its time to live is over: at `ttl` after the last use exactly, it is.
    #[inline]
    fn is_over(&self, now: EventTime, ttl: Duration) -> bool {
        self.used > EventTime::MIN && now >= self.used + ttl
    }
}

/// How often rows are looked through in a time to live, at most.
const SWEEPS: u32 = 8;

/// A table of states that expire.
///
/// A lookup decides whether a state has expired; that takes no more than its time of last use. The
/// memory of expired rows is freed by sweeps, at most [`SWEEPS`] in a time to live. So a row is in
/// at most that many sweeps after each use: they cost `O(1)` per use, and the table has no row that
/// was not used for longer than one and an eighth of its time to live.
pub(crate) struct ExpiringTable<K, S, M = ()> {
    table: StateTable<K, Expiring<S>, M>,
    ttl: Duration,
    /// The time of the next sweep.
    next_sweep: EventTime,
}

impl<K, S, M> fmt::Debug for ExpiringTable<K, S, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ExpiringTable");
        shown.field("table", &self.table).field("ttl", &self.ttl).finish_non_exhaustive()
    }
}

impl<K: Key, S: Default, M: RowMark> ExpiringTable<K, S, M> {
    /// Creates an empty table of states that live for `ttl`.
    pub(crate) fn new(ttl: Duration) -> Self {
        Self { table: StateTable::new(), ttl, next_sweep: EventTime::MIN }
    }

    /// The number of rows, those included that have expired and were not swept.
    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether the table is [far](StateTable::is_far).
    pub(crate) fn is_far(&self) -> bool {
        self.table.is_far()
    }

    /// Reads the row of a key ahead of its use.
    #[inline(always)]
    pub(crate) fn look_at(&self, hash: KeyHash, key: &K) {
        self.table.look_at(hash, key);
    }

    /// The rows: a lookup in them uses nothing.
    pub(crate) fn rows(&mut self) -> &mut StateTable<K, Expiring<S>, M> {
        &mut self.table
    }

    /// Uses the state of a key at `now` and returns its entry.
    #[inline(always)]
    pub(crate) fn slot(
        &mut self,
        hash: KeyHash,
        key: K,
        now: EventTime,
    ) -> super::StateEntry<'_, K, Expiring<S>, M> {
        let mut entry = self.table.slot(hash, key);
        entry.state().use_at(now, self.ttl);
        entry
    }

    /// Inserts the state of a key from a checkpoint: as it is there, or changed.
    pub(crate) fn restore(&mut self, hash: KeyHash, key: K, (state, change): (S, RowChange)) {
        self.table.restore(hash, key, (Expiring { state, used: EventTime::MIN }, change));
    }

    /// Sets when a state that was restored was used last.
    pub(crate) fn restore_use(&mut self, hash: KeyHash, key: &K, used: EventTime) {
        if let Some(row) = self.table.restored(hash, key) {
            row.used = used;
        }
    }

    /// The time of the next sweep, if there is anything to find.
    pub(crate) fn next_sweep(&self) -> Option<EventTime> {
        (!self.table.is_empty()).then_some(self.next_sweep)
    }

    /// Removes what has expired by `now`, if it is time to look.
    ///
    /// [`EventTime::MAX`] is the end of input, not a time: a job that goes on with more of it needs
    /// its states.
    #[inline]
    pub(crate) fn sweep(&mut self, now: EventTime) {
        if now >= self.next_sweep && now > EventTime::MIN && now < EventTime::MAX {
            self.sweep_now(now);
        }
    }

    #[cold]
    fn sweep_now(&mut self, now: EventTime) {
        let ttl = self.ttl;
        let mut first = now;
        self.table.sweep(|row| {
            if row.is_over(now, ttl) {
                return Swept::Removed;
            }
            if row.used == EventTime::MIN {
                row.used = now;
                return Swept::Changed;
            }
            first = first.min(row.used);
            Swept::Kept
        });
        // Nothing expires before the row that is unused for longest. A row in the future of `now`
        // says nothing of those to come.
        self.next_sweep = (first + ttl).max(now + (ttl / SWEEPS).max(Duration::from_micros(1)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::RowChange;
    use crate::state::conformance::{self, Forgets, Name, TestedTable};
    use std::collections::BTreeMap;

    const TTL: Duration = Duration::from_micros(80);

    fn at(micros: i64) -> EventTime {
        EventTime::from_micros(micros)
    }

    impl Default for ExpiringTable<Name, u64> {
        fn default() -> Self {
            Self::new(TTL)
        }
    }

    impl TestedTable for ExpiringTable<Name, u64> {
        fn set(&mut self, hash: KeyHash, key: Name, value: u64) {
            *self.slot(hash, key, at(0)).state().state_mut() = value;
        }

        fn get(&mut self, hash: KeyHash, key: &Name) -> Option<u64> {
            self.table.restored(hash, key).map(|row| row.state)
        }

        fn all(&mut self) -> Vec<(Name, u64)> {
            self.table.all().into_iter().map(|(key, row)| (key, row.state)).collect()
        }
    }

    impl Forgets for ExpiringTable<Name, u64> {
        fn forget(&mut self, hash: KeyHash, key: &Name) {
            self.slot(hash, key.clone(), at(0)).remove();
        }
    }

    conformance::forgets!(ExpiringTable<Name, u64>);

    #[test]
    fn state_expires_a_time_to_live_after_its_last_use_exactly() {
        let mut table = ExpiringTable::<u64, u64>::new(TTL);
        let mut count = |time| {
            let mut slot = table.slot(7.key_hash(), 7, at(time));
            let count = slot.state().state_mut();
            *count += 1;
            *count
        };
        let times = [0, 79, 158, 100, 237, 317, 318];
        assert_eq!(times.map(&mut count), [1, 2, 3, 4, 5, 1, 2], "100 is no later use than 158");
    }

    #[test]
    fn sweeps_free_what_has_expired_and_nothing_else() {
        let mut table = ExpiringTable::<u64, u64>::new(TTL);
        let (mut used, mut bits) = (BTreeMap::new(), 1_u64);
        for now in 0..20_000_i64 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let key = bits >> 57;
            *table.slot(key.key_hash(), key, at(now)).state().state_mut() += 1;
            used.insert(key, now);
            table.sweep(at(now));
            let live = used.values().filter(|used| now - **used < 80).count();
            let bound = used.values().filter(|used| now - **used <= 90).count();
            assert!((live..=bound).contains(&table.table.len()), "{now}");
        }
        table.sweep(EventTime::MAX);
        assert!(!table.table.is_empty(), "the end of input is no time");
        assert!(table.next_sweep().is_some());
        table.sweep(at(30_000));
        assert_eq!((table.table.len(), table.next_sweep()), (0, None));
        assert!(table.table.capacity() < 8, "the memory of a burst is freed, too");
    }

    #[test]
    fn rows_are_looked_through_only_now_and_then() {
        let mut table = ExpiringTable::<u64, u64>::new(TTL);
        table.slot(7.key_hash(), 7, at(0));
        table.sweep(at(1));
        assert_eq!(table.next_sweep(), Some(at(80)), "nothing expires before that");
        table.slot(8.key_hash(), 8, at(75));
        table.sweep(at(79));
        assert_eq!(table.table.len(), 2);
        table.sweep(at(80));
        assert_eq!((table.table.len(), table.next_sweep()), (1, Some(at(155))));
        table.slot(8.key_hash(), 8, at(76));
        table.sweep(at(155));
        assert_eq!((table.table.len(), table.next_sweep()), (1, Some(at(165))), "an eighth on");
    }

    #[test]
    fn what_has_expired_is_noted_for_the_next_checkpoint_once() {
        let mut table = ExpiringTable::<u64, u64, RowChange>::new(TTL);
        table.rows().note_removals();
        *table.slot(7.key_hash(), 7, at(0)).state().state_mut() = 3;
        let changes = |table: &mut ExpiringTable<u64, u64, RowChange>| {
            let mut seen = Vec::new();
            let note = |key: &u64, row: &Expiring<u64>, change| {
                seen.push((*key, row.state, row.used, change));
                Ok::<(), ()>(())
            };
            table.rows().changes(note).unwrap();
            seen
        };
        assert_eq!(changes(&mut table), [(7, 3, at(0), RowChange::Changed)]);
        table.sweep(at(80));
        table.sweep(at(1_000));
        assert_eq!(changes(&mut table), [(7, 0, EventTime::MIN, RowChange::Removed)]);
        assert_eq!(changes(&mut table), []);
        assert_eq!(table.table.len(), 0);
    }

    #[test]
    fn state_whose_last_use_is_unknown_lives_from_the_first_sweep_on() {
        let mut table = ExpiringTable::<u64, u64>::new(TTL);
        table.restore(7.key_hash(), 7, (3, RowChange::Unchanged));
        table.sweep(at(1_000));
        table.sweep(at(1_079));
        assert_eq!(table.table.len(), 1);
        table.sweep(at(1_080));
        assert_eq!(table.table.len(), 0);
    }
}
