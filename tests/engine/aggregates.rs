//! What is made of the events of a window while they come in.

use crate::followed::followed;
use crate::simulation;
use crate::support::{BATCHES, INSTANCES, counted as counted_values, mixed, sorted};
use millstream::prelude::*;
use std::cmp::Ordering;

/// What an aggregate makes of values, one each second, in one window.
macro_rules! made_of {
    ($values:expr, $aggregate:expr) => {
        made_of!($values, |value| value.1, $aggregate)
    };
    ($values:expr, $select:expr, $aggregate:expr) => {{
        let found = Collected::new();
        let topology = topology!(
            values = source(from_iter((0_i64..).zip($values)))
                >> event_time(|value| EventTime::from_secs(value.0), lateness(0.secs())),
            made = values
                >> by(|_| ())
                >> window(tumbling(60.secs()))
                >> aggregate($select, $aggregate),
            made >> sink(found.sink()),
            made.late >> ignore,
        );
        simulation::run(1, topology, Config::default()).unwrap();
        let mut found: Vec<WindowResult<(), _>> = found.take();
        assert_eq!(found.len(), 1);
        found.remove(0).value
    }};
}

const AMOUNTS: [i32; 6] = [3, 1, 4, 1, 5, 1];

#[test]
fn an_aggregate_gives_what_its_name_says() {
    assert_eq!(made_of!(AMOUNTS, |_| (), count()), 6);
    assert_eq!(made_of!(AMOUNTS, sum()), 15);
    assert_eq!(made_of!(AMOUNTS, mean()), 2.5);
    assert_eq!(made_of!(AMOUNTS, min()), Some(1));
    assert_eq!(made_of!(AMOUNTS, max()), Some(5));
    assert_eq!(made_of!(AMOUNTS, top(3)), [5, 4, 3]);
    assert_eq!(made_of!(AMOUNTS, distinct()), 4);
    assert_eq!(made_of!(AMOUNTS, most_frequent(2)), [(1, 3), (3, 1)]);
    assert_eq!(made_of!(AMOUNTS, collect()), AMOUNTS);
    assert_eq!(made_of!(AMOUNTS, first()), Some(3));
    assert_eq!(made_of!(AMOUNTS, last()), Some(1));
}

#[test]
fn the_least_and_the_greatest_of_floating_point_values_leave_out_what_is_no_number() {
    let values = [f64::NAN, 2.5, -1.5, f64::NAN];
    assert_eq!(made_of!(values, min_f64()), Some(-1.5));
    assert_eq!(made_of!(values, max_f64()), Some(2.5));
    assert_eq!(made_of!([f64::NAN], max_f64()), None);
}

#[test]
fn fewer_values_than_the_greatest_few_are_all_of_them() {
    assert_eq!(made_of!([2, 3], top(5)), [3, 2]);
}

/// A bid of equal price is no other bid.
#[derive(Debug, Clone, Copy, Eq)]
struct Bid {
    price: u32,
    bidder: &'static str,
}

impl PartialEq for Bid {
    fn eq(&self, other: &Self) -> bool {
        self.price == other.price
    }
}

impl Ord for Bid {
    fn cmp(&self, other: &Self) -> Ordering {
        self.price.cmp(&other.price)
    }
}

impl PartialOrd for Bid {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[test]
fn of_equal_values_the_earlier_comes_first() {
    let bids = [(7, "Ada"), (9, "Ben"), (7, "Cleo"), (9, "Dan")];
    let bids = bids.map(|(price, bidder)| Bid { price, bidder });
    assert_eq!(made_of!(bids, min()).unwrap().bidder, "Ada");
    assert_eq!(made_of!(bids, max()).unwrap().bidder, "Ben");
    let bidders: Vec<_> = made_of!(bids, top(3)).iter().map(|bid| bid.bidder).collect();
    assert_eq!(bidders, ["Ben", "Dan", "Ada"]);
}

#[test]
fn many_aggregates_are_made_in_one_pass() {
    let made = made_of!(
        AMOUNTS,
        |value| ((), value.1, (value.1, value.1)),
        (count(), sum(), (first(), top(2)))
    );
    assert_eq!(made, (6, 15, (Some(3), vec![5, 4])));
}

/// The longest run of equal values, which needs to know what lies at both ends of a state.
#[derive(Debug, Clone)]
struct LongestRun;

impl Aggregate<i64> for LongestRun {
    /// Runs of a value and a length.
    type State = Vec<(i64, u64)>;
    type Out = u64;

    fn create(&self) -> Self::State {
        Vec::new()
    }

    fn add(&self, runs: &mut Self::State, value: i64) {
        self.merge(runs, &vec![(value, 1)]);
    }

    fn merge(&self, runs: &mut Self::State, later: &Self::State) {
        for (value, length) in later {
            match runs.last_mut() {
                Some((last, before)) if last == value => *before += length,
                _ => runs.push((*value, *length)),
            }
        }
    }

