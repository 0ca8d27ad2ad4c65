//! Windows that end when nothing comes any more, and other windows whose ends nobody knows before.

use crate::followed::followed;
use millstream::prelude::*;

const NOTHING: [&str; 0] = [];

#[test]
fn a_session_ends_when_nothing_has_come_for_the_gap() {
    let mut sums = followed!(session(10.secs()), sum());
    sums.send(1, 1);
    sums.send(9, 2);
    assert_eq!(sums.send(18, 4), NOTHING);
    assert_eq!(sums.send(40, 8), ["1 to 28, on time: 7"]);
    assert_eq!(sums.end(), ["40 to 50, on time: 8"]);
}

#[test]
fn an_event_exactly_the_gap_after_the_last_begins_a_session_of_its_own() {
    let mut sums = followed!(session(10.secs()), sum());
    sums.send(0, 1);
    assert_eq!(sums.send(10, 2), ["0 to 10, on time: 1"]);
    assert_eq!(sums.send(19, 4), NOTHING);
    assert_eq!(sums.end(), ["10 to 29, on time: 6"]);
}

#[test]
fn an_event_that_closes_the_gap_makes_one_session_of_two() {
    let mut sums = followed!(session(10.secs()), sum(), 60.secs());
    sums.send(0, 1);
    sums.send(15, 2);
    sums.send(8, 4);
    assert_eq!(sums.end(), ["0 to 25, on time: 7"]);
}

#[test]
fn an_event_that_closes_the_gap_to_one_second_leaves_two_sessions() {
    let mut sums = followed!(session(10.secs()), sum(), 60.secs());
    sums.send(0, 1);
    sums.send(20, 2);
    sums.send(10, 4);
    assert_eq!(sums.end(), ["0 to 10, on time: 1", "10 to 20, on time: 4", "20 to 30, on time: 2"]);
}

#[test]
fn a_session_takes_an_event_behind_the_watermark_while_it_is_open() {
    let mut sums = followed!(session(10.secs()), sum());
    sums.send(0, 1);
    sums.send(9, 2);
    sums.send(15, 4);
    assert_eq!(sums.send(4, 8), NOTHING);
    assert!(sums.late().is_empty());
    assert_eq!(sums.end(), ["0 to 25, on time: 15"]);
}

#[test]
fn an_event_whose_session_is_over_is_late() {
    let mut sums = followed!(session(10.secs()), sum());
    sums.send(0, 1);
    assert_eq!(sums.send(30, 2), ["0 to 10, on time: 1"]);
    // Whether it is late is known once event time goes on.
    assert_eq!(sums.send(5, 4), NOTHING);
    assert!(sums.late().is_empty());
    assert_eq!(sums.send(31, 8), NOTHING);
    assert_eq!(sums.late(), [5]);
    assert_eq!(sums.end(), ["30 to 41, on time: 10"]);
}

#[test]
fn a_counted_window_is_full_or_the_rest_at_the_end() {
    let mut sums = followed!(counted(3), sum());
    sums.send(5, 1);
    sums.send(1, 2);
    assert_eq!(sums.send(9, 4), ["1 to 9, on time: 7"]);
    assert_eq!(sums.send(2, 8), NOTHING);
    assert_eq!(sums.end(), ["2 to 2, on time: 8"]);
    assert!(sums.late().is_empty());
}

#[test]
fn counted_windows_are_in_order_of_arrival() {
    let mut seen = followed!(counted(2), collect());
    seen.send(5, 1);
    assert_eq!(seen.send(3, 2), ["3 to 5, on time: [1, 2]"]);
    seen.send(9, 3);
    assert_eq!(seen.send(1, 4), ["1 to 9, on time: [3, 4]"]);
    assert_eq!(seen.end(), NOTHING);
}

#[test]
fn a_global_window_is_given_on_at_the_end_of_the_stream() {
    let mut sums = followed!(global(), sum());
    sums.send(5, 1);
    sums.send(1_000_000, 2);
    assert_eq!(sums.send(1, 4), NOTHING);
    assert_eq!(sums.end(), ["… to …, on time: 7"]);
    assert!(sums.late().is_empty());
}
