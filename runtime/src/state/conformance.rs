//! The tests that every table of keyed rows passes, written by `rows!` and `forgets!`.

use super::RowMark;
use crate::key::{Key, KeyHash};
use std::cell::Cell;
use std::collections::BTreeMap;

/// Whether a row has changed.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Changed(pub(crate) bool);

impl RowMark for Changed {
    fn change(&mut self) {
        self.0 = true;
    }
}

thread_local! {
    /// The number of key hashes computed.
    static HASHES: Cell<usize> = const { Cell::new(0) };
}

/// A key with the hash of another number: keys with the same `hashed` have equal hashes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Name {
    pub(crate) number: u64,
    pub(crate) hashed: u64,
}

impl Key for Name {
    fn key_hash(&self) -> KeyHash {
        HASHES.set(HASHES.get() + 1);
        self.hashed.key_hash()
    }
}

/// A table of one number per key.
pub(crate) trait TestedTable: Default {
    /// Sets the number of a key, new or not.
    fn set(&mut self, hash: KeyHash, key: Name, value: u64);

    /// The number of a key.
    fn get(&mut self, hash: KeyHash, key: &Name) -> Option<u64>;

    /// All keys and their numbers, in any order.
    fn all(&mut self) -> Vec<(Name, u64)>;
}

/// A table that can remove a key.
pub(crate) trait Forgets: TestedTable {
    /// Removes a key that is in the table.
    fn forget(&mut self, hash: KeyHash, key: &Name);

    /// Removes the keys for whose number `keep` returns false, during a single pass if the table
    /// supports that.
    fn retain(&mut self, keep: impl Fn(u64) -> bool) {
        for (key, _) in self.all().into_iter().filter(|(_, value)| !keep(*value)) {
            self.forget(key.key_hash(), &key);
        }
    }
}

/// Writes the tests of a [`TestedTable`].
macro_rules! rows {
    ($table:ty) => {
        $crate::state::conformance::tests! {
            $table:
            a_key_is_found_with_its_number
            a_key_is_found_without_computing_its_hash
            a_key_is_there_once
            keys_with_equal_hashes_are_two
            keys_stay_while_the_table_grows
        }
    };
}

/// Writes the tests of a table that [`Forgets`].
macro_rules! forgets {
    ($table:ty) => {
        $crate::state::conformance::rows!($table);
        $crate::state::conformance::tests! {
            $table:
            a_forgotten_key_is_gone_and_can_come_again
            of_keys_with_equal_hashes_the_right_one_is_forgotten
            keys_are_forgotten_while_all_are_walked_through
            a_table_that_has_forgotten_everything_is_as_new
            it_does_what_a_map_does
        }
    };
}

macro_rules! tests {
    ($table:ty: $($name:ident)+) => {
        $(
            #[test]
            fn $name() {
                $crate::state::conformance::$name::<$table>();
            }
        )+
    };
}

pub(crate) use {forgets, rows, tests};

fn name(number: u64) -> Name {
    Name { number, hashed: number }
}

/// A key with the same hash as [`name`] has for `hashed`.
fn twin(number: u64, hashed: u64) -> Name {
    Name { number, hashed }
}

fn set(table: &mut impl TestedTable, key: &Name, value: u64) {
    table.set(key.key_hash(), key.clone(), value);
}

fn get(table: &mut impl TestedTable, key: &Name) -> Option<u64> {
    table.get(key.key_hash(), key)
}

fn forget(table: &mut impl Forgets, key: &Name) {
    table.forget(key.key_hash(), key);
}

/// All keys and their numbers, in order.
fn sorted(table: &mut impl TestedTable) -> Vec<(Name, u64)> {
    let mut all = table.all();
    all.sort();
    all
}

/// The result of [`sorted`] for these keys, each with its own number.
fn own(numbers: impl IntoIterator<Item = u64>) -> Vec<(Name, u64)> {
    numbers.into_iter().map(|number| (name(number), number)).collect()
}

/// A table of these keys, each with its own number.
fn filled<T: TestedTable>(numbers: impl IntoIterator<Item = u64>) -> T {
    let mut table = T::default();
    for number in numbers {
        set(&mut table, &name(number), number);
    }
    table
}

