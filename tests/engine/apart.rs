//! Sources that meet in a join and are far apart in event time.

use crate::simulation;
use crate::support::{BATCHES, INSTANCES, Pulled, settled, sorted};
use millstream::prelude::*;
use std::time::Duration;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// How far sources may be apart here.
const DRIFT: u64 = 10;

fn config(batch: usize) -> Config {
    Config::default().batch(batch).buffer(batch).drift(Duration::from_secs(DRIFT))
}

fn seconds(n: &u64) -> EventTime {
    EventTime::from_secs(i64::try_from(*n).unwrap())
}

/// More than a source may be ahead of what the other has reached: the drift, and what is buffered
/// on its way to the join.
fn room(batch: usize, instances: usize) -> u64 {
    DRIFT + 4 * (batch * (instances + 2)) as u64
}

/// Joins numbers by themselves, each being its time in seconds.
fn joined(
    fast: impl Iterator<Item = u64> + Send + 'static,
    slow: Receiver<u64>,
    instances: usize,
) -> Topology {
    topology!(
        fast = source(from_iter(fast)),
        slow = source(from_channel(slow)),
        fast_timed = fast >> event_time(seconds, lateness(0.secs()).idle_after(1.secs())),
        slow_timed = slow >> event_time(seconds, lateness(0.secs()).idle_after(1.hours())),
        pairs = (fast_timed >> by(|n| *n), slow_timed >> by(|n| *n))
            >> left_join(within(0.secs(), 0.secs())) * instances,
        pairs >> ignore,
        pairs.unmatched >> ignore,
        pairs.late >> ignore,
    )
}

async fn send(sender: &Sender<u64>, number: u64) {
    settled(sender.send(number)).await.unwrap();
}

/// Lets the job work for some time of the paused clock.
async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}

fn is_held(job: &Job, source: &str) -> bool {
    let metrics = job.metrics();
    let node = metrics.node(source).unwrap_or_else(|| panic!("no {source} in\n{metrics}"));
    node.total().held_now
}

#[tokio::test(start_paused = true)]
async fn a_source_that_is_ahead_is_not_read_until_the_other_has_caught_up() {
    for (instances, batch) in INSTANCES.into_iter().zip(BATCHES) {
        let (pulled, (sender, slow)) = (Pulled::default(), channel(16));
        let topology = joined(pulled.numbers(1_000_000), slow, instances);
        let mut job = topology.start(config(batch)).unwrap();
        for reached in [0, 100, 5_000, 5_001, 20_000] {
            send(&sender, reached).await;
            pass(100.millis()).await;
            let ahead = pulled.count().saturating_sub(reached);
            assert!(ahead > DRIFT, "{instances} instances: {ahead} ahead of {reached}");
            assert!(ahead < room(batch, instances), "{instances} instances: {ahead} ahead");
            assert!(is_held(&job, "fast_timed") && !is_held(&job, "slow_timed"));
        }
        let held = job.metrics().node("fast_timed").unwrap().total().held;
        assert!(held > 400.millis() && held < 600.millis(), "{held:?}");
        assert!(job.metrics().to_string().contains("held"));
        job.abort();
        assert!(settled(job.wait()).await.is_err());
    }
}

/// It holds before it has any event: the join keeps all that comes before.
#[tokio::test(start_paused = true)]
async fn a_side_without_events_holds_the_other_until_it_is_idle() {
    for (instances, batch) in INSTANCES.into_iter().zip(BATCHES) {
        let (pulled, (sender, slow)) = (Pulled::default(), channel(16));
        let topology = joined(pulled.numbers(u64::MAX).take(20_000), slow, instances);
        let mut job = topology.start(config(batch)).unwrap();
        pass(59.mins()).await;
        assert!(pulled.count() < room(batch, instances), "{} are read", pulled.count());
        pass(2.mins()).await;
        assert_eq!(pulled.count(), 20_000, "the other side is idle");
        drop(sender);
        settled(job.wait()).await.unwrap();
        crate::support::assert_balanced(&job);
    }
}

