//! Barriers from the sources, every so often, through every edge.

use crate::support::{BATCHES, INSTANCES};
use millstream::prelude::*;
use std::time::Duration;
use tokio::sync::mpsc::channel;

/// Sends numbers, one every 300 ms of the paused clock, for about 3 s.
async fn send_slowly(sender: tokio::sync::mpsc::Sender<u64>) {
    for number in 0..10 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        sender.send(number).await.ok();
    }
    // A barrier is due at 3 s too; the job is to end after it.
    tokio::time::sleep(Duration::from_millis(300)).await;
}

#[tokio::test(start_paused = true)]
async fn barriers_reach_every_sink_also_while_the_source_waits() {
    for instances in INSTANCES {
        let (sender, receiver) = channel::<u64>(16);
        let (all, twice) = (Collected::new(), Collected::new());
        let topology = topology!(
            job("barriers", at_most_once),
            numbers = source(from_channel(receiver)),
            first = numbers >> by(|n| *n) >> map(|n| n) * instances,
            second = numbers >> map(|n| 2 * n) * instances,
            kept = [first, second] >> sink(all.sink()),
            doubled = second >> sink(twice.sink()),
        );
        let mut job = topology.start(Config::default().barrier_every(1.secs())).unwrap();
        send_slowly(sender).await;
        job.wait().await.unwrap();
        crate::support::assert_balanced(&job);
        let metrics = job.metrics();
        for sink in ["kept", "doubled"] {
            let barriers = metrics.node(sink).unwrap().total().barriers;
            assert_eq!(barriers, 3, "{sink} at {instances} instances");
        }
        assert_eq!((all.take().len(), twice.take().len()), (20, 10));
    }
}

#[tokio::test(start_paused = true)]
async fn barriers_of_two_sources_are_aligned_by_a_join() {
    for instances in INSTANCES {
        let (left, lefts) = channel::<u64>(16);
        let (right, rights) = channel::<u64>(16);
        let found = Collected::new();
        let at = |second: &u64| EventTime::from_secs(i64::try_from(*second).unwrap());
        let topology = topology!(
            job("aligned", at_most_once),
            lefts = source(from_channel(lefts)) >> event_time(at, lateness(0.secs())),
            rights = source(from_channel(rights)) >> event_time(at, lateness(0.secs())),
            pairs = (lefts >> by(|n| *n), rights >> by(|n| *n))
                >> join(within(1.secs(), 1.secs())) * instances,
            kept = pairs >> sink(found.sink()),
            pairs.unmatched >> ignore,
            pairs.late >> ignore,
        );
        let mut job = topology.start(Config::default().barrier_every(1.secs())).unwrap();
        tokio::join!(send_slowly(left), send_slowly(right));
        job.wait().await.unwrap();
        crate::support::assert_balanced(&job);
        assert_eq!(job.metrics().node("kept").unwrap().total().barriers, 3);
        assert_eq!(found.take().len(), 10, "{instances} instances");
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_without_an_interval_sends_no_barrier() {
    let (sender, receiver) = channel::<u64>(16);
    let topology = topology!(
        job("none", at_most_once),
        kept = source(from_channel(receiver)) >> sink(for_each(drop::<u64>)),
    );
    let mut job = topology.start(Config::default()).unwrap();
    send_slowly(sender).await;
    job.wait().await.unwrap();
    crate::support::assert_balanced(&job);
    assert_eq!(job.metrics().node("kept").unwrap().total().barriers, 0);
}

#[tokio::test(start_paused = true)]
async fn an_interval_that_ends_while_a_barrier_is_on_its_way_is_left_out() {
    let (sink, mut written) = channel::<u64>(1);
    let topology = topology!(
        job("slow", at_most_once),
        numbers = source(from_iter(0..1_000_u64)),
        kept = numbers >> shuffle >> map(|n| n) >> sink(to_channel(sink)),
    );
    let config = Config::default().batch(7).buffer(7).barrier_every(1.secs());
    let mut job = topology.start(config).unwrap();
    // The sink does not get on, and the first barrier stays before it.
    tokio::time::sleep(Duration::from_millis(10_500)).await;
    for _ in 0..1_000 {
        written.recv().await.unwrap();
    }
    job.wait().await.unwrap();
    crate::support::assert_balanced(&job);
    assert_eq!(job.metrics().node("kept").unwrap().total().barriers, 1);
}

#[tokio::test(start_paused = true)]
async fn barriers_pass_through_a_job_with_a_loop() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (sender, receiver) = channel::<u64>(16);
        let (all, rounds) = (Collected::new(), Collected::new());
        let topology = topology!(
            job("loop", at_most_once),
            numbers = source(from_channel(receiver)),
            again = feedback(100, drop_oldest),
            halves = [numbers, again] >> shuffle >> map(|n: u64| n / 2) * instances,
            kept = halves >> sink(all.sink()),
            seen = halves >> filter(|n| *n > 0) >> sink(rounds.sink()),
            halves >> filter(|n| *n > 0) >> feedback(again),
        );
        let config = Config::default().batch(batch).barrier_every(1.secs());
        let mut job = topology.start(config).unwrap();
        send_slowly(sender).await;
        job.wait().await.unwrap();
        crate::support::assert_balanced(&job);
        let metrics = job.metrics();
        for sink in ["kept", "seen"] {
            let barriers = metrics.node(sink).unwrap().total().barriers;
            assert_eq!(barriers, 3, "{sink} at {instances} instances, batch {batch}");
        }
        // Each of 0 to 9 as often as it can be halved before it is 0, and once more.
        let halvings = |n: u64| u64::from(u64::BITS - n.leading_zeros()).max(1);
        let expected: u64 = (0..10).map(halvings).sum();
        assert_eq!(all.take().len() as u64, expected, "{instances} instances, batch {batch}");
        assert!(rounds.take().iter().all(|n| *n > 0));
    }
}