pub(crate) fn a_key_is_found_with_its_number<T: TestedTable>() {
    let mut table = T::default();
    assert_eq!(get(&mut table, &name(1)), None);
    set(&mut table, &name(1), 10);
    assert_eq!(get(&mut table, &name(1)), Some(10));
    assert_eq!(get(&mut table, &name(2)), None);
}

pub(crate) fn a_key_is_found_without_computing_its_hash<T: TestedTable>() {
    let mut table: T = filled(0..100);
    let (there, other) = (name(50).key_hash(), name(100).key_hash());
    let before = HASHES.get();
    assert_eq!(table.get(there, &name(50)), Some(50));
    assert_eq!(table.get(other, &name(100)), None);
    assert_eq!(HASHES.get(), before);
}

pub(crate) fn a_key_is_there_once<T: TestedTable>() {
    let mut table = T::default();
    for value in [10, 20, 30] {
        set(&mut table, &name(1), value);
    }
    assert_eq!(table.all(), [(name(1), 30)]);
}

pub(crate) fn keys_with_equal_hashes_are_two<T: TestedTable>() {
    let (one, other) = (twin(1, 5), twin(2, 5));
    let mut table = T::default();
    set(&mut table, &one, 10);
    assert_eq!(get(&mut table, &other), None);
    set(&mut table, &other, 20);
    assert_eq!(sorted(&mut table), [(one, 10), (other, 20)]);
}

pub(crate) fn keys_stay_while_the_table_grows<T: TestedTable>() {
    let mut table: T = filled(0..2_000);
    assert_eq!(sorted(&mut table), own(0..2_000));
    for number in 0..2_000 {
        assert_eq!(get(&mut table, &name(number)), Some(number));
    }
    assert_eq!(get(&mut table, &name(2_000)), None);
}

pub(crate) fn a_forgotten_key_is_gone_and_can_come_again<T: Forgets>() {
    let mut table: T = filled(1..4);
    forget(&mut table, &name(2));
    assert_eq!(get(&mut table, &name(2)), None);
    assert_eq!(sorted(&mut table), own([1, 3]));
    set(&mut table, &name(2), 2);
    assert_eq!(sorted(&mut table), own(1..4));
}

pub(crate) fn of_keys_with_equal_hashes_the_right_one_is_forgotten<T: Forgets>() {
    let names = [1, 2, 3].map(|number| twin(number, 5));
    for gone in &names {
        let mut table = T::default();
        names.iter().for_each(|name| set(&mut table, name, name.number));
        forget(&mut table, gone);
        for name in &names {
            assert_eq!(get(&mut table, name), (name != gone).then_some(name.number));
        }
    }
}

pub(crate) fn keys_are_forgotten_while_all_are_walked_through<T: Forgets>() {
    let mut table: T = filled(0..100);
    table.retain(|value| value % 3 == 0);
    assert_eq!(sorted(&mut table), own((0..100).step_by(3)));
    assert_eq!(get(&mut table, &name(1)), None);
}

pub(crate) fn a_table_that_has_forgotten_everything_is_as_new<T: Forgets>() {
    let mut table: T = filled(0..100);
    table.retain(|_| false);
    assert_eq!(table.all(), []);
    for number in 50..150 {
        set(&mut table, &name(number), number);
    }
    assert_eq!(sorted(&mut table), own(50..150));
}

/// The next number of Knuth's MMIX generator.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

/// Uses 64 keys with 16 hashes, four keys each.
pub(crate) fn it_does_what_a_map_does<T: Forgets>() {
    let (mut table, mut map, mut random) = (T::default(), BTreeMap::new(), 1);
    for step in 0..10_000 {
        let number = next(&mut random) % 64;
        let name = twin(number, number / 4);
        assert_eq!(get(&mut table, &name), map.get(&name).copied(), "step {step}");
        if !next(&mut random).is_multiple_of(3) {
            set(&mut table, &name, step);
            map.insert(name, step);
        } else if map.remove(&name).is_some() {
            forget(&mut table, &name);
        }
        if step % 100 == 0 {
            let all: Vec<_> = map.clone().into_iter().collect();
            assert_eq!(sorted(&mut table), all, "step {step}");
        }
    }
}