    fn finish(&self, runs: &Self::State) -> u64 {
        runs.iter().map(|(_, length)| *length).max().unwrap_or(0)
    }
}

#[test]
fn an_aggregate_of_ones_own_is_merged_over_the_panes_of_windows_that_overlap() {
    let mut runs = followed!(sliding(20.secs(), 5.secs()), LongestRun);
    for (second, value) in [(5, 1), (9, 2), (12, 2), (17, 2), (21, 3)] {
        runs.send(second, value);
    }
    // Those that end at 10, 15 and 20 were given on before.
    assert_eq!(
        runs.end(),
        [
            "5 to 25, on time: 3",
            "10 to 30, on time: 2",
            "15 to 35, on time: 1",
            "20 to 40, on time: 1"
        ]
    );
}

#[test]
fn a_fold_is_an_aggregate_of_closures() {
    let product = fold(
        1,
        |product: &mut i32, value: i32| *product *= value,
        |product, later| *product *= later,
    );
    assert_eq!(made_of!(AMOUNTS, product), 60);
}

#[test]
fn a_window_without_an_event_gives_no_result() {
    let mut sums = followed!(tumbling(10.secs()), sum());
    sums.send(1, 1);
    assert_eq!(sums.send(95, 2), ["0 to 10, on time: 1"]);
    assert_eq!(sums.end(), ["90 to 100, on time: 2"]);
}

#[test]
fn an_event_in_the_gap_between_two_windows_is_late() {
    let mut sums = followed!(sliding(5.secs(), 10.secs()), sum());
    for second in [1, 4, 5, 9, 10] {
        sums.send(second, 1);
    }
    assert_eq!(sums.late(), [5, 9]);
    assert_eq!(sums.end(), ["10 to 15, on time: 1"]);
}

#[test]
fn windows_are_aligned_to_the_epoch_or_moved() {
    let mut sums = followed!(tumbling(10.secs()).offset(3.secs()), sum());
    sums.send(2, 1);
    assert_eq!(sums.send(3, 2), ["-7 to 3, on time: 1"]);
    assert_eq!(sums.send(12, 4), [""; 0]);
    assert_eq!(sums.end(), ["3 to 13, on time: 6"]);
}

#[test]
fn windows_of_results_of_windows_can_be_aggregated() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let found = Collected::new();
        let topology = topology!(
            seconds = source(from_iter(0..7_200_i64))
                >> event_time(|second| EventTime::from_secs(*second), lateness(0.secs())),
            minutes = seconds
                >> by(|second| second % 3)
                >> window(tumbling(1.mins()))
                >> aggregate(|_| (), count()) * instances,
            hours = minutes
                >> by(|minute| minute.key)
                >> window(tumbling(1.hours()))
                >> aggregate(|minute| (minute.value, ()), (sum(), count())) * instances,
            hours >> sink(found.sink()),
            [minutes.late] >> ignore,
            hours.late >> ignore,
        );
        simulation::run(2, topology, Config::default().batch(batch)).unwrap();
        let written = |hour: WindowResult<i64, (u64, u64)>| (hour.start, hour.key, hour.value);
        let found = sorted(found.take().into_iter().map(written).collect());
        let expected: Vec<_> = [0, 3_600]
            .into_iter()
            .flat_map(|start| [0, 1, 2].map(|key| (EventTime::from_secs(start), key, (1_200, 60))))
            .collect();
        assert_eq!(found, expected, "{instances} instances, batch {batch}");
    }
}

/// The oracle of `most_frequent`: counts in a map, sorted as a whole.
fn frequencies(values: &[u32], n: usize) -> Vec<(u32, u64)> {
    let mut all: Vec<_> = counted_values(values.iter().copied()).into_iter().collect();
    all.sort_by_key(|(value, times)| (std::cmp::Reverse(*times), *value));
    all.truncate(n);
    all
}

#[test]
fn the_most_frequent_values_are_those_of_the_oracle_in_windows_of_every_kind() {
    let values: Vec<u32> = (0..3_000).map(|n| (mixed(n) % 60 * (mixed(n) % 7)) as u32).collect();
    let event = |(n, value): (usize, &u32)| (n as i64, *value);
    for n in [1, 3, 1_000] {
        for (instances, batch) in INSTANCES.into_iter().zip(BATCHES) {
            let (whole, sliding_sink) = (Collected::new(), Collected::new());
            let events: Vec<(i64, u32)> = values.iter().enumerate().map(event).collect();
            let topology = topology!(
                events = source(from_iter(events))
                    >> event_time(|event| EventTime::from_secs(event.0), lateness(0.secs())),
                tumbling = events
                    >> by(|_| ())
                    >> window(tumbling(500.secs()))
                    >> aggregate(|event| event.1, most_frequent(n)) * instances,
                sliding = events
                    >> by(|_| ())
                    >> window(sliding(500.secs(), 100.secs()))
                    >> aggregate(|event| event.1, most_frequent(n)) * instances,
                tumbling >> sink(whole.sink()),
                tumbling.late >> ignore,
                sliding >> sink(sliding_sink.sink()),
                sliding.late >> ignore,
            );
            simulation::run(1, topology, Config::default().batch(batch)).unwrap();
            let found: Vec<WindowResult<(), Vec<(u32, u64)>>> =
                whole.take().into_iter().chain(sliding_sink.take()).collect();
            assert_eq!(found.len(), 6 + 34, "six tumbling windows, and those that overlap");
            for window in found {
                let [start, end] = [window.start, window.end].map(|time| time.as_micros());
                let index = |time: i64| (time / 1_000_000).clamp(0, 3_000) as usize;
                assert_eq!(window.value, frequencies(&values[index(start)..index(end)], n));
            }
        }
    }
}
