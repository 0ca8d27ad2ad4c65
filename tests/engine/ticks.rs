//! A source that ticks by the job's clock.

use crate::support::settled;
use millstream::prelude::*;
use tokio::time::sleep;

#[tokio::test(start_paused = true)]
async fn a_tick_comes_at_every_interval_also_in_silence() {
    let ticks = Collected::new();
    let topology = topology!(source(every(100.millis())) >> sink(ticks.sink()));
    let mut job = topology.start(Config::default()).unwrap();
    let mut all = Vec::new();
    for _ in 0..30 {
        sleep(99.millis()).await;
        settle().await;
        assert_eq!(ticks.take(), [], "too early");
        sleep(1.millis()).await;
        settle().await;
        all.extend(ticks.take());
    }
    settled(job.drain()).await.unwrap();
    crate::support::assert_balanced(&job);
    assert_eq!(all.len(), 30);
    assert!(all.is_sorted(), "they are wall times");
}

/// Lets all tasks run, without time passing.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[operator]
async fn slow(tick: EventTime) -> EventTime {
    sleep(1_050.millis()).await;
    tick
}

#[tokio::test(start_paused = true)]
async fn ticks_of_a_slow_job_are_skipped_and_come_at_multiples_of_the_interval() {
    let seen = Collected::new();
    let topology = topology!(
        job("slow"),
        source(every(100.millis())) >> buffer(1) >> slow >> sink(seen.sink()),
    );
    let mut job = topology.start(Config::default().batch(1)).unwrap();
    sleep(30.secs()).await;
    settled(job.drain()).await.unwrap();
    crate::support::assert_balanced(&job);
    let seen = seen.take().len();
    assert!((20..40).contains(&seen), "{seen} ticks, of which 28 could be processed");
}

#[tokio::test(start_paused = true)]
async fn ticks_are_merged_with_events_and_end_with_the_job() {
    let (sender, receiver) = tokio::sync::mpsc::channel(4);
    let seen = Collected::new();
    let topology = topology!(
        ticks = source(every(1.secs())) >> map(|_: EventTime| "tick"),
        words = source(from_channel(receiver)),
        [ticks, words] >> sink(seen.sink()),
    );
    let mut job = topology.start(Config::default()).unwrap();
    sleep(1_500.millis()).await;
    sender.send("word").await.unwrap();
    sleep(1.secs()).await;
    drop(sender);
    settled(job.drain()).await.unwrap();
    crate::support::assert_balanced(&job);
    assert_eq!(seen.take(), ["tick", "word", "tick"]);
}

#[tokio::test(start_paused = true)]
async fn no_interval_is_too_short() {
    let ticks = Collected::new();
    let topology = topology!(source(every(0.secs())) >> sink(ticks.sink()));
    let mut job = topology.start(Config::default()).unwrap();
    sleep(10.millis()).await;
    settled(job.drain()).await.unwrap();
    crate::support::assert_balanced(&job);
    let ticks = ticks.take().len();
    assert!((9..=10).contains(&ticks), "{ticks}");
}
