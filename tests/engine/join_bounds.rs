//! Joins with a bound for the rows that they buffer.

use crate::simulation;
use crate::support::{BATCHES, INSTANCES, refused, sorted};
use millstream::ErrorKind;
use millstream::prelude::*;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::mpsc::channel;

/// The bound of each instance.
const MOST: u64 = 100;

/// Every number of instances with every size of batches.
fn shapes() -> impl Iterator<Item = (usize, usize)> {
    INSTANCES.into_iter().flat_map(|instances| BATCHES.map(|batch| (instances, batch)))
}

fn config(batch: usize) -> Config {
    // No source is held, however far it is ahead of a side that is silent.
    Config::default().batch(batch).buffer(64).drift(Duration::MAX)
}

pub fn number(either: OneOf2<u64, u64>) -> u64 {
    match either {
        OneOf2::First(number) | OneOf2::Second(number) => number,
    }
}

/// All numbers in the rows of a join.
pub fn numbers(rows: &[String]) -> BTreeSet<u64> {
    let words = rows.iter().flat_map(|row| row.split(|sign: char| !sign.is_ascii_digit()));
    words.filter_map(|digits| digits.parse().ok()).collect()
}

/// A side of which the watermark passes no event before the end.
fn kept(job: &Builder, name: &str, ids: std::ops::Range<u64>) -> TimedStream<u64> {
    let second = |id: &u64| EventTime::from_secs(i64::try_from(id * 31 % 97).unwrap());
    job.source(from_iter(ids)).named(name).event_time(second, lateness(1.days())).detached()
}

/// The numbers in rows, and those that were shed, by a join of 2,000 events of different keys.
macro_rules! filled {
    ($join:ident, $spec:expr, $instances:expr, $batch:expr) => {{
        let (rows, shed) = (Collected::new(), Collected::new());
        let job = Builder::new("full");
        let left = kept(&job, "left", 0..1_000).by(|id| *id);
        let right = kept(&job, "right", 1_000..2_000).by(|id| *id);
        let both = $join((left, right), $spec).at_most(MOST).shed().instances($instances);
        let both = both.stream().named("both").outputs();
        both.late.ignore();
        both.unmatched.ignore();
        both.overflow.map(number).sink(shed.sink());
        both.stream.map(|row| format!("{row:?}")).sink(rows.sink());
        let metrics = simulation::run(3, job.build(), config($batch)).unwrap();
        let both = metrics.node("both").unwrap();
        assert!(both.instances.iter().all(|one| one.overflow > 0), "{metrics}");
        let (rows, shed) = (numbers(&rows.take()), shed.take());
        assert_eq!(both.total().overflow, shed.len() as u64);
        let shed: BTreeSet<u64> = shed.into_iter().collect();
        assert_eq!(shed.len() as u64, 2_000 - $instances as u64 * MOST, "{}", stringify!($spec));
        assert!(rows.is_disjoint(&shed), "what is shed is in no row");
        rows.union(&shed).copied().collect::<BTreeSet<u64>>()
    }};
}

#[test]
fn each_instance_buffers_as_many_rows_as_its_join_may_and_sheds_the_others() {
    let all: BTreeSet<u64> = (0..2_000).collect();
    for (instances, batch) in shapes() {
        assert_eq!(filled!(full_join, within(1.hours(), 1.hours()), instances, batch), all);
        assert_eq!(filled!(full_join, tumbling(1.hours()), instances, batch), all);
        assert_eq!(filled!(full_join, sliding(1.hours(), 7.mins()), instances, batch), all);
        assert_eq!(filled!(full_join, session(1.mins()), instances, batch), all);
        // The events that are only looked up are in no row.
        let asked = filled!(left_join, latest(1.hours()), instances, batch);
        assert!(asked.is_superset(&(0..1_000).collect()));
    }
}

/// A long stream, some of it late.
fn passing(job: &Builder, name: &str) -> TimedStream<u64> {
    let second = |id: &u64| {
        let behind = if id.is_multiple_of(89) { 30 } else { id * 7_919 % 5 };
        EventTime::from_millis(i64::try_from(id * 250).unwrap()) - Duration::from_secs(behind)
    };
    job.source(from_iter(0..8_000_u64))
        .named(name)
        .event_time(second, lateness(4.secs()))
        .detached()
}

/// What a join of two long streams emits, and what is unmatched; with a bound, nothing is shed.
macro_rules! passed {
    ($join:ident, $spec:expr, ($instances:expr, $batch:expr), $($bound:tt)*) => {{
        let (rows, lost) = (Collected::new(), Collected::new());
        let job = Builder::new("passing");
        let left = passing(&job, "left").by(|id| id % 23);
        let right = passing(&job, "right").by(|id| id % 23);
        let both = $join((left, right), $spec)$($bound)*.instances($instances);
        let both = both.stream().named("both").outputs();
        both.late.ignore();
        both.unmatched.map(|lost| format!("{lost:?}")).sink(lost.sink());
        both.stream.map(|row| format!("{row:?}")).sink(rows.sink());
        let metrics = simulation::run(5, job.build(), config($batch)).unwrap();
        assert!(metrics.node("both").unwrap().total().late > 50);
        (sorted(rows.take()), sorted(lost.take()))
    }};
}

