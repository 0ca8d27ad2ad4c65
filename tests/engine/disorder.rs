//! Thousands of entries of one key in no order: tables then keep them in another form.

use crate::support::{INSTANCES, run, sorted};
use millstream::prelude::*;
use std::collections::BTreeMap;

/// How many events there are.
const COUNT: i64 = 6_000;

/// The numbers below `COUNT`, each once, in no order.
fn shuffled() -> impl Iterator<Item = i64> + Send + 'static {
    (0..COUNT).map(|number| number * 3_709 % COUNT)
}

/// In order at first, then the rest in no order: the table changes its form on the way.
fn half_shuffled() -> impl Iterator<Item = i64> + Send + 'static {
    let second = shuffled().filter(|number| *number >= COUNT / 2 || number % 2 == 1);
    (0..COUNT / 2).filter(|number| number % 2 == 0).chain(second)
}

fn at(number: &i64) -> EventTime {
    EventTime::from_secs(*number)
}

/// Counts of each window of a kind, with its start in seconds.
macro_rules! counts {
    ($events:expr, $time:expr, $lateness:expr, $kind:expr) => {{
        let (counts, late) = (Collected::new(), Collected::new());
        let topology = topology!(
            windows = source(from_iter($events))
                >> event_time($time, lateness($lateness))
                >> by(|_| ())
                >> window($kind)
                >> aggregate(|_| (), count()),
            windows
                >> map(|it| (it.start.as_micros() / 1_000_000, it.value))
                >> sink(counts.sink()),
            windows.late >> sink(late.sink()),
        );
        run(topology, Config::default()).await.unwrap();
        let late: Vec<Late<i64>> = late.take();
        assert_eq!(late.len(), 0);
        sorted(counts.take())
    }};
}

#[tokio::test(start_paused = true)]
async fn sessions_in_any_order_are_those_in_order() {
    let spread = |number: &i64| EventTime::from_secs(10 * number);
    let alone: Vec<(i64, u64)> = (0..COUNT).map(|number| (10 * number, 1)).collect();
    assert_eq!(counts!(shuffled(), spread, 10_000.days(), session(2.secs())), alone);
    assert_eq!(counts!(half_shuffled(), spread, 10_000.days(), session(2.secs())), alone);
    // Every second number first: the others merge the sessions, until one is left.
    let merged = (0..COUNT).step_by(2).chain((1..COUNT).step_by(2));
    let all = counts!(merged, at, 10_000.days(), session(2.secs()));
    assert_eq!(all, [(0, COUNT.cast_unsigned())]);
    let merged = shuffled();
    let all = counts!(merged, at, 10_000.days(), session(2.secs()));
    assert_eq!(all, [(0, COUNT.cast_unsigned())]);
}

#[tokio::test(start_paused = true)]
async fn tumbling_windows_in_any_order_are_those_in_order() {
    let expected: Vec<(i64, u64)> = (0..COUNT / 2).map(|pane| (2 * pane, 2)).collect();
    assert_eq!(counts!(shuffled(), at, 10_000.days(), tumbling(2.secs())), expected);
    let kept = tumbling(2.secs()).allowed_lateness(1.hours());
    assert_eq!(counts!(half_shuffled(), at, 10_000.days(), kept), expected);
}

#[tokio::test(start_paused = true)]
async fn sliding_windows_in_any_order_are_those_in_order() {
    let in_order = counts!(0..COUNT, at, 0.secs(), sliding(1.hours(), 1.secs()));
    for lateness in [10_000.days(), 2.hours()] {
        let found = counts!(shuffled(), at, lateness, sliding(1.hours(), 1.secs()));
        assert_eq!(found, in_order);
        let found = counts!(half_shuffled(), at, lateness, sliding(1.hours(), 1.secs()));
        assert_eq!(found, in_order);
    }
}

#[tokio::test(start_paused = true)]
async fn events_a_little_behind_are_in_the_sliding_windows_of_their_time() {
    let times: BTreeMap<i64, u64> = (0..COUNT).map(|number| (number, 1)).collect();
    let windows = (-99..COUNT).map(|start| {
        let within = times.range(start..start + 100).map(|(_, events)| events);
        (start, within.sum::<u64>())
    });
    // Every third event is up to 40 s behind the others.
    let mut events: Vec<i64> = (0..COUNT).collect();
    events.sort_by_key(|number| number + if number % 3 == 0 { number % 40 } else { 0 });
    let found = counts!(events, at, 40.secs(), sliding(100.secs(), 1.secs()));
    assert_eq!(found, windows.collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn partners_in_any_order_are_those_in_order() {
    for instances in INSTANCES {
        let (pairs, alone) = (Collected::new(), Collected::new());
        let topology = topology!(
            left = source(from_iter(half_shuffled())) >> event_time(at, lateness(3.hours())),
            right = source(from_iter(shuffled().filter(|number| number % 3 == 0)))
                >> event_time(at, lateness(3.hours())),
            both = (left >> by(|_| ()), right >> by(|_| ()))
                >> join(within(0.secs(), 1.secs())) * instances,
            both >> sink(pairs.sink()),
            both.unmatched >> sink(alone.sink()),
            both.late >> ignore,
        );
        run(topology, Config::default()).await.unwrap();
        let partner = |left: i64| (left..=left + 1).find(|right| right % 3 == 0 && *right < COUNT);
        let expected = (0..COUNT).filter_map(|left| Some((left, partner(left)?)));
        assert_eq!(sorted(pairs.take()), expected.collect::<Vec<_>>());
        let expected = (0..COUNT).filter(|left| partner(*left).is_none()).map(OneOf2::First);
        let mut alone: Vec<OneOf2<i64, i64>> = alone.take();
        alone.sort_by_key(|one| match one {
            OneOf2::First(number) | OneOf2::Second(number) => *number,
        });
        assert_eq!(alone, expected.collect::<Vec<_>>());
    }
}

#[tokio::test(start_paused = true)]
async fn the_latest_in_any_order_is_that_in_order() {
    for keep in [3.hours(), 5.secs()] {
        let found = Collected::new();
        // Every seventh number, with those of the first half a second time.
        let versions = shuffled().filter(|number| number % 7 == 0).map(|number| (number, 1));
        let again = (0..COUNT / 2).filter(|number| number % 7 == 0).map(|number| (number, 2));
        let topology = topology!(
            left = source(from_iter(half_shuffled())) >> event_time(at, lateness(3.hours())),
            right = source(from_iter(versions.chain(again)))
                >> event_time(|version: &(i64, i64)| at(&version.0), lateness(3.hours())),
            both = (left >> by(|_| ()), right >> by(|_| ())) >> left_join(latest(keep)),
            both >> sink(found.sink()),
            both.late >> ignore,
        );
        run(topology, Config::default()).await.unwrap();
        let version = |number: i64| {
            let last = number - number % 7;
            let recent = number - last < i64::try_from(keep.as_secs()).unwrap();
            recent.then_some((last, if last < COUNT / 2 { 2 } else { 1 }))
        };
        let expected: Vec<_> = (0..COUNT).map(|number| (number, version(number))).collect();
        assert_eq!(sorted(found.take()), expected);
    }
}
