//! Overflow policies that change while a job runs.

use crate::simulation::{self, Simulated};
use crate::support::{BATCHES, sorted};
use millstream::metrics::InstanceMetrics;
use millstream::prelude::*;
use tokio::sync::mpsc;

/// How many events the edge holds.
const ROOM: usize = 20;

fn total(job: &Simulated, node: &str) -> InstanceMetrics {
    job.job.metrics().node(node).unwrap().total()
}

/// What a consumer that is stuck leaves on its edge is all that there is: one event in its hands,
/// and `ROOM` on the edge.
fn stuck(
    policy: Overflow,
    batch: usize,
    dropped: &Collected<u64>,
) -> (Simulated, mpsc::Sender<u64>, mpsc::Receiver<u64>) {
    let (sender, numbers) = mpsc::channel::<u64>(10_000);
    let (out, receiver) = mpsc::channel(1);
    let topology = topology!(
        numbers = source(from_channel(numbers)),
        slow = numbers >> overflow(policy) >> buffer(ROOM) >> map(|number| number),
        slow >> sink(to_channel(out)),
        slow.overflow >> sink(dropped.sink()),
    );
    let config = Config::default().batch(batch);
    let mut job = simulation::start(9, topology, config).unwrap();
    job.work();
    (job, sender, receiver)
}

fn send(job: &mut Simulated, sender: &mpsc::Sender<u64>, numbers: std::ops::Range<u64>) {
    numbers.for_each(|number| sender.try_send(number).unwrap());
    job.work();
}

/// Takes everything that comes, to the end of the job.
fn taken(job: &mut Simulated, receiver: &mut mpsc::Receiver<u64>) -> Vec<u64> {
    let mut all = Vec::new();
    while let Ok(number) = receiver.try_recv() {
        all.push(number);
        job.work();
    }
    job.result().unwrap();
    all
}

#[test]
fn what_is_dropped_follows_the_policy_of_the_moment() {
    for batch in BATCHES {
        let dropped = Collected::new();
        let (mut job, sender, mut receiver) = stuck(Overflow::DropNewest, batch, &dropped);
        // Once for the consumer, and once to fill the edge behind it.
        send(&mut job, &sender, 0..50);
        let dropped_first = dropped.take();
        send(&mut job, &sender, 50..100);
        let dropped_then = dropped.take();
        for (dropped, end) in [(&dropped_first, 50), (&dropped_then, 100)] {
            let newest = end - dropped.len() as u64..end;
            assert_eq!(*dropped, newest.collect::<Vec<_>>(), "batch {batch}");
        }
        let first = [dropped_first, dropped_then].concat();
        job.job.tune("slow").unwrap().overflow(Overflow::DropOldest).unwrap();
        send(&mut job, &sender, 100..110);
        let second = dropped.take();
        assert_eq!(second.len(), 10, "batch {batch}");
        assert!(second.iter().all(|number| *number < 100), "the oldest: {second:?}");
        job.job.tune("slow").unwrap().overflow(Overflow::DropNewest).unwrap();
        send(&mut job, &sender, 110..130);
        assert_eq!(dropped.take(), (110..130).collect::<Vec<_>>(), "batch {batch}");
        drop(sender);
        job.work();
        let seen = taken(&mut job, &mut receiver);
        let all = sorted([first, second, (110..130).collect(), seen.clone()].concat());
        assert_eq!(all, (0..130).collect::<Vec<_>>(), "each is seen or dropped");
        assert_eq!(seen, sorted(seen.clone()), "in order");
        let slow = total(&job, "slow");
        assert_eq!((slow.events_in, slow.overflow), (seen.len() as u64, 130 - seen.len() as u64));
    }
}

#[test]
fn a_producer_that_waits_goes_on_under_a_policy_that_never_waits() {
    for (batch, policy) in BATCHES.into_iter().flat_map(|batch| {
        [Overflow::DropNewest, Overflow::DropOldest].map(|policy| (batch, policy))
    }) {
        let dropped = Collected::new();
        let (mut job, sender, mut receiver) = stuck(Overflow::DropNewest, batch, &dropped);
        job.job.tune("slow").unwrap().overflow(Overflow::Block).unwrap();
        send(&mut job, &sender, 0..5_000);
        assert_eq!(dropped.take(), [0; 0]);
        assert!(total(&job, "numbers").events_out < 5_000, "the source waits");
        job.job.tune("slow").unwrap().overflow(policy).unwrap();
        job.work();
        assert_eq!(total(&job, "numbers").events_out, 5_000, "it goes on at once");
        drop(sender);
        job.work();
        let seen = taken(&mut job, &mut receiver);
        assert_eq!(sorted([dropped.take(), seen].concat()), (0..5_000).collect::<Vec<_>>());
    }
}

#[test]
fn an_edge_that_may_drop_loses_nothing_while_it_is_told_to_wait() {
    for batch in BATCHES {
        let dropped = Collected::new();
        let (mut job, sender, mut receiver) = stuck(Overflow::Sample(3), batch, &dropped);
        job.job.tune("slow").unwrap().overflow(Overflow::Block).unwrap();
        send(&mut job, &sender, 0..1_000);
        drop(sender);
        let seen = taken(&mut job, &mut receiver);
        assert_eq!((seen, dropped.take()), ((0..1_000).collect(), vec![]), "batch {batch}");
    }
}

#[test]
fn a_sample_that_takes_over_keeps_one_in_so_many() {
    let dropped = Collected::new();
    let (mut job, sender, mut receiver) = stuck(Overflow::DropNewest, 1, &dropped);
    send(&mut job, &sender, 0..100);
    let kept = 100 - dropped.take().len() as u64;
    job.job.tune("slow").unwrap().overflow(Overflow::Sample(4)).unwrap();
    send(&mut job, &sender, 100..200);
    drop(sender);
    let seen = taken(&mut job, &mut receiver);
    let sampled: Vec<_> = seen.iter().filter(|number| **number >= 100).collect();
    assert_eq!(seen.iter().filter(|number| **number < 100).count() as u64, kept);
    // One in four of those that find no room; all others once there is some.
    assert!((25..100).contains(&sampled.len()), "{}", sampled.len());
    assert_eq!(dropped.take().len() + sampled.len(), 100);
}
