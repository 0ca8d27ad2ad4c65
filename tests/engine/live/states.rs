//! Who watches a job, and what of its state they see.

use super::{Pace, Seen, called, node, number, only, ticks};
use crate::simulation::{self, Virtual};
use crate::support::BATCHES;
use futures::{FutureExt, StreamExt};
use millstream::metrics::JobState;
use millstream::prelude::*;
use std::time::Duration;

#[test]
fn a_watch_yields_one_item_a_second_and_the_last_one_says_that_the_job_has_ended() {
    for batch in BATCHES {
        let clock = Virtual::default();
        let pace = Pace::of(&clock, 100.millis());
        let topology = topology!(
            job("counted"),
            numbers = source(from_iter(0..25_u64)),
            numbers >> called(pace) >> ignore,
        );
        let mut seen = Seen::start(&clock, 1, topology, Config::default().batch(batch));
        assert!(seen.next().is_none(), "no second has passed");
        assert_eq!(
            (seen.watch.latest().job.as_str(), seen.watch.latest().uptime),
            ("counted", 0.secs())
        );
        let mut all = Vec::new();
        for second in 1..=4 {
            seen.job.work_until(&clock, Duration::from_secs(second));
            while let Some(Some(live)) = seen.next() {
                all.push((live.uptime, live.state, only(&live, "called").counts.events_out));
            }
        }
        let ended = all.pop().unwrap();
        assert!(ended.0 > 2_400.millis() && ended.0 < 2_700.millis(), "{ended:?}");
        assert_eq!((ended.1, ended.2), (JobState::Ended, 25));
        assert_eq!(
            all.iter().map(|one| (one.0, one.1)).collect::<Vec<_>>(),
            [(1.secs(), JobState::Running), (2.secs(), JobState::Running),]
        );
        assert!(all.iter().all(|one| one.2 > 5 && one.2 < 25), "{all:?}");
        assert!(seen.next().unwrap().is_none(), "nothing follows");
        seen.job.result().unwrap();
    }
}

#[test]
fn who_watches_after_the_end_sees_that() {
    let clock = Virtual::default();
    let topology = topology!(source(from_iter(0..25_u64)) >> ignore);
    let mut job = simulation::start_by(&clock, 1, topology, Config::default()).unwrap();
    job.work();
    for _ in 0..2 {
        let mut watch = job.job.watch();
        let last = watch.next().now_or_never().unwrap().unwrap();
        assert_eq!(last.state, JobState::Ended);
        assert_eq!(only(&last, "source").counts.events_out, 25);
        assert!(watch.next().now_or_never().unwrap().is_none());
    }
}

#[test]
fn who_watches_after_another_did_until_the_end_sees_that() {
    for batch in BATCHES {
        let clock = Virtual::default();
        let pace = Pace::of(&clock, 100.millis());
        let topology = topology!(source(from_iter(0..25_u64)) >> called(pace) >> ignore);
        let mut seen = Seen::start(&clock, 1, topology, Config::default().batch(batch));
        assert_eq!(seen.at(4).state, JobState::Ended);
        for _ in 0..2 {
            let mut watch = seen.job.job.watch();
            let last = watch.next().now_or_never().unwrap().unwrap();
            assert_eq!((last.state, &last), (JobState::Ended, &seen.watch.latest()));
            assert!(watch.next().now_or_never().unwrap().is_none());
        }
    }
}

#[test]
fn a_job_that_nobody_watches_sets_no_timer() {
    let clock = Virtual::default();
    let topology = topology!(source(ticks(10.secs())) >> ignore);
    let mut job = simulation::start_by(&clock, 1, topology, Config::default()).unwrap();
    let waits = |job: &mut simulation::Simulated| {
        let mut waits = 0;
        let begin = clock.now();
        while clock.now() < begin + 9.secs() {
            job.work();
            assert!(clock.advance());
            waits += 1;
        }
        waits
    };
    assert_eq!(waits(&mut job), 1);
    let (one, other) = (job.job.watch(), job.job.watch());
    assert!(waits(&mut job) > 80);
    drop(one);
    assert!(waits(&mut job) > 80, "one is left");
    drop(other);
    waits(&mut job);
    assert!(waits(&mut job) < 3, "nobody is left");
    let again = job.job.watch();
    assert!(waits(&mut job) > 80);
    assert!(again.latest().window == 1.secs());
}

#[test]
fn a_job_that_drains_says_so() {
    let clock = Virtual::default();
    let pace = Pace::of(&clock, 900.millis());
    let topology = topology!(
        numbers = source(ticks(100.millis())) >> map(number),
        numbers >> buffer(100) >> called(pace) >> ignore,
    );
    let mut seen = Seen::start(&clock, 1, topology, Config::default());
    assert_eq!(seen.at(3).state, JobState::Running);
    assert!(seen.job.job.drain().now_or_never().is_none());
    let live = seen.at(5);
    assert_eq!(live.state, JobState::Draining);
    assert!(node(&live, "numbers").instances[0].emitted.0 < 0.1, "{live}");
}

#[test]
fn a_job_that_is_aborted_has_failed() {
    let clock = Virtual::default();
    let topology = topology!(source(ticks(100.millis())) >> ignore);
    let mut seen = Seen::start(&clock, 1, topology, Config::default());
    seen.at(2);
    seen.job.job.abort();
    seen.job.work();
    let mut last = None;
    while let Some(Some(live)) = seen.next() {
        last = Some(live.state);
    }
    assert_eq!(last, Some(JobState::Failed));
}