/// Of the time that it is held it has no events, which would make it idle after a second.
#[tokio::test(start_paused = true)]
async fn a_source_that_is_held_is_not_idle() {
    for instances in INSTANCES {
        let ((sender, slow), matched) = (channel(16), Collected::new());
        let topology = topology!(
            fast = source(from_iter(0..100_u64))
                >> event_time(seconds, lateness(0.secs()).idle_after(1.secs())),
            slow = source(from_channel(slow)) >> event_time(seconds, lateness(0.secs())),
            pairs = (fast >> by(|n| *n), slow >> by(|n| *n))
                >> join(within(0.secs(), 0.secs())) * instances,
            pairs >> map(|pair| pair.0) >> sink(matched.sink()),
            pairs.unmatched >> ignore,
            pairs.late >> ignore,
        );
        let mut job = topology.start(config(1)).unwrap();
        for number in [1, 2, 50, 51, 52, 90] {
            send(&sender, number).await;
            // While the fast one is held, the other alone would be event time.
            pass(10.secs()).await;
        }
        drop(sender);
        settled(job.wait()).await.unwrap();
        crate::support::assert_balanced(&job);
        assert_eq!(sorted(matched.take()), [1, 2, 50, 51, 52, 90]);
        assert_eq!(job.metrics().node("pairs").unwrap().total().late, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_ends_holds_no_other() {
    for (instances, batch) in INSTANCES.into_iter().zip(BATCHES) {
        let (pulled, (sender, slow)) = (Pulled::default(), channel(16));
        let topology = joined(pulled.numbers(u64::MAX).take(20_000), slow, instances);
        let mut job = topology.start(config(batch)).unwrap();
        send(&sender, 3).await;
        pass(1.secs()).await;
        assert!(is_held(&job, "fast_timed"));
        drop(sender);
        settled(job.wait()).await.unwrap();
        crate::support::assert_balanced(&job);
        assert_eq!(job.metrics().node("fast_timed").unwrap().total().events_out, 20_000);
        assert!(!is_held(&job, "fast_timed"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_is_drained_while_a_source_is_held() {
    for (instances, batch) in INSTANCES.into_iter().zip(BATCHES) {
        let (pulled, (sender, slow)) = (Pulled::default(), channel(16));
        let topology = joined(pulled.numbers(1_000_000), slow, instances);
        let mut job = topology.start(config(batch)).unwrap();
        send(&sender, 3).await;
        pass(1.secs()).await;
        assert!(is_held(&job, "fast_timed"));
        settled(job.drain()).await.unwrap();
        crate::support::assert_balanced(&job);
        assert!(!is_held(&job, "fast_timed"));
        drop(sender);
    }
}

#[tokio::test(start_paused = true)]
async fn barriers_pass_while_a_source_is_held() {
    for (instances, batch) in INSTANCES.into_iter().zip(BATCHES) {
        let (pulled, (sender, slow)) = (Pulled::default(), channel(16));
        let topology = joined(pulled.numbers(1_000_000), slow, instances);
        let mut job = topology.start(config(batch).barrier_every(1.secs())).unwrap();
        send(&sender, 3).await;
        pass(10_500.millis()).await;
        assert!(is_held(&job, "fast_timed"));
        let barriers: u64 = job.metrics().nodes().iter().map(|node| node.total().barriers).sum();
        assert!(barriers >= 10, "{barriers} barriers have reached a sink");
        drop(sender);
        settled(job.drain()).await.unwrap();
        crate::support::assert_balanced(&job);
    }
}

/// One side would wait for the other, which has the same events.
#[test]
fn a_source_that_feeds_both_sides_is_not_held() {
    for (instances, batch) in INSTANCES.into_iter().zip(BATCHES) {
        let found = Collected::new();
        let topology = topology!(
            numbers = source(from_iter(0..2_000_u64)),
            early = numbers >> filter(|n| n % 100 == 0) >> event_time(seconds, lateness(0.secs())),
            late = numbers
                >> shuffle
                >> map(|n| n) * instances
                >> event_time(seconds, lateness(1.hours())),
            pairs = (early >> by(|n| *n), late >> by(|n| *n))
                >> join(within(0.secs(), 0.secs())) * instances,
            pairs >> map(|pair| pair.0) >> sink(found.sink()),
            pairs.unmatched >> ignore,
            pairs.late >> ignore,
        );
        let metrics = simulation::run(3, topology, config(batch)).unwrap();
        assert_eq!(found.take().len(), 20, "{instances}");
        assert_eq!(metrics.nodes()[0].total().held, Duration::ZERO);
    }
}

/// Each of a chain of joins may hold another: the slowest of all is held by none.
#[test]
fn three_sources_of_several_joins_come_to_their_end() {
    for seed in 0..5 {
        for (instances, batch) in INSTANCES.into_iter().zip(BATCHES) {
            let found = Collected::new();
            let every = |step: usize| (0..3_000_u64).step_by(step);
            let topology = topology!(
                ones = source(from_iter(every(1))) >> event_time(seconds, lateness(0.secs())),
                fives = source(from_iter(every(5))) >> event_time(seconds, lateness(30.secs())),
                tens = source(from_iter(every(10))) >> event_time(seconds, lateness(0.secs())),
                first = (ones >> by(|n| *n), fives >> by(|n| *n))
                    >> join(within(0.secs(), 0.secs())) * instances,
                firsts = first >> map(|pair| pair.0),
                second = (tens >> by(|n| *n), firsts >> by(|n| *n), ones >> by(|n| *n))
                    >> join(tumbling(1.secs())) * instances,
                second >> map(|row| row.0) >> sink(found.sink()),
                first.unmatched >> ignore,
                first.late >> ignore,
                second.unmatched >> ignore,
                second.late >> ignore,
            );
            let metrics = simulation::run(seed, topology, config(batch)).unwrap();
            assert_eq!(found.take().len(), 300, "{instances} instances, seed {seed}");
            if batch < 100 {
                let held = metrics.nodes().iter().map(|node| node.total().held);
                assert!(held.sum::<Duration>() > Duration::ZERO, "none is held");
            }
        }
    }
}
