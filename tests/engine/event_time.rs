//! What is late follows from the events, and an event can have any time.

use crate::moved::Moved;
use crate::simulation;
use crate::support::{BATCHES, INSTANCES, mixed, sorted};
use millstream::prelude::*;
use millstream::window::LateReason;

/// A key, a second, and a position in the source.
type Dated = (u64, i64, u64);

fn at(event: &Dated) -> EventTime {
    EventTime::from_secs(event.1)
}

/// One event a second; each comes up to 50 s too late.
fn disordered(events: u64) -> Vec<Dated> {
    let dated = |n: u64| (mixed(n) % 50, n as i64 - (mixed(n ^ 7) % 50) as i64, n);
    (0..events).map(dated).collect()
}

/// Windows by key, start and count, and late events by position and watermark.
type Outcome = (Vec<(u64, i64, u64)>, Vec<(u64, i64)>);

/// The windows and the late events of a run.
fn outcome(instances: usize, batch: usize) -> Outcome {
    let (windows, late) = (Collected::new(), Collected::new());
    let topology = topology!(
        events = source(from_iter(disordered(20_000))) >> event_time(at, lateness(20.secs())),
        counts = events
            >> by(|event| event.0)
            >> window(tumbling(10.secs()))
            >> aggregate(|_| (), count()) * instances,
        counts
            >> map(|it: WindowResult<u64, u64>| (it.key, it.start.as_micros(), it.value))
            >> sink(windows.sink()),
        counts.late
            >> map(|it: Late<Dated>| (it.event.2, it.watermark.as_micros()))
            >> sink(late.sink()),
    );
    simulation::run(3, topology, Config::default().batch(batch)).unwrap();
    (sorted(windows.take()), sorted(late.take()))
}

#[test]
fn the_same_events_are_late_at_any_batch_size_and_number_of_instances() {
    let expected = outcome(1, 1);
    let mut greatest = i64::MIN;
    let mut is_late = |(_, second, _): &Dated| {
        let passed = greatest.saturating_sub(20);
        greatest = greatest.max(*second);
        second.div_euclid(10) * 10 + 10 <= passed
    };
    let late: Vec<u64> =
        disordered(20_000).iter().filter(|event| is_late(event)).map(|event| event.2).collect();
    assert_eq!(expected.1.iter().map(|(id, _)| *id).collect::<Vec<_>>(), late);
    for batch in [7, 64, 777, 1_000, 1_024] {
        for instances in INSTANCES {
            let found = outcome(instances, batch);
            assert!(found == expected, "{instances} instances, batches of {batch}");
        }
    }
}

#[test]
fn events_of_equal_time_stay_in_order_wherever_watermarks_fall() {
    for batch in 1..=5 {
        let seen = Collected::new();
        let topology = topology!(
            events = source(from_iter([(3, 'a'), (0, 'b'), (1, 'c'), (1, 'd'), (2, 'e')]))
                >> event_time(|event| EventTime::from_secs(event.0), lateness(9.secs())),
            ordered = events >> in_order(|_| ()),
            ordered >> map(|event| event.1) >> sink(seen.sink()),
            ordered.late >> ignore,
        );
        simulation::run(1, topology, Config::default().batch(batch)).unwrap();
        assert_eq!(seen.take(), ['b', 'c', 'd', 'e', 'a'], "batches of {batch}");
    }
}

