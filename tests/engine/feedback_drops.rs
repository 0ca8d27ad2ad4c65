//! Loops that are full: what is dropped, and what is fed back because it was dropped.

use crate::feedback::{ROOM, config, shapes, total};
use crate::simulation;
use crate::support::{awaited, finishes, sorted};
use millstream::prelude::*;

/// Each number makes two of the next lower one.
fn halves(number: u64) -> Vec<u64> {
    if number == 0 { Vec::new() } else { vec![number - 1; 2] }
}

#[test]
fn what_is_fed_is_what_comes_in_again_and_what_is_dropped() {
    for policy in [Overflow::DropNewest, Overflow::DropOldest] {
        for (instances, batch, seed) in shapes() {
            let topology = topology!(
                numbers = source(from_iter([9_u64; 20])),
                again = feedback(8, policy),
                more = [numbers, again] >> shuffle >> flat_map(halves) * instances,
                more >> feedback(again),
            );
            let what = format!("{policy:?}, {instances}, batch {batch}, seed {seed}");
            let metrics =
                finishes(&what, move || simulation::run(seed, topology, config(batch)).unwrap());
            let (again, more) = (total(&metrics, "again"), total(&metrics, "more"));
            assert_eq!(more.events_out, again.events_in + again.overflow, "{what}\n{metrics}");
            assert_eq!(again.overflow, again.dropped, "{what}");
            assert_eq!(more.events_in, 20 + again.events_out, "{what}");
            assert!(again.overflow > 0, "{what}: nothing was dropped, so nothing was tested");
        }
    }
}

#[test]
fn a_loop_that_has_room_drops_nothing() {
    for (instances, batch, seed) in shapes() {
        let topology = topology!(
            numbers = source(from_iter([6_u64; 4])),
            again = feedback(ROOM, drop_newest),
            more = [numbers, again] >> shuffle >> flat_map(halves) * instances,
            more >> feedback(again),
        );
        let metrics = simulation::run(seed, topology, config(batch)).unwrap();
        assert_eq!(total(&metrics, "more").events_in, 4 * ((1 << 7) - 1));
        assert_eq!(total(&metrics, "again").overflow, 0);
    }
}

/// What finds no room is tried again until it does.
#[test]
fn what_overflows_can_be_fed_back() {
    for (instances, batch, seed) in shapes() {
        let done = Collected::new();
        let topology = topology!(
            numbers = source(from_iter(0..400_u64)),
            again = feedback(ROOM, drop_oldest),
            slow = [numbers, again] >> shuffle >> overflow(drop_newest) >> awaited * instances,
            slow >> sink(done.sink()),
            slow.overflow >> feedback(again),
        );
        let what = format!("{instances}, batch {batch}, seed {seed}");
        let metrics =
            finishes(&what, move || simulation::run(seed, topology, config(batch)).unwrap());
        assert_eq!(sorted(done.take()), (0..400).collect::<Vec<_>>(), "{what}\n{metrics}");
        assert_eq!(total(&metrics, "slow").overflow, total(&metrics, "again").events_in);
    }
}

#[test]
fn a_loop_may_drop_in_the_middle() {
    for (instances, batch, seed) in shapes() {
        let topology = topology!(
            numbers = source(from_iter([7_u64; 20])),
            again = feedback(ROOM, drop_oldest),
            more = [numbers, again]
                >> shuffle
                >> overflow(drop_oldest)
                >> flat_map(halves) * instances,
            more >> awaited >> feedback(again),
            more.overflow >> ignore,
        );
        let what = format!("{instances}, batch {batch}, seed {seed}");
        let metrics =
            finishes(&what, move || simulation::run(seed, topology, config(batch)).unwrap());
        let (again, more) = (total(&metrics, "again"), total(&metrics, "more"));
        assert_eq!(20 + again.events_out, more.events_in + more.overflow, "{what}\n{metrics}");
        assert_eq!(more.events_out, again.events_in, "{what}");
    }
}
