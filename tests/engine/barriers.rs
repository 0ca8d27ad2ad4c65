//! Barriers from the sources, every so often, through every edge.

use crate::support::INSTANCES;
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
    assert_eq!(job.metrics().node("kept").unwrap().total().barriers, 0);
}

#[tokio::test]
async fn barriers_are_refused_where_there_is_a_feedback() {
    let topology = topology!(
        job("loop", at_most_once),
        again = feedback(16, drop_oldest),
        numbers = [source(from_iter([1_u64])), again] >> filter(|n| *n > 0) >> map(|n| n - 1),
        numbers >> feedback(again),
    );
    let refused = topology.start(Config::default().barrier_every(1.secs()));
    let message = refused.unwrap_err().to_string();
    assert!(message.contains("leave out `barrier_every`"), "{message}");
}
