//! Rates that change while a job runs.

use crate::calls::service::ms;
use crate::simulation::{self, Simulated, Virtual};
use crate::support::{BATCHES, sorted};
use futures::FutureExt;
use millstream::prelude::*;
use millstream::time::{Clock, Rate};

const EVENTS: u64 = 4_000;

/// How many events have passed at a time, at which the clock stands then.
fn passed(job: &mut Simulated, clock: &Virtual, at: u64) -> u64 {
    let mut alarm = clock.sleep(ms(at) - clock.now());
    assert!((&mut alarm).now_or_never().is_none());
    job.work_until(clock, ms(at));
    assert_eq!(clock.now(), ms(at));
    job.job.metrics().node("held").unwrap().total().events_out
}

fn set(job: &Simulated, rate: Rate) {
    job.job.tune("held").unwrap().rate(rate).unwrap();
}

#[test]
fn a_rate_holds_from_the_moment_at_which_it_is_set() {
    for (instances, batch) in [1, 3].into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (clock, seen) = (Virtual::default(), Collected::new());
        let topology = topology!(
            numbers = source(from_iter(0..EVENTS)),
            held = numbers >> shuffle >> throttle(100.per_sec()) * instances,
            held >> sink(seen.sink()),
        );
        let config = Config::default().batch(batch);
        let mut job = simulation::start_by(&clock, 3, topology, config).unwrap();
        let mut before = passed(&mut job, &clock, 1_000);
        assert!((100..=102).contains(&before), "{before}");
        // Each with what passes in 10 ms, or one event for each instance that waits for its turn.
        for (second, rate, slack) in [(2, 1_000, 13), (3, 10, 13), (4, 500, 8), (5, 20, 8)] {
            set(&job, rate.per_sec());
            let now = passed(&mut job, &clock, second * 1_000);
            let (events, rate) = (now - before, u64::from(rate));
            let shape = (instances, batch, second);
            assert!(events.abs_diff(rate) <= slack, "{events} at {rate} a second: {shape:?}");
            before = now;
        }
        set(&job, 1_000_000.per_sec());
        job.work_until(&clock, ms(6_000));
        assert!(job.has_ended());
        job.result().unwrap();
        assert_eq!(sorted(seen.take()), (0..EVENTS).collect::<Vec<_>>());
    }
}

#[test]
fn an_event_that_waits_for_hours_passes_when_the_rate_is_raised() {
    let (clock, seen) = (Virtual::default(), Collected::new());
    let topology = topology!(
        numbers = source(from_iter(0..10_u64)),
        held = numbers >> throttle(1.per_hour()),
        held >> sink(seen.sink()),
    );
    let mut job = simulation::start_by(&clock, 3, topology, Config::default()).unwrap();
    assert_eq!(passed(&mut job, &clock, 60_000), 1);
    set(&job, 1_000_000.per_sec());
    assert_eq!(passed(&mut job, &clock, 60_010), 10, "it is woken");
    assert!(job.has_ended());
}
