//! Numbers that are 0, or too large: refused when the job is started.

use crate::support::refused;
use millstream::Result;
use millstream::operator::{Keyed, NoTimers, Operator, Shape, Step, Stepping, Ttl};
use millstream::prelude::*;
use millstream::topology::Instances;
use millstream_graph::sentence::{attribute, shape};
use std::convert::Infallible;
use std::time::Duration;

/// What is wrong with a job that has these windows and this aggregate.
macro_rules! wrong {
    ($windows:expr, $aggregate:expr) => {
        refused(topology!(
            job("broken"),
            sums = source(from_iter(0..10_i64))
                >> event_time(|number| EventTime::from_secs(*number), lateness(0.secs()))
                >> by(|_| ())
                >> window($windows)
                >> aggregate(|number| *number, $aggregate),
            sums >> ignore,
            sums.late >> ignore,
        ))
        .to_string()
    };
    ($windows:expr) => {
        wrong!($windows, count())
    };
}

#[track_caller]
fn is_invalid(message: &str, what: &str) {
    let sentence = shape::invalid_zero(what);
    let expected = format!("{} [{}]\n    help: {}", sentence.wrong, sentence.code, sentence.help);
    assert!(message.contains(&expected), "{message}");
    assert_eq!(message.lines().count(), 3, "one mistake: {message}");
}

#[test]
fn windows_that_fire_early_after_nothing_are_refused() {
    let minute = || tumbling(1.mins());
    is_invalid(&wrong!(minute().early_every(0)), "`tumbling 1m, early every 0`");
    is_invalid(&wrong!(minute().early_each(0.secs())), "`tumbling 1m, early each 0s`");
    let nanos = Duration::from_nanos(999);
    is_invalid(&wrong!(minute().early_each(nanos)), "`tumbling 1m, early each 0s`");
    let both = minute().early_every(1).early_each(0.secs()).allowed_lateness(0.secs());
    is_invalid(&wrong!(both), "`tumbling 1m, early every 1, early each 0s`");
    let sliding = sliding(1.mins(), 1.secs()).early_every(0);
    is_invalid(&wrong!(sliding), "`sliding 1m by 1s, early every 0`");
    is_invalid(&wrong!(session(1.mins()).early_each(0.secs())), "`session 1m, early each 0s`");
    is_invalid(&wrong!(global().early_every(0)), "`global, early every 0`");
    let clock = minute().by_clock().early_every(0);
    is_invalid(&wrong!(clock), "`tumbling 1m, early every 0`");
}

#[test]
fn an_aggregate_that_keeps_nothing_is_refused() {
    let what = "`top(0)` or `most_frequent(0)`";
    // A 0 that is written there is refused by the compiler.
    let none = 0;
    is_invalid(&wrong!(counted(2), top(none)), what);
    is_invalid(&wrong!(counted(2), most_frequent(none)), what);
    let pair = refused(topology!(
        job("broken"),
        sums = source(from_iter(0..10_i64))
            >> by(|_| ())
            >> window(counted(2))
            >> aggregate(|n| (*n, (*n, *n)), (count(), (sum(), top(none)))),
        sums >> ignore,
        sums.late >> ignore,
    ));
    is_invalid(&pair.to_string(), what);
}

#[test]
fn windows_by_the_clock_without_room_or_with_lateness_are_refused() {
    let empty = shape::empty_windows("tumbling 0s").wrong;
    assert!(wrong!(tumbling(0.secs()).by_clock()).contains(&empty));
    let late = tumbling(1.mins()).allowed_lateness(1.secs()).by_clock();
    let sentence = shape::lateness_by_clock("tumbling 1m, late for 1s, by clock");
    let message = wrong!(late);
    assert!(message.contains(&sentence.wrong) && message.contains("[M0177]"), "{message}");
}

#[test]
fn trailing_windows_of_nothing_are_refused() {
    let empty = |windows: &str| shape::empty_windows(windows).wrong;
    assert!(wrong!(trailing(0.secs())).contains(&empty("trailing 0s")));
    let nanos = Duration::from_nanos(999);
    assert!(wrong!(trailing([1.mins(), nanos])).contains(&empty("trailing 1m, 0s")));
}

/// What is wrong with a job that joins in these windows.
macro_rules! wrong_join {
    ($windows:expr) => {{
        let job = Builder::new("broken");
        let timed = |name| {
            let ids = job.source(from_iter(0..10_i64)).named(name);
            ids.event_time(|id| EventTime::from_secs(*id), lateness(0.secs())).by(|id| *id)
        };
        let both = full_join((timed("left"), timed("right")), $windows).stream().outputs();
        both.late.ignore();
        both.stream.ignore();
        refused(job.build()).to_string()
    }};
}

