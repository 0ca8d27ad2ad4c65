//! Panes that are merged in both ways, against lists of all states.

use super::*;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Debug;

/// The length of a pane.
const PANE: i64 = 7;

/// Lists of numbers are merged by being appended, so that their order shows.
struct Lists;

impl Merging<Vec<u64>> for Lists {
    fn pane(&self) -> i64 {
        PANE
    }

    fn create(&self) -> Vec<u64> {
        Vec::new()
    }

    fn merge(&self, list: &mut Vec<u64>, later: &Vec<u64>) {
        list.extend(later);
    }

    fn subtracts(&self) -> bool {
        false
    }

    fn subtract(&self, _: &mut Vec<u64>, _: &Vec<u64>) {
        unreachable!("it does not subtract")
    }
}

/// Bags of numbers, each with how often it is in the bag; what is not in one cannot be taken out.
struct Bags;

impl Merging<BTreeMap<u64, u64>> for Bags {
    fn pane(&self) -> i64 {
        PANE
    }

    fn create(&self) -> BTreeMap<u64, u64> {
        BTreeMap::new()
    }

    fn merge(&self, bag: &mut BTreeMap<u64, u64>, later: &BTreeMap<u64, u64>) {
        later.iter().for_each(|(number, times)| *bag.entry(*number).or_default() += times);
    }

    fn subtracts(&self) -> bool {
        true
    }

    fn subtract(&self, bag: &mut BTreeMap<u64, u64>, merged: &BTreeMap<u64, u64>) {
        merged.iter().for_each(|(number, times)| *bag.get_mut(number).unwrap() -= times);
        bag.retain(|_, times| *times > 0);
    }
}

fn in_bag(bag: &mut BTreeMap<u64, u64>, number: u64) {
    *bag.entry(number).or_default() += 1;
}

/// A window of `panes` states slides, and each event is up to `behind` states from the end; none
/// for an end where `behind` returns `None`.
fn slides<S: Clone + Default + PartialEq + Debug>(
    (merging, add): (&impl Merging<S>, impl Fn(&mut S, u64)),
    panes: i64,
    behind: impl Fn(u64) -> Option<i64>,
    per_pane: u64,
) {
    let mut key: KeyPanes<S> = KeyPanes::default();
    let mut expected: BTreeMap<i64, S> = BTreeMap::new();
    let all = |expected: &BTreeMap<i64, S>, from| {
        let mut all = S::default();
        expected.range(from..).for_each(|(_, state)| merging.merge(&mut all, state));
        all
    };
    let mut seed = 5_u64;
    for end in 0..1_000_i64 {
        for _ in 0..per_pane {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let Some(behind) = behind(seed >> 33) else { continue };
            let place = PANE * (end - behind).max((end - panes + 1).max(0));
            add(key.at(place, merging).unwrap(), seed >> 60);
            add(expected.entry(place).or_default(), seed >> 60);
        }
        key.settle(merging);
        let mut each: Vec<(i64, S)> =
            key.each().map(|(place, state)| (place, state.clone())).collect();
        each.sort_by_key(|(place, _)| *place);
        assert_eq!(each, expected.clone().into_iter().collect::<Vec<_>>());
        let after = PANE * (end + 1);
        let from = PANE * (end - panes / 2);
        let half = key.folded(from, after, merging).unwrap_or_default();
        assert_eq!(half, all(&expected, from));
        let needed = PANE * (end + 2 - panes);
        let merged = (!expected.is_empty()).then(|| all(&expected, i64::MIN));
        expected = expected.split_off(&needed);
        // Not every window fires.
        if seed >> 62 > 0 {
            let (found, first) = key.slide((after, needed), merging, S::clone);
            assert_eq!(found, merged, "the window that ends at {end}");
            assert_eq!(first, expected.keys().next().copied());
        } else {
            key.drop_before(needed, merging);
        }
        assert_eq!(key.first(), expected.keys().next().copied());
    }
}

#[test]
fn a_window_has_the_states_in_order_however_far_behind_they_change() {
    let some = |behind: u64| Some(behind.cast_signed());
    for panes in [1, 2, 3, 40, 700] {
        for (behind, per_pane) in [
            (&(|_| Some(0_i64)) as &dyn Fn(u64) -> Option<i64>, 1),
            (&|random| some(random % 4), 2),
            (&|random| some(random % 1_000), 3),
            // Mostly in order; some are far behind.
            (&|random| if random % 50 == 0 { Some(300_i64) } else { Some(0) }, 1),
            // Some panes have no events, or many.
            (&|random| if random % 3 == 0 { some(random % 5) } else { None }, 1),
            (&|random| if random % 90 == 0 { some(random % 7) } else { None }, 1),
        ] {
            slides((&Lists, |list: &mut Vec<u64>, it| list.push(it)), panes, behind, per_pane);
            slides((&Bags, in_bag), panes, behind, per_pane);
        }
    }
}

fn every_number_once<S: Clone>(
    (merging, add): (&impl Merging<S>, impl Fn(&mut S, u64)),
) -> Option<S> {
    let mut key: KeyPanes<S> = KeyPanes::default();
    for place in 0..4_000_i64 {
        // Every number below 4,000 once, in no order.
        let place = place * 2_471 % 4_000;
        add(key.at(PANE * place, merging).unwrap(), place.cast_unsigned());
        key.at(PANE * place, merging).unwrap();
    }
    let (merged, first) = key.slide((4_000 * PANE, 0), merging, S::clone);
    assert_eq!(first, Some(0));
    merged
}

#[test]
fn new_states_far_from_both_ends_are_put_in_their_places() {
    let list = every_number_once((&Lists, |list: &mut Vec<u64>, number| list.push(number)));
    assert_eq!(list, Some((0..4_000).collect()));
    assert_eq!(every_number_once((&Bags, in_bag)), Some((0..4_000).map(|it| (it, 1)).collect()));
}

/// Sums of numbers whose merges are counted.
struct Counting {
    merges: Cell<u64>,
    subtracts: bool,
}

impl Merging<u64> for Counting {
    fn pane(&self) -> i64 {
        PANE
    }

    fn create(&self) -> u64 {
        0
    }

    fn merge(&self, sum: &mut u64, later: &u64) {
        self.merges.set(self.merges.get() + 1);
        *sum += later;
    }

    fn subtracts(&self) -> bool {
        self.subtracts
    }

    fn subtract(&self, sum: &mut u64, merged: &u64) {
        self.merges.set(self.merges.get() + 1);
        *sum -= merged;
    }
}

#[test]
fn states_a_little_behind_cost_a_few_merges_each() {
    for subtracts in [false, true] {
        let merging = Counting { merges: Cell::new(0), subtracts };
        let mut key: KeyPanes<u64> = KeyPanes::default();
        for end in 0..20_000_i64 {
            for behind in 0..=2 {
                *key.at(PANE * (end - behind).max(0), &merging).unwrap() += 1;
            }
            let needed = PANE * (end + 2 - 1_000);
            key.slide((PANE * (end + 1), needed), &merging, |_| ());
        }
        let merges = merging.merges.get();
        assert!(merges < 8 * 20_000, "{merges} merges, subtracts: {subtracts}");
    }
}
