//! A slow consumer holds back its source, however many instances there are; and what is at hand
//! is not held back by anything.

use crate::simulation::{self, Simulated};
use crate::support::{INSTANCES, Pulled, awaited, settled};
use millstream::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// What every edge holds in these tests.
const BUFFER: u64 = 128;

/// The batch sizes in these tests.
const BATCHES: [usize; 3] = [1, 7, 64];

/// What `edges` edges hold, and what `tasks` tasks have in hand: a batch that comes in, one that
/// goes out on each edge, and those in between.
fn bound(edges: usize, tasks: usize, batch: usize) -> u64 {
    edges as u64 * BUFFER + (2 * tasks + 2 * edges) as u64 * batch as u64
}

fn simulated(seed: u64, topology: Topology, batch: usize) -> Simulated {
    let config = Config::default().batch(batch).buffer(BUFFER as usize);
    let mut simulated = simulation::start(seed, topology, config).unwrap();
    simulated.work();
    simulated
}

#[test]
fn a_slow_sink_stops_the_source() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (sender, mut receiver) = mpsc::channel(1);
        let pulled = Pulled::default();
        let limit = 1 + bound(2 * instances, instances + 2, batch);
        let topology = topology!(
            source(from_iter(pulled.numbers(limit)))
                >> by(|number| *number)
                >> map(|number| number) * instances
                >> sink(to_channel(sender))
        );
        let mut job = simulated(1, topology, batch);
        let at_rest = pulled.count();
        assert!(!job.has_ended(), "{instances} instances: {:?}", job.result());
        assert!(at_rest <= limit, "{at_rest} of at most {limit}");
        assert!(receiver.try_recv().is_ok());
        job.work();
        receiver.close();
        job.work();
        job.result().unwrap_err();
    }
}

#[test]
fn a_job_that_was_held_back_loses_nothing() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (sender, mut receiver) = futures::channel::mpsc::channel(3);
        let topology = topology!(
            source(from_iter(0..1_000_u64))
                >> shuffle
                >> map(|number| number) * instances
                >> by(|number| *number)
                >> awaited * 2
                >> sink(to_sink(sender))
        );
        let mut job = simulated(2, topology, batch);
        let mut seen = Vec::new();
        while let Ok(number) = receiver.try_recv() {
            seen.push(number);
            job.work();
        }
        job.result().unwrap();
        seen.sort_unstable();
        assert_eq!(seen, (0..1_000).collect::<Vec<_>>(), "{instances} instances, batch {batch}");
    }
}

#[test]
fn one_full_branch_stops_all_branches() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (sender, _receiver) = mpsc::channel(1);
        let pulled = Pulled::default();
        let limit = 1 + bound(3 * instances, instances + 3, batch);
        let free = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&free);
        let topology = topology!(
            numbers = source(from_iter(pulled.numbers(limit))),
            numbers >> shuffle >> map(|number| number) * instances >> sink(to_channel(sender)),
            numbers
                >> buffer(128)
                >> sink(for_each(move |_| {
                    counter.fetch_add(1, Ordering::Relaxed);
                })),
        );
        let mut job = simulated(3, topology, batch);
        assert!(!job.has_ended(), "{:?}", job.result());
        let (pulled, free) = (pulled.count(), free.load(Ordering::Relaxed));
        assert!(pulled <= limit && free <= pulled, "{pulled} pulled, {free} went on");
    }
}

#[test]
fn a_declared_buffer_is_all_that_an_edge_holds() {
    for (batch, buffer) in
        [1, 7, 64, 1_024].into_iter().flat_map(|batch| [1, 2, 10, 500].map(|b| (batch, b)))
    {
        let (sender, _receiver) = mpsc::channel(1);
        let pulled = Pulled::default();
        let topology = topology!(
            source(from_iter(pulled.numbers(100_000)))
                >> buffer(buffer)
                >> sink(to_channel(sender))
        );
        let mut job = simulated(4, topology, batch);
        assert!(!job.has_ended(), "{:?}", job.result());
        // One batch is read, some of it waits to be sent, one is in hand at the sink.
        let limit = 1 + buffer + 2 * batch + batch.min(buffer);
        assert!(pulled.count() <= limit as u64, "{} of at most {limit}", pulled.count());
    }
}

/// Sends for ever what follows from one event; counts how much.
#[operator]
async fn flood(number: u64, #[shared] sent: &AtomicU64, out: &mut Output<u64>) {
    loop {
        assert!(sent.fetch_add(1, Ordering::Relaxed) < 100_000, "nothing holds `send` back");
        out.send(number).await;
    }
}

#[test]
fn an_operator_that_sends_is_held_back() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (sender, mut receiver) = mpsc::channel(1);
        let sent = Arc::new(AtomicU64::new(0));
        let topology = topology!(
            source(from_iter(0..100_u64))
                >> shuffle
                >> flood(sent.clone()) * instances
                >> sink(to_channel(sender))
        );
        let mut job = simulated(5, topology, batch);
        assert!(!job.has_ended(), "{:?}", job.result());
        let first = sent.load(Ordering::Relaxed);
        let limit = 1 + bound(instances, instances + 1, batch);
        assert!(first <= limit, "{first} of at most {limit}");
        // Each event that is taken out makes room, in the end, for one more.
        let taken = 3 * limit;
        for _ in 0..taken {
            receiver.try_recv().unwrap();
            job.work();
        }
        let more = sent.load(Ordering::Relaxed) - first;
        assert!((taken - limit..=taken + limit).contains(&more), "{more} for {taken}");
        job.job.abort();
        job.work();
        assert_eq!(job.result().unwrap_err().kind(), millstream::ErrorKind::Aborted);
    }
}

