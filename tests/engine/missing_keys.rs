//! A key that is missing matches nothing in a join, not even another that is missing.

use crate::simulation;
use crate::support::{BATCHES, INSTANCES, mixed, sorted};
use millstream::prelude::*;

/// A key that may be missing, a number of its own, and a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    key: Option<u64>,
    number: u64,
    second: i64,
}

fn events(seed: u64) -> Vec<Event> {
    let event = |number: u64| {
        let bits = mixed(seed * 1_000 + number);
        let key = (!bits.is_multiple_of(3)).then_some(bits / 3 % 4);
        Event { key, number, second: number as i64 + (bits / 100 % 5) as i64 }
    };
    (0..60).map(event).collect()
}

fn at(event: &Event) -> EventTime {
    EventTime::from_secs(event.second)
}

/// As in SQL: what is missing equals nothing. Here by a key that no other event has.
fn alone(event: &Event, side: u64) -> u64 {
    event.key.unwrap_or(1_000 + 2 * event.number + side)
}

type Rows = (Vec<String>, Vec<String>);

/// The rows and the unmatched events of a join, in one order.
macro_rules! joined {
    ($join:ident $spec:expr, $keys:expr, ($instances:expr, $batch:expr)) => {{
        let (rows, unmatched) = (Collected::new(), Collected::new());
        let keys = $keys;
        let left = || from_iter(events(1));
        let right = || from_iter(events(2));
        let topology =
            joined!(@ $join $spec, keys, (left, right), $instances, rows, unmatched);
        simulation::run(1, topology, Config::default().batch($batch)).unwrap();
        (sorted(rows.take()), sorted::<String>(unmatched.take()))
    }};
    (
        @ $join:ident $spec:expr, $keys:ident, ($left:ident, $right:ident),
        $instances:expr, $rows:ident, $unmatched:ident
    ) => {
        topology!(
            left = source($left()) >> event_time(at, lateness(10.secs())),
            right = source($right()) >> event_time(at, lateness(10.secs())),
            joined = (left >> by(move |e| $keys(e, 0)), right >> by(move |e| $keys(e, 1)))
                >> $join($spec) * $instances,
            joined >> map(|row| format!("{row:?}")) >> sink($rows.sink()),
            joined.late >> ignore,
            joined.unmatched >> map(|event| format!("{event:?}")) >> sink($unmatched.sink()),
        )
    };
}

/// Checks joins by keys that may be missing against joins by keys of which each is there.
macro_rules! matches_the_oracle {
    ($($join:ident $spec:expr;)+) => {$(
        for (instances, batch) in INSTANCES.into_iter().zip(BATCHES) {
            let missing = |event: &Event, _: u64| event.key;
            let found: Rows = joined!($join $spec, missing, (instances, batch));
            let oracle: Rows = joined!($join $spec, alone, (instances, batch));
            let what = concat!(stringify!($join), " ", stringify!($spec));
            assert_eq!(found, oracle, "{what}");
            assert!(!found.0.is_empty(), "{what} finds nothing");
        }
    )+};
}

#[test]
fn missing_keys_match_nothing_within_a_time() {
    matches_the_oracle!(
        join within(5.secs(), 5.secs());
        left_join within(5.secs(), 5.secs());
        right_join within(5.secs(), 5.secs());
        full_join within(5.secs(), 5.secs());
    );
}

#[test]
fn missing_keys_have_no_latest_event() {
    matches_the_oracle!(
        join latest(20.secs());
        left_join latest(20.secs());
    );
}

#[test]
fn missing_keys_match_nothing_in_a_window() {
    matches_the_oracle!(
        join tumbling(10.secs());
        left_join tumbling(10.secs());
        right_join sliding(10.secs(), 5.secs());
        full_join tumbling(10.secs());
        join session(2.secs());
        full_join session(2.secs());
    );
}

/// Of a key of several parts it is enough that one is missing.
#[derive(Debug, Clone, PartialEq, Eq, millstream::Key)]
struct Account {
    bank: Option<u64>,
    number: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, millstream::Key)]
enum Owner {
    Nobody,
    Somebody { id: Option<u64> },
}

#[test]
fn a_key_is_missing_if_a_part_of_it_is() {
    let missing = [
        None::<u64>.is_missing(),
        Some(None::<u64>).is_missing(),
        (1, None::<u64>).is_missing(),
        [Some(1), None].is_missing(),
        Box::new(None::<u64>).is_missing(),
        Account { bank: None, number: 1 }.is_missing(),
        Owner::Somebody { id: None }.is_missing(),
    ];
    assert_eq!(missing, [true; 7]);
    let there = [
        Some(1).is_missing(),
        (1, "").is_missing(),
        ().is_missing(),
        String::new().is_missing(),
        Account { bank: Some(1), number: 1 }.is_missing(),
        Owner::Nobody.is_missing(),
        Owner::Somebody { id: Some(1) }.is_missing(),
    ];
    assert_eq!(there, [false; 7]);
}

#[operator]
async fn numbered(event: Event, count: &mut u64) -> u64 {
    let _ = event;
    *count += 1;
    *count
}

/// Elsewhere `None` is a key like any other.
#[test]
fn events_without_a_key_share_the_state_of_none() {
    let counts = Collected::new();
    let without = events(1).into_iter().map(|event| Event { key: None, ..event });
    let topology = topology!(
        source(from_iter(without)) >> by(|event| event.key) >> numbered * 2 >> sink(counts.sink()),
    );
    simulation::run(1, topology, Config::default()).unwrap();
    assert_eq!(counts.take(), (1..=60).collect::<Vec<_>>());
}