/// Whether a job with a bound emits what it does without one: rows are counted once, and no longer
/// when they are gone.
macro_rules! bound_is_never_reached {
    ($($name:ident: $join:ident $spec:expr;)+) => {$(
        #[test]
        fn $name() {
            let expected = passed!($join, $spec, (1, 1_024),);
            assert!(expected.0.len() > 1_000);
            for (instances, batch) in [(1, 1), (1, 1_024), (2, 7), (4, 1_024)] {
                let found = passed!($join, $spec, (instances, batch), .at_most(5_000));
                assert!(found == expected, "{instances} instances, batches of {batch}");
            }
        }
    )+};
}
bound_is_never_reached! {
    rows_of_an_interval_join_are_free_again: join within(2.secs(), 3.secs());
    rows_of_a_join_of_the_latest_are_free_again: left_join latest(20.secs());
    rows_of_a_join_in_tumbling_windows_are_free_again: full_join tumbling(10.secs());
    rows_of_a_join_in_sliding_windows_are_free_again: full_join sliding(10.secs(), 3.secs());
    rows_of_a_join_in_sliding_windows_with_gaps_are_free_again:
        full_join sliding(3.secs(), 10.secs());
    rows_of_a_join_in_sessions_are_free_again: full_join session(2.secs());
}

/// Event times that are close.
fn micros(id: &u64) -> EventTime {
    EventTime::from_micros(i64::try_from(*id).unwrap())
}

#[test]
fn events_behind_their_source_that_a_join_holds_are_rows() {
    for batch in BATCHES {
        let (sender, receiver) = channel::<u64>(1);
        // Every other event is behind the one before it.
        let disordered = (0..1_000_u64).map(|id| id ^ 1);
        let topology = topology!(
            ids = source(from_iter(disordered)) >> event_time(micros, lateness(0.secs())),
            silent = source(from_channel(receiver))
                >> event_time(micros, lateness(0.secs()).never_idle()),
            both = (ids >> by(|id| *id), silent >> by(|id| *id))
                >> full_join(session(1.secs())).at_most(MOST).shed(),
            both >> ignore,
            both.late >> ignore,
            both.overflow >> ignore,
        );
        let mut job = simulation::start(1, topology, config(batch)).unwrap();
        job.work();
        let metrics = job.job.metrics();
        assert_eq!(metrics.node("both").unwrap().total().overflow, 1_000 - MOST, "{metrics}");
        drop(sender);
        job.finish().unwrap();
    }
}

#[test]
fn a_late_event_is_late_also_if_there_is_no_room_for_it() {
    for batch in BATCHES {
        let (sender, receiver) = channel::<u64>(1);
        let topology = topology!(
            ids = source(from_iter((1..=200).chain([0; 50])))
                >> event_time(micros, lateness(0.secs())),
            silent = source(from_channel(receiver))
                >> event_time(micros, lateness(0.secs()).never_idle()),
            both = (ids >> by(|_| ()), silent >> by(|_| ()))
                >> full_join(within(0.secs(), 0.secs())).at_most(MOST).shed(),
            both >> ignore,
            both.late >> ignore,
            both.overflow >> ignore,
        );
        let mut job = simulation::start(1, topology, config(batch)).unwrap();
        job.work();
        let both = job.job.metrics().node("both").unwrap().total();
        assert_eq!((both.late, both.overflow), (50, 200 - MOST));
        drop(sender);
        job.finish().unwrap();
    }
}

/// How a job ends that joins numbers with a side that is silent.
macro_rules! full {
    ($join:ident, $spec:expr, ($instances:expr, $batch:expr)) => {{
        let (_sender, receiver) = channel::<u64>(1);
        let topology = topology!(
            orders = source(from_iter(0..2_000_u64)) >> event_time(micros, lateness(0.secs())),
            payments = source(from_channel(receiver))
                >> event_time(micros, lateness(0.secs()).never_idle()),
            both = (orders >> by(|id| *id), payments >> by(|id| *id))
                >> $join($spec).at_most(MOST) * $instances,
            both >> ignore,
            [both.late >> map(|_| ()), both.unmatched >> map(|_| ())] >> ignore,
        );
        let mut job = simulation::start(9, topology, config($batch)).unwrap();
        job.work();
        let error = job.result().unwrap_err();
        assert_eq!((error.kind(), error.node()), (ErrorKind::Full, Some("both")));
        assert_eq!(error.instance().unwrap().count(), $instances);
        error.to_string()
    }};
}