#[test]
fn a_slow_operator_stops_the_source() {
    /// Never done.
    #[operator]
    async fn stuck(number: u64) -> u64 {
        std::future::pending::<()>().await;
        number
    }
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let pulled = Pulled::default();
        let limit = bound(instances, instances + 1, batch);
        let topology = topology!(
            source(from_iter(pulled.numbers(limit)))
                >> by(|number| *number)
                >> stuck * instances
                >> ignore
        );
        let mut job = simulated(6, topology, batch);
        assert!(!job.has_ended(), "{:?}", job.result());
        assert!(pulled.count() <= limit, "{} of at most {limit}", pulled.count());
        assert_eq!(job.job.metrics().node("stuck").unwrap().total().events_out, 0);
    }
}

#[test]
fn a_full_error_output_holds_back_too() {
    #[operator]
    async fn refuse(number: u64) -> Result<u64, std::fmt::Error> {
        if number.is_multiple_of(2) { Ok(number) } else { Err(std::fmt::Error) }
    }
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (sender, _receiver) = mpsc::channel(1);
        let pulled = Pulled::default();
        let limit = 1 + 2 * bound(3 * instances, instances + 3, batch);
        let topology = topology!(
            good = source(from_iter(pulled.numbers(limit)))
                >> by(|number| *number)
                >> refuse * instances,
            good >> ignore,
            good.errors >> buffer(128) >> sink(to_channel(sender)),
        );
        let mut job = simulated(7, topology, batch);
        assert!(!job.has_ended(), "{:?}", job.result());
        assert!(pulled.count() <= limit, "{} of at most {limit}", pulled.count());
    }
}

/// Diamonds whose ways are of different lengths and widths, with edges that hold next to nothing:
/// two tasks that wait for each other's room would stop for ever.
#[test]
fn ways_that_part_and_meet_again_do_not_deadlock() {
    for (instances, seed) in INSTANCES.into_iter().flat_map(|n| (0..20).map(move |seed| (n, seed)))
    {
        let seen = Collected::new();
        let topology = topology!(
            src = source(from_iter(0..200_u64)),
            a = src >> map(|number| number) * 2,
            b = a >> by(|number| *number) >> map(|number| number) * instances,
            slow = src >> awaited * 3,
            c = [src, a, b, slow] >> map(|number| number),
            d = [c, src] >> by(|number| *number) >> map(|number| number) * 2,
            [d, src, b] >> sink(seen.sink()),
        );
        let config = Config::default().batch(4).buffer(1);
        simulation::run(seed, topology, config).unwrap();
        let counts = crate::support::counted(seen.take());
        assert_eq!(counts.len(), 200, "seed {seed}");
        assert!(counts.values().all(|times| *times == 7), "seed {seed}: {counts:?}");
    }
}

/// Sends one event into a job whose batches are far from full, and waits for it at the other end.
async fn assert_no_delay(
    topology: impl FnOnce(mpsc::Receiver<u64>, mpsc::Sender<u64>) -> Topology,
) {
    let ((to_job, input), (output, mut from_job)) = (mpsc::channel(16), mpsc::channel(16));
    let mut job = topology(input, output).start(Config::default()).unwrap();
    let start = now();
    for number in 0..5 {
        to_job.send(number).await.unwrap();
        assert_eq!(settled(from_job.recv()).await, Some(number));
    }
    assert_eq!(now() - start, std::time::Duration::ZERO, "time has passed");
    settled(job.drain()).await.unwrap();
    crate::support::assert_balanced(&job);
    assert_eq!(from_job.recv().await, None);
}

#[expect(clippy::disallowed_methods, reason = "the clock is paused, and is what is tested")]
fn now() -> Instant {
    Instant::now()
}

#[tokio::test(start_paused = true)]
async fn an_event_does_not_wait_for_its_batch_to_fill() {
    assert_no_delay(|input, output| {
        topology!(source(from_channel(input)) >> map(|number| number) >> sink(to_channel(output)))
    })
    .await;
    for instances in INSTANCES {
        assert_no_delay(|input, output| {
            topology!(
                source(from_channel(input))
                    >> by(|number| *number)
                    >> map(|number| number) * instances
                    >> shuffle
                    >> awaited * instances
                    >> map(|number| number)
                    >> sink(to_channel(output))
            )
        })
        .await;
        assert_no_delay(|input, output| {
            topology!(
                numbers = source(from_channel(input)),
                numbers >> ignore,
                other = source(futures::stream::pending::<u64>()),
                doubled = numbers >> filter(|number| *number < 100) * instances,
                [doubled, other] >> buffer(64) >> sink(to_channel(output)),
            )
        })
        .await;
    }
}