#[test]
fn joins_in_windows_of_nothing_are_refused() {
    let empty = |windows: &str| shape::empty_windows(windows).wrong;
    let message = wrong_join!(tumbling(0.secs()));
    assert!(message.contains(&empty("tumbling 0s")), "{message}");
    assert!(wrong_join!(sliding(1.mins(), 0.secs())).contains(&empty("sliding 1m by 0s")));
    assert!(wrong_join!(sliding(0.secs(), 1.mins())).contains(&empty("sliding 0s by 1m")));
    let nanos = Duration::from_nanos(1);
    let message = wrong_join!(sliding(Duration::from_micros(1), nanos));
    assert!(message.contains(&empty("sliding 1µs by 0s")), "{message}");
    assert!(wrong_join!(session(0.secs())).contains(&empty("session 0s")));
}

/// The plan of a job with two keyed nodes on a machine of `cores` cores.
fn planned(instances: Instances, groups: usize, cores: usize) -> Result<String> {
    let job = Builder::new("wide").key_groups(groups);
    let one = job.source(from_iter(0..10_u64)).by(|n| *n).instances(instances);
    let two = one.map(|n| n).by(|n| n % 7).instances(instances);
    two.map(|n| n).ignore();
    job.build().plan(&Config::default().cores(cores)).map(|plan| plan.to_string())
}

#[test]
fn more_instances_of_one_per_core_than_key_groups_are_refused() {
    let auto = Instances::Cores;
    assert!(planned(auto, 256, 256).is_ok());
    let message = planned(auto, 256, 257).unwrap_err().to_string();
    let sentence = shape::too_few_key_groups(257, 256);
    assert_eq!(message.matches(&sentence.wrong).count(), 2, "{message}");
    assert!(message.contains("[M0172]") && message.contains("tests/engine/zeros.rs"), "{message}");
    assert!(planned(auto, 257, 257).is_ok());
}

#[test]
fn a_job_of_more_channels_than_memory_holds_is_refused() {
    assert!(planned(Instances::Exactly(1_000), 4_096, 1).is_ok());
    let message = planned(Instances::Exactly(4_096), 4_096, 1).unwrap_err().to_string();
    // From the source, between the two, and to where the events are ignored.
    let largest = "`map >> map_2` has 16777216";
    let sentence = shape::too_many_channels(2 * 4_096 + 4_096 * 4_096, largest);
    assert!(message.contains(&sentence.wrong) && message.contains("[M0178]"), "{message}");
}

/// State that would be gone at once, of an operator written by hand.
#[derive(Clone)]
struct Useless;

impl Operator<i64> for Useless {
    type Out = i64;
    type State = i64;
    type Error = Infallible;
    type Keying = Keyed<NoTimers, Ttl<0>>;
    type Mode = Stepping;
    const NAME: &'static str = "useless";
    const SHAPE: Shape = Shape::OneToOne;
}

impl Step<i64> for Useless {
    fn step(
        &mut self,
        number: i64,
        _: &mut i64,
        _: &mut Context,
    ) -> std::result::Result<impl IntoIterator<Item = i64>, Infallible> {
        Ok(Some(number))
    }
}

#[test]
fn state_that_expires_at_once_is_refused() {
    let job = Builder::new("broken");
    job.source(from_iter(0..10_i64)).by(|number| *number).then(Useless).ignore();
    let sentence = attribute::no_ttl();
    let expected = format!("{} [{}]\n    help: {}", sentence.wrong, sentence.code, sentence.help);
    let message = refused(job.build()).to_string();
    assert!(message.contains(&expected), "{message}");
    assert_eq!(message.lines().count(), 3, "one mistake: {message}");
}

#[test]
fn a_join_of_the_latest_of_no_time_is_refused() {
    let job = Builder::new("broken");
    let timed = |name| {
        let ids = job.source(from_iter(0..10_i64)).named(name);
        ids.event_time(|id| EventTime::from_secs(*id), lateness(0.secs())).by(|id| *id)
    };
    let both = left_join((timed("left"), timed("right")), latest(0.secs())).stream().outputs();
    both.late.ignore();
    both.stream.ignore();
    is_invalid(&refused(job.build()).to_string(), "`latest(0s)`");
}
