//! `throttle` in jobs with checkpoints.

use crate::durable::AtOnce;
use crate::durable_windows::{EVENTS, Numbers};
use crate::support::{settled, sorted};
use millstream::env::Env;
use millstream::prelude::*;
use millstream::time::{Clock, SystemClock};
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn config(directory: &tempfile::TempDir) -> Config {
    let config = Config::default().env(Env::system().with_spawn(AtOnce)).batch(8);
    config.checkpoints(directory.path()).checkpoint_every(Duration::from_millis(50))
}

#[operator]
async fn numbered(number: u64, count: &mut u64) -> (u64, u64) {
    *count += 1;
    (number % 7, *count)
}

type Seen = Arc<Mutex<Vec<(u64, u64)>>>;

fn job(seen: &Seen, until: u64, instances: usize) -> Topology {
    let seen = seen.clone();
    topology!(
        job("held", at_least_once),
        numbers = source(Numbers { until }),
        held = numbers >> shuffle >> buffer(16) >> throttle(1_000.per_sec()) * instances,
        counts = held >> by(|number| number % 7) >> numbered * instances,
        shown = counts >> sink(for_each(move |count| seen.lock().unwrap().push(count))),
    )
}

#[tokio::test(start_paused = true)]
async fn barriers_pass_in_time_and_nothing_is_lost() {
    let (directory, seen) = (tempfile::tempdir().unwrap(), Seen::default());
    for (until, instances) in [(300, 1), (700, 3), (1_100, 2)] {
        let mut job = job(&seen, until, instances).start(config(&directory)).unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
        let metrics = job.metrics();
        let taken = metrics.checkpoints().unwrap().durable;
        assert!(taken >= 2, "{taken} checkpoints in 300 ms");
        let since = SystemClock::default();
        settled(job.suspend()).await.unwrap();
        let took = since.monotonic().0;
        assert!(took < Duration::from_millis(100), "what is ahead of the barrier takes {took:?}");
    }
    job(&seen, EVENTS, 3).run(config(&directory)).await.unwrap();
    let mut seen = seen.lock().unwrap().clone();
    seen.sort_unstable();
    seen.dedup();
    let expected = (0..7).flat_map(|key| {
        let events = (0..EVENTS).filter(move |number| number % 7 == key).count() as u64;
        (1..=events).map(move |count| (key, count))
    });
    assert_eq!(seen, sorted(expected.collect()));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_aborted_while_events_wait_gives_them_again() {
    let (directory, seen) = (tempfile::tempdir().unwrap(), Seen::default());
    for _ in 0..3 {
        let mut job = job(&seen, EVENTS, 2).start(config(&directory)).unwrap();
        tokio::time::sleep(Duration::from_millis(333)).await;
        job.abort();
        settled(job.wait()).await.unwrap_err();
    }
    assert!(seen.lock().unwrap().len() < EVENTS as usize);
    job(&seen, EVENTS, 2).run(config(&directory)).await.unwrap();
    let mut seen = seen.lock().unwrap().clone();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len() as u64, EVENTS, "each event is counted once in the state");
}

#[tokio::test(start_paused = true)]
async fn a_durable_job_sheds_for_a_reason() {
    let (directory, seen) = (tempfile::tempdir().unwrap(), Seen::default());
    let also = seen.clone();
    let topology = topology!(
        job("shown", at_least_once),
        numbers = source(Numbers { until: EVENTS }),
        shown = numbers
            >> weaken("the page shows some of them")
            >> throttle(1.per_hour()).burst(100).shed(),
        shown >> sink(for_each(move |number: u64| also.lock().unwrap().push((number, 0)))),
        shown.overflow >> ignore,
    );
    let plan = topology.plan(&Config::default()).unwrap().to_string();
    assert!(plan.contains("weakened: the page shows some of them"), "{plan}");
    assert!(plan.contains("throttle 1 per h, burst 100, sheds"), "{plan}");
    topology.run(config(&directory)).await.unwrap();
    assert_eq!(seen.lock().unwrap().len(), 100);
}
