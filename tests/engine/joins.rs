//! Joins: which events are partners, what becomes of those without one, and for how long they are
//! kept.

use crate::simulation;
use crate::support::{BATCHES, INSTANCES, sorted};
use millstream::prelude::*;
use std::time::Duration;

/// An event: its time in seconds, its key, what it says.
type Said = (i64, u8, &'static str);

fn timed(job: &Builder, name: &str, said: &[Said]) -> TimedStream<Said> {
    let source = job.source(from_iter(said.to_vec())).named(name);
    source.event_time(|said| EventTime::from_secs(said.0), lateness(100.secs())).detached()
}

/// What comes out of a join of two sides, and what is unmatched, for any number of instances.
macro_rules! joined {
    ($join:ident, $spec:expr, $($side:expr),+) => {{
        let mut all = Vec::new();
        for (instances, batch) in INSTANCES.into_iter().zip(BATCHES) {
            let (found, lost) = (Collected::new(), Collected::new());
            let job = Builder::new("joining");
            let sides = ($(timed(&job, stringify!($side), &$side).by(|said| said.1),)+);
            let both = $join(sides, $spec).instances(instances).stream().named("both").outputs();
            both.late.ignore();
            both.unmatched.map(|lost| format!("{lost:?}")).sink(lost.sink());
            both.stream.map(|row| format!("{row:?}")).sink(found.sink());
            simulation::run(7, job.build(), Config::default().batch(batch)).unwrap();
            all.push((sorted(found.take()), sorted(lost.take())));
        }
        assert!(all.windows(2).all(|pair| pair[0] == pair[1]), "{all:#?}");
        all.swap_remove(0)
    }};
}

const ORDERS: [Said; 3] = [(10, 1, "book"), (20, 1, "pen"), (30, 2, "cup")];
const PAID: [Said; 3] = [(15, 1, "card"), (25, 1, "cash"), (99, 3, "lost")];

#[test]
fn partners_within_a_time_are_paired_and_others_are_unmatched() {
    let (found, lost) = joined!(join, within(0.secs(), 5.secs()), ORDERS, PAID);
    let pairs = [r#"((10, 1, "book"), (15, 1, "card"))"#, r#"((20, 1, "pen"), (25, 1, "cash"))"#];
    assert_eq!(found, pairs);
    assert_eq!(lost, [r#"First((30, 2, "cup"))"#, r#"Second((99, 3, "lost"))"#]);
}

#[test]
fn the_borders_of_a_time_belong_to_it() {
    let (found, _) = joined!(
        join,
        within(5.secs(), 14.secs()),
        [(20, 1, "a")],
        [(14, 1, "no"), (15, 1, "first"), (34, 1, "last"), (35, 1, "no")]
    );
    assert_eq!(
        found,
        [r#"((20, 1, "a"), (15, 1, "first"))"#, r#"((20, 1, "a"), (34, 1, "last"))"#]
    );
}

#[test]
fn an_outer_join_keeps_what_has_no_partner() {
    let spec = within(0.secs(), 5.secs());
    let (left, lost) = joined!(left_join, spec, ORDERS, PAID);
    assert_eq!(left[2], r#"((30, 2, "cup"), None)"#);
    assert_eq!(lost, [r#"Second((99, 3, "lost"))"#]);
    let (right, lost) = joined!(right_join, spec, ORDERS, PAID);
    assert_eq!(right[0], r#"(None, (99, 3, "lost"))"#);
    assert_eq!(lost, [r#"First((30, 2, "cup"))"#]);
    let (full, _) = joined!(full_join, spec, ORDERS, PAID);
    assert_eq!(full.len(), 4);
}

#[test]
fn the_latest_known_is_looked_up_whatever_comes_first() {
    let prices = [(5, 1, "1"), (12, 1, "2"), (20, 1, "3"), (90, 1, "4")];
    let (found, lost) = joined!(join, latest(100.secs()), ORDERS, prices);
    assert_eq!(found, [r#"((10, 1, "book"), (5, 1, "1"))"#, r#"((20, 1, "pen"), (20, 1, "3"))"#]);
    assert_eq!(lost, [r#"First((30, 2, "cup"))"#]);
}

#[test]
fn what_is_older_than_it_is_kept_is_not_the_latest() {
    let prices = [(5, 1, "1"), (11, 1, "2")];
    let (found, _) = joined!(left_join, latest(9.secs()), ORDERS, prices);
    assert_eq!(
        found,
        [
            r#"((10, 1, "book"), Some((5, 1, "1")))"#,
            r#"((20, 1, "pen"), None)"#,
            r#"((30, 2, "cup"), None)"#
        ]
    );
}

#[test]
fn three_sides_are_combined_in_a_window() {
    let sent = [(11, 1, "a"), (12, 1, "b"), (31, 2, "c")];
    let (found, lost) = joined!(join, tumbling(10.secs()), ORDERS, PAID, sent);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0], r#"((10, 1, "book"), (15, 1, "card"), (11, 1, "a"))"#);
    let unmatched = [
        r#"First((20, 1, "pen"))"#,
        r#"First((30, 2, "cup"))"#,
        r#"Second((25, 1, "cash"))"#,
        r#"Second((99, 3, "lost"))"#,
        r#"Third((31, 2, "c"))"#,
    ];
    assert_eq!(lost, unmatched);
    let (left, _) = joined!(left_join, tumbling(10.secs()), ORDERS, PAID, sent);
    assert_eq!(left[3], r#"((30, 2, "cup"), None, Some((31, 2, "c")))"#);
}

#[test]
fn a_stream_is_joined_with_itself() {
    let found = Collected::new();
    let job = Builder::new("itself");
    let said = timed(&job, "said", &ORDERS).fan_out();
    let sides = (said.tap().by(|said| said.1), said.tap().by(|said| said.1));
    let both = join(sides, within(Duration::ZERO, 10.secs())).stream().outputs();
    both.late.ignore();
    both.unmatched.ignore();
    both.stream.map(|(one, other)| (one.2, other.2)).sink(found.sink());
    simulation::run(1, job.build(), Config::default()).unwrap();
    let pairs = [("book", "book"), ("book", "pen"), ("cup", "cup"), ("pen", "pen")];
    assert_eq!(sorted(found.take()), pairs);
}

#[test]
fn an_event_behind_the_watermark_is_late_for_a_join() {
    let late = Collected::new();
    let job = Builder::new("late");
    let said = [(10, 1, "a"), (30, 1, "b"), (20, 1, "late")];
    let one = job.source(from_iter(said)).named("one");
    let one = one.event_time(|said| EventTime::from_secs(said.0), lateness(0.secs()));
    let other = job.source(from_iter([(40, 1, "c")])).named("other");
    let other = other.event_time(|said| EventTime::from_secs(said.0), lateness(0.secs()));
    let both = full_join(
        (one.by(|said| said.1), other.by(|said| said.1)),
        within(Duration::ZERO, Duration::ZERO),
    );
    let both = both.stream().outputs();
    both.late.map(|late| late.event).sink(late.sink());
    both.stream.ignore();
    simulation::run(1, job.build(), Config::default().batch(1)).unwrap();
    assert_eq!(late.take(), [OneOf2::First((20, 1, "late"))]);
}

const RATE_FOR: i64 = 100;

/// Numbers with the rates of the last 100 seconds and the same key, all from one source.
macro_rules! rated {
    ($spec:expr, $batch:expr, |$numbers:ident, $rates:ident| $sides:expr, $at_most:expr) => {{
        let (found, lost) = (Collected::new(), Collected::new());
        let job = Builder::new("rates");
        let all = job.source(from_iter(0..5_000_i64)).named("all");
        let all = all.event_time(|second| EventTime::from_secs(*second), lateness(0.secs()));
        let all = all.fan_out();
        let $numbers = all.tap().by(|number| number % 3);
        let $rates = all.tap().filter(|number| number % 10 == 0).by(|number| number % 3);
        let both = join($sides, $spec).at_most($at_most).stream().named("both").outputs();
        both.late.ignore();
        both.unmatched.sink(lost.sink());
        both.stream.sink(found.sink());
        simulation::run(5, job.build(), Config::default().batch($batch)).unwrap();
        (found.take(), lost.take())
    }};
}

/// The bound is a tenth of the events of a batch.
#[test]
fn events_that_can_have_no_later_partner_take_no_room() {
    let is_pair = |number: i64, rate: i64| {
        (number - RATE_FOR..=number).contains(&rate) && number % 3 == rate % 3
    };
    let rates = || (0..5_000_i64).step_by(10);
    let mut expected = Vec::new();
    for number in 0..5_000 {
        let with = rates().filter(|rate| is_pair(number, *rate));
        expected.extend(with.map(|rate| (number, rate)));
    }
    let lonely: Vec<i64> = (0..5_000).filter(|n| !rates().any(|rate| is_pair(*n, rate))).collect();
    for batch in BATCHES {
        let spec = within(RATE_FOR.unsigned_abs().secs(), 0.secs());
        let (found, lost) = rated!(spec, batch, |numbers, rates| (numbers, rates), 180);
        assert_eq!(sorted(found), expected);
        let lost = lost.into_iter().map(|lost| match lost {
            OneOf2::First(number) => number,
            OneOf2::Second(rate) => panic!("{rate} is its own partner"),
        });
        assert_eq!(sorted(lost.collect()), lonely);
        let spec = within(0.secs(), RATE_FOR.unsigned_abs().secs());
        let (found, _) = rated!(spec, batch, |numbers, rates| (rates, numbers), 180);
        let found = found.into_iter().map(|(rate, number)| (number, rate));
        assert_eq!(sorted(found.collect()), expected);
    }
}
