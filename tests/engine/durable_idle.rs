//! Durable jobs of which a source is idle while they are suspended.

use crate::durable::config;
use crate::durable_windows::Numbers;
use millstream::mutant::Mutant;
use millstream::prelude::*;
use std::time::Duration;

/// After how long without an event a source is idle.
const WAIT: Duration = Duration::from_secs(5);

fn time(number: &u64) -> EventTime {
    EventTime::from_secs(i64::try_from(*number).unwrap())
}

/// Counts the events of two sources, of which the second has one event and no more.
fn job(until: u64, windows: &Collected<u64>) -> Topology {
    topology!(
        job("idle", at_least_once),
        busy = source(Numbers { until })
            >> event_time(time, lateness(Duration::ZERO).idle_after(WAIT)),
        quiet = source(Numbers { until: 1 })
            >> event_time(time, lateness(Duration::ZERO).idle_after(WAIT)),
        counts = [busy, quiet]
            >> by(|_| ())
            >> window(tumbling(10.secs()))
            >> aggregate(|_| (), count()),
        counts >> map(|window| window.value) >> sink(windows.sink()),
        counts.late >> ignore,
    )
}

/// The windows of a job that is suspended while one source is idle, and of the same job started
/// again, shortly after its start.
async fn windows_at_once() -> (Vec<u64>, Vec<u64>) {
    let directory = tempfile::tempdir().unwrap();
    let windows = Collected::new();
    let mut first = job(95, &windows).start(config(&directory).checkpoint_every(WAIT / 5)).unwrap();
    tokio::time::sleep(WAIT * 3).await;
    first.suspend().await.unwrap();
    crate::support::assert_balanced(&first);
    let before = windows.take();
    let mut second =
        job(195, &windows).start(config(&directory).checkpoint_every(WAIT / 5)).unwrap();
    tokio::time::sleep(WAIT / 5).await;
    let after = windows.take();
    second.suspend().await.unwrap();
    crate::support::assert_balanced(&second);
    (before, after)
}

#[tokio::test(start_paused = true)]
async fn a_source_that_was_idle_does_not_hold_windows_after_a_restart() {
    let (before, after) = windows_at_once().await;
    assert_eq!(before, [11, 10, 10, 10, 10, 10, 10, 10, 10]);
    assert_eq!(after, [10; 10]);
}

#[tokio::test(start_paused = true)]
async fn an_idle_mark_that_is_not_saved_is_noticed() {
    Mutant::plant(Some(Mutant::IdleNotSaved));
    let (_, after) = windows_at_once().await;
    Mutant::plant(None);
    assert_eq!(after, [0; 0], "the source that was idle holds the windows");
}