#[test]
fn a_full_join_ends_the_job_and_names_node_instance_and_the_rows_of_each_side() {
    let shown = "`both` buffers 100 rows, and `at_most(100)` allows no more: 100 of `orders`, 0 of \
                 `payments`; a side may be silent or far behind, which `idle_after(…)` on its \
                 event time bounds; or raise the bound, or `.shed()` what finds no room";
    for (instances, batch) in shapes() {
        let messages = [
            full!(join, within(1.secs(), 1.secs()), (instances, batch)),
            full!(join, latest(1.secs()), (instances, batch)),
            full!(join, tumbling(1.secs()), (instances, batch)),
            full!(join, sliding(2.secs(), 1.secs()), (instances, batch)),
            full!(join, session(1.secs()), (instances, batch)),
        ];
        for message in messages {
            let message = if instances == 1 {
                message
            } else {
                let (before, after) = message.split_once(" (instance ").unwrap();
                let (of, after) = after.split_once(") ").unwrap();
                assert!(of.ends_with(&format!(" of {instances}")), "{message}");
                format!("{before} {after}")
            };
            assert_eq!(message, format!("operator {shown}"));
        }
    }
}

#[test]
fn versions_that_are_looked_up_are_rows() {
    let (_sender, receiver) = channel::<u64>(1);
    let topology = topology!(
        orders =
            source(from_channel(receiver)) >> event_time(micros, lateness(0.secs()).never_idle()),
        prices = source(from_iter(0..500_u64)) >> event_time(micros, lateness(0.secs())),
        others = source(from_iter(0..1_u64)) >> event_time(micros, lateness(0.secs())),
        both = (orders >> by(|_| ()), prices >> by(|_| ()), others >> by(|_| ()))
            >> left_join(latest(1.secs())).at_most(MOST),
        both >> ignore,
        both.late >> ignore,
    );
    let mut job = simulation::start(2, topology, config(7)).unwrap();
    job.work();
    let message = job.result().unwrap_err().to_string();
    assert!(message.contains("0 of `orders`, 99 of `prices`, 1 of `others`"), "{message}");
}

#[test]
fn bounds_without_sense_are_refused() {
    let job = || {
        let job = Builder::new("broken");
        let sides = (kept(&job, "left", 0..9).by(|id| *id), kept(&job, "right", 0..9));
        (job, sides.0, sides.1)
    };
    let (builder, left, right) = job();
    let both = full_join((left, right.by(|id| *id)), tumbling(1.mins())).at_most(0).stream();
    let both = both.outputs();
    both.late.ignore();
    both.stream.ignore();
    let message = refused(builder.build()).to_string();
    assert!(message.contains("0 is invalid in `.at_most(0)` [M0176]"), "{message}");

    let (builder, left, right) = job();
    let both = full_join((left, right.by(|id| *id)), within(0.secs(), 0.secs()));
    let both = both.at_most(1).weaken(" ").shed().stream().outputs();
    both.late.ignore();
    both.stream.ignore();
    let message = refused(builder.build()).to_string();
    assert!(message.contains("[M0163]") && message.contains("[M0405]"), "{message}");

    let (builder, left, right) = job();
    let right = right.by(|id| *id).overflow(Overflow::DropOldest);
    let both = full_join((left, right), within(0.secs(), 0.secs()));
    let both = both.at_most(1).shed().stream().named("both").outputs();
    both.late.ignore();
    both.overflow.ignore();
    both.stream.ignore();
    let message = refused(builder.build()).to_string();
    assert!(message.contains("`both` sheds events") && message.contains("[M0184]"), "{message}");

    let topology = topology!(
        ids = source(from_iter(0..9_u64)),
        some = ids >> overflow(block) >> throttle(1.per_sec()).shed() * 2,
        some >> ignore,
        some.overflow >> ignore,
    );
    let message = refused(topology).to_string();
    assert!(message.contains("`some` sheds events") && message.contains("[M0184]"), "{message}");
}

#[test]
fn the_plan_shows_the_bound_and_what_it_costs() {
    let topology = topology!(
        job("planned"),
        ids = source(from_iter(0..9_u64)) >> event_time(micros, lateness(0.secs())),
        both = (ids >> by(|id| *id), ids >> by(|id| *id))
            >> full_join(within(0.secs(), 1.secs())).at_most(7).weaken("a page").shed(),
        both >> ignore,
        both.late >> ignore,
        both.overflow >> ignore,
    );
    assert!(topology.edges().iter().filter(|edge| edge.weakened == Some("a page")).count() == 2);
    let plan = topology.plan(&Config::default()).unwrap().to_string();
    assert!(plan.contains("full_join, at most 7 rows, sheds"), "{plan}");
    assert!(plan.contains("weakened: a page"), "{plan}");
}