/// An event can have any time: only the end of the stream is its end.
#[test]
fn the_greatest_time_is_not_taken_for_the_end() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (counts, sorted_ones, open) = (Collected::new(), Collected::new(), Collected::new());
        let times = [1, i64::MAX, 2, 3, 4, i64::MAX - 1, 5];
        let topology = topology!(
            events = source(from_iter(times))
                >> event_time(|time| EventTime::from_micros(*time), lateness(0.secs())),
            threes = events
                >> by(|_| ())
                >> window(counted(3))
                >> aggregate(|time| *time, collect()) * instances,
            threes >> map(|three| three.value) >> sink(counts.sink()),
            threes.late >> ignore,
            ordered = events >> in_order(|_| ()),
            ordered >> sink(sorted_ones.sink()),
            ordered.late >> sink(open.sink()),
        );
        simulation::run(4, topology, Config::default().batch(batch)).unwrap();
        let expected = [vec![1, i64::MAX, 2], vec![3, 4, i64::MAX - 1], vec![5]];
        assert_eq!(counts.take(), expected, "{instances} instances, batches of {batch}");
        assert_eq!(sorted_ones.take(), [1, i64::MAX - 1, i64::MAX]);
        let late = open.take().iter().map(|late: &Late<i64>| late.event).collect::<Vec<_>>();
        assert_eq!(late, [2, 3, 4, 5]);
    }
}

/// Every store sends it to its late output; operators receive it as any other event.
#[test]
fn an_event_too_far_ahead_of_the_clock_makes_no_other_late() {
    let centuries = 126 * 365 * 24 * 3_600;
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (received, late, sums) = (Collected::new(), Collected::new(), Collected::new());
        let topology = topology!(
            seconds = source(from_iter([1, 2, centuries, 3, 4]))
                >> event_time(
                    |second| EventTime::from_secs(*second),
                    lateness(0.secs()).at_most_ahead(1.mins())
                ),
            seconds >> map(|second| second) >> sink(received.sink()),
            tens = seconds
                >> by(|_| ())
                >> window(tumbling(10.secs()))
                >> aggregate(|second| *second, sum()) * instances,
            visits = seconds
                >> by(|_| ())
                >> window(session(3.secs()))
                >> aggregate(|second| *second, sum()) * instances,
            pairs = seconds
                >> by(|_| ())
                >> window(counted(2))
                >> aggregate(|second| *second, sum()) * instances,
            ordered = seconds >> in_order(|_| ()),
            [tens, visits, pairs] >> map(|it: WindowResult<(), i64>| it.value) >> sink(sums.sink()),
            ordered >> ignore,
            [tens.late, visits.late, pairs.late, ordered.late]
                >> map(|it: Late<i64>| (it.event, it.reason()))
                >> sink(late.sink()),
        );
        simulation::run(5, topology, Config::default().batch(batch)).unwrap();
        assert_eq!(received.take(), [1, 2, centuries, 3, 4]);
        assert_eq!(sorted(sums.take()), [3, 7, 10, 10], "{instances}, batches of {batch}");
        assert_eq!(late.take(), [(centuries, LateReason::AheadOfClock); 4]);
    }
}

/// Slow operators cut batches short, and another side is driven before the rest of one.
#[tokio::test]
async fn what_one_side_of_a_join_has_passed_says_nothing_of_the_other() {
    let clock = Moved::default();
    let slow = |clock: &Moved| {
        let clock = clock.clone();
        move |second| {
            clock.forward(10_000);
            second
        }
    };
    let (late, rows) = (Collected::new(), Collected::new());
    let at = |second: &i64| EventTime::from_secs(*second);
    let topology = topology!(
        first = source(from_iter([100, 1, 101, 2, 102, 3]))
            >> map(slow(&clock))
            >> event_time(at, lateness(0.secs())),
        other = source(from_iter([10, 20, 30, 40, 50, 60]))
            >> map(slow(&clock))
            >> event_time(at, lateness(0.secs())),
        both = (first >> by(|_| ()), other >> by(|_| ())) >> full_join(within(0.secs(), 0.secs())),
        both >> map(|_| ()) >> sink(rows.sink()),
        both.unmatched >> ignore,
        both.late >> map(|late: Late<OneOf2<i64, i64>>| late.event) >> sink(late.sink()),
    );
    topology.run(clock.config()).await.unwrap();
    assert_eq!(late.take(), [1, 2, 3].map(OneOf2::First));
    assert_eq!(rows.take().len(), 9);
}
