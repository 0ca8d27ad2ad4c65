//! Windows that speak before their end, or once more after it.

use crate::followed::followed;
use millstream::prelude::*;

const NOTHING: [&str; 0] = [];

#[test]
fn a_window_speaks_early_after_so_many_events() {
    let mut sums = followed!(tumbling(10.secs()).early_every(2), sum());
    assert_eq!(sums.send(1, 1), NOTHING);
    assert_eq!(sums.send(2, 2), ["0 to 10, early 1: 3"]);
    assert_eq!(sums.send(3, 4), NOTHING);
    assert_eq!(sums.send(4, 8), ["0 to 10, early 2: 15"]);
    assert_eq!(sums.send(11, 16), ["0 to 10, on time: 15"]);
    assert_eq!(sums.send(12, 32), ["10 to 20, early 1: 48"]);
    assert_eq!(sums.end(), ["10 to 20, on time: 48"]);
}

#[test]
fn each_of_the_windows_that_overlap_speaks_early_on_its_own() {
    let mut sums = followed!(sliding(10.secs(), 5.secs()).early_every(2), sum());
    assert_eq!(sums.send(1, 1), NOTHING);
    assert_eq!(sums.send(6, 2), ["0 to 10, early 1: 3", "-5 to 5, on time: 1"]);
    assert_eq!(sums.send(7, 4), ["5 to 15, early 1: 6"]);
    assert_eq!(sums.send(8, 8), ["0 to 10, early 2: 15"]);
    assert_eq!(sums.end(), ["0 to 10, on time: 15", "5 to 15, on time: 14"]);
}

#[test]
fn a_window_for_everything_speaks_early_and_at_the_end() {
    let mut sums = followed!(global().early_every(2), sum());
    assert_eq!(sums.send(5, 1), NOTHING);
    assert_eq!(sums.send(1, 2), ["… to …, early 1: 3"]);
    assert_eq!(sums.send(1_000_000, 4), NOTHING);
    assert_eq!(sums.end(), ["… to …, on time: 7"]);
    assert!(sums.late().is_empty());
}

#[test]
fn a_window_speaks_early_when_time_has_gone_on_and_there_is_something_new() {
    let mut sums = followed!(tumbling(60.secs()).early_each(10.secs()), sum());
    sums.send(1, 1);
    assert_eq!(sums.send(2, 2), NOTHING);
    assert_eq!(sums.send(12, 4), ["0 to 60, early 1: 7"]);
    // Time goes on, but only within another window.
    assert_eq!(sums.send(61, 8), ["0 to 60, on time: 7", "60 to 120, early 1: 8"]);
    assert_eq!(sums.send(119, 16), ["60 to 120, early 2: 24"]);
    assert_eq!(sums.end(), ["60 to 120, on time: 24"]);
}

#[test]
fn an_event_within_the_allowed_lateness_makes_its_window_speak_once_more() {
    let mut sums = followed!(tumbling(10.secs()).allowed_lateness(5.secs()), sum());
    sums.send(3, 1);
    assert_eq!(sums.send(12, 2), ["0 to 10, on time: 1"]);
    // A late event waits until event time goes on.
    assert_eq!(sums.send(9, 4), NOTHING);
    assert_eq!(sums.send(8, 8), NOTHING);
    assert_eq!(sums.send(13, 16), ["0 to 10, late 1: 5", "0 to 10, late 2: 13"]);
    assert_eq!(sums.send(15, 0), NOTHING);
    assert_eq!(sums.send(9, 32), NOTHING);
    assert_eq!(sums.late(), [9]);
    assert_eq!(sums.end(), ["10 to 20, on time: 18"]);
}

#[test]
fn a_window_all_of_whose_events_are_late_was_never_on_time() {
    let mut sums = followed!(tumbling(10.secs()).allowed_lateness(5.secs()), sum());
    assert_eq!(sums.send(12, 1), NOTHING);
    assert_eq!(sums.send(9, 2), NOTHING);
    assert_eq!(sums.send(13, 4), ["0 to 10, late 1: 2"]);
    assert_eq!(sums.end(), ["10 to 20, on time: 5"]);
}

/// The lateness is shorter than the slide here.
#[test]
fn a_late_event_joins_those_that_its_window_had() {
    let mut sums = followed!(sliding(20.secs(), 10.secs()).allowed_lateness(1.secs()), sum());
    sums.send(12, 1);
    assert_eq!(sums.send(30, 2), ["0 to 20, on time: 1", "10 to 30, on time: 1"]);
    assert_eq!(sums.send(13, 4), NOTHING);
    assert_eq!(sums.send(31, 8), ["10 to 30, late 1: 5"]);
    assert_eq!(sums.end(), ["20 to 40, on time: 10", "30 to 50, on time: 10"]);
}

#[test]
fn a_session_that_was_on_time_and_grows_is_on_time_once_more() {
    let mut sums = followed!(session(10.secs()).allowed_lateness(20.secs()), sum());
    sums.send(0, 1);
    assert_eq!(sums.send(15, 2), ["0 to 10, on time: 1"]);
    assert_eq!(sums.send(4, 4), NOTHING);
    assert_eq!(sums.send(16, 0), ["0 to 14, late 1: 5"]);
    // It closes the gap between the two.
    assert_eq!(sums.send(9, 8), NOTHING);
    assert_eq!(sums.end(), ["0 to 26, on time: 15"]);
}

#[test]
fn a_session_made_of_two_counts_the_events_of_both() {
    let mut sums = followed!(session(10.secs()).early_every(5), sum(), 60.secs());
    sums.send(0, 1);
    sums.send(1, 2);
    sums.send(15, 4);
    assert_eq!(sums.send(16, 8), NOTHING);
    assert_eq!(sums.send(8, 16), ["0 to 26, early 1: 31"]);
    assert_eq!(sums.end(), ["0 to 26, on time: 31"]);
}
