//! What came before each event.

use crate::followed::followed;
use millstream::prelude::*;

const NOTHING: [&str; 0] = [];

#[test]
fn a_trailing_window_has_the_events_up_to_its_own() {
    let mut sums = followed!(trailing(10.secs()), sum());
    assert_eq!(sums.send(0, 1), NOTHING);
    assert_eq!(sums.send(4, 2), ["at 0: 1"]);
    assert_eq!(sums.send(9, 4), ["at 4: 3"]);
    assert_eq!(sums.end(), ["at 9: 7"]);
}

#[test]
fn an_event_exactly_the_span_before_is_not_in_the_window() {
    let mut sums = followed!(trailing(10.secs()), sum());
    sums.send(0, 1);
    sums.send(1, 2);
    sums.send(10, 4);
    assert_eq!(sums.end(), ["at 10: 6"]);
}

#[test]
fn of_events_at_the_same_time_those_count_that_came_before() {
    let mut sums = followed!(trailing(10.secs()), sum());
    sums.send(3, 1);
    sums.send(3, 2);
    sums.send(3, 4);
    assert_eq!(sums.end(), ["at 3: 1", "at 3: 3", "at 3: 7"]);
}

#[test]
fn results_come_in_order_of_time_whatever_order_the_events_come_in() {
    let mut sums = followed!(trailing(10.secs()), sum(), 60.secs());
    sums.send(8, 1);
    sums.send(2, 2);
    sums.send(20, 4);
    sums.send(5, 8);
    assert_eq!(sums.end(), ["at 2: 2", "at 5: 10", "at 8: 11", "at 20: 4"]);
}

#[test]
fn many_spans_are_looked_at_in_one_pass() {
    let mut sums = followed!(trailing([1.secs(), 5.secs(), 60.secs()]), sum());
    sums.send(0, 1);
    sums.send(8, 2);
    sums.send(12, 4);
    assert_eq!(sums.end(), ["at 12: [4, 6, 7]"]);
}

#[test]
fn a_delayed_window_ends_so_long_before_its_event() {
    let mut sums = followed!(trailing(10.secs()).delayed(5.secs()), sum());
    sums.send(0, 1);
    sums.send(5, 2);
    assert_eq!(sums.send(6, 4), ["at 5: 1"]);
    assert_eq!(sums.send(10, 8), ["at 6: 1"]);
    // That of 5 seconds before still counts, that of 15 seconds before does not.
    assert_eq!(sums.send(15, 16), ["at 10: 3"]);
    assert_eq!(sums.end(), ["at 15: 14"]);
}

#[test]
fn what_has_nothing_before_it_aggregates_no_event() {
    let mut counts = followed!(
        trailing(10.secs()).delayed(5.secs()),
        fold(
            (0, 0),
            |(count, sum), amount| (*count, *sum) = (*count + 1, *sum + amount),
            |_, _| ()
        )
    );
    counts.send(0, 1);
    assert_eq!(counts.end(), ["at 0: (0, 0)"]);
}

#[test]
fn an_event_behind_the_watermark_is_late_and_counts_for_none() {
    let mut sums = followed!(trailing(10.secs()), sum());
    sums.send(5, 1);
    assert_eq!(sums.send(8, 2), ["at 5: 1"]);
    assert_eq!(sums.send(7, 4), NOTHING);
    assert_eq!(sums.send(8, 8), NOTHING);
    assert_eq!(sums.late(), [7]);
    assert_eq!(sums.end(), ["at 8: 3", "at 8: 11"]);
}

#[test]
fn a_key_with_many_events_has_the_same_results_as_one_with_few() {
    let spans = [3.secs(), 40.secs(), 200.secs()];
    let mut sums = followed!(trailing(spans).delayed(7.secs()), sum());
    // More than are merged anew for each event, then a pause, then few again.
    let times: Vec<i64> = (0..300).chain([900, 905, 910]).collect();
    let mut found = Vec::new();
    for time in &times {
        found.extend(sums.send(*time, 1 + time % 5));
    }
    found.extend(sums.end());
    let expected = times.iter().map(|at| {
        let until = at - 7;
        let total = |span: i64| -> i64 {
            let within = times.iter().filter(|time| until - span < **time && **time <= until);
            within.map(|time| 1 + time % 5).sum()
        };
        format!("at {at}: [{}, {}, {}]", total(3), total(40), total(200))
    });
    assert_eq!(found, expected.collect::<Vec<_>>());
}
