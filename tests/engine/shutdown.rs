//! How a job ends: at the end of its input, drained, aborted, dropped.

use crate::simulation;
use crate::support::{BATCHES, INSTANCES, Pulled, awaited, numbered, run, settled, sorted};
use futures::{FutureExt, stream};
use millstream::ErrorKind;
use millstream::prelude::*;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;

fn seconds(number: &u64) -> EventTime {
    EventTime::from_secs(*number as i64)
}

#[operator]
async fn contents(window: Window<u64, u64>) -> Vec<u64> {
    window.events().to_vec()
}

#[test]
fn the_end_of_input_drains_open_windows_and_buffers() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (windows, in_order) = (Collected::new(), Collected::new());
        let topology = topology!(
            numbers =
                source(from_iter((0..100_u64).rev())) >> event_time(seconds, lateness(1.hours())),
            daily = numbers
                >> by(|number| number % 3)
                >> window(tumbling(1.days()))
                >> contents * instances,
            sorted = numbers >> in_order(|_| ()),
            daily >> sink(windows.sink()),
            sorted >> sink(in_order.sink()),
            [daily.late, sorted.late] >> ignore,
        );
        simulation::run(1, topology, Config::default().batch(batch)).unwrap();
        let all: Vec<u64> = (0..100).collect();
        assert_eq!(in_order.take(), all);
        assert_eq!(sorted(windows.take()), all);
    }
}

#[test]
fn a_source_without_events_ends_the_job() {
    for instances in INSTANCES {
        let seen = Collected::new();
        let topology = topology!(
            numbers = source(from_iter(std::iter::empty::<u64>()))
                >> event_time(seconds, lateness(0.secs())),
            slow = numbers >> by(|number| *number) >> awaited * instances,
            counts = numbers
                >> by(|number| *number)
                >> window(tumbling(1.secs()))
                >> contents * instances,
            [slow, counts] >> sink(seen.sink()),
            counts.late >> ignore,
        );
        simulation::run(2, topology, Config::default()).unwrap();
        assert!(seen.take().is_empty());
    }
}

/// Reads until the job has ended; what was read.
async fn rest(mut receiver: mpsc::Receiver<u64>) -> u64 {
    let mut count = 0;
    while receiver.recv().await.is_some() {
        count += 1;
    }
    count
}

#[tokio::test]
async fn drain_stops_an_endless_source_and_what_it_emitted_arrives() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (sender, mut receiver) = mpsc::channel(1_000);
        let topology = topology!(
            numbers = source(from_iter(0_u64..)),
            kept =
                numbers >> by(|number| *number) >> map(|number| number) * instances >> awaited * 2,
            [kept, numbers] >> sink(to_channel(sender)),
        );
        let mut job = topology.start(Config::default().batch(batch)).unwrap();
        for _ in 0..5_000 {
            settled(receiver.recv()).await.unwrap();
        }
        let (drained, more) = settled(async { tokio::join!(job.drain(), rest(receiver)) }).await;
        drained.unwrap();
        let emitted = job.metrics().node("numbers").unwrap().total().events_out;
        assert!(emitted > 0);
        assert_eq!(5_000 + more, 2 * emitted, "{}", job.metrics());
    }
}

#[tokio::test(start_paused = true)]
async fn drain_gives_on_what_windows_and_buffers_hold() {
    for instances in INSTANCES {
        let (sender, receiver) = mpsc::channel(16);
        let (windows, in_order) = (Collected::new(), Collected::new());
        let topology = topology!(
            numbers = source(from_channel(receiver)) >> event_time(seconds, lateness(1.hours())),
            daily = numbers
                >> by(|number| *number)
                >> window(sliding(1.days(), 12.hours()))
                >> contents * instances,
            sorted = numbers >> in_order(|_| ()),
            daily >> sink(windows.sink()),
            sorted >> sink(in_order.sink()),
            [daily.late, sorted.late] >> ignore,
        );
        let mut job = topology.start(Config::default()).unwrap();
        for number in [3, 1, 2] {
            sender.send(number).await.unwrap();
        }
        while job.metrics().node("numbers").unwrap().total().events_out < 3 {
            tokio::task::yield_now().await;
        }
        assert!(in_order.take().is_empty());
        settled(job.drain()).await.unwrap();
        crate::support::assert_balanced(&job);
        assert_eq!(in_order.take(), [1, 2, 3]);
        // Each is in two windows.
        assert_eq!(sorted(windows.take()), [1, 1, 2, 2, 3, 3]);
        sender.send(4).await.unwrap_err();
    }
}

#[tokio::test(start_paused = true)]
async fn drain_reads_a_channel_to_its_end_and_closes_it() {
    for batch in BATCHES {
        let (sender, receiver) = mpsc::channel(5_000);
        let seen = Collected::new();
        let topology = topology!(source(from_channel(receiver)) >> awaited >> sink(seen.sink()));
        let mut job = topology.start(Config::default().batch(batch)).unwrap();
        for number in 0..5_000 {
            sender.try_send(number).unwrap();
        }
        settled(job.drain()).await.unwrap();
        crate::support::assert_balanced(&job);
        assert_eq!(seen.take(), (0..5_000).collect::<Vec<_>>(), "batch {batch}");
        sender.send(4).await.unwrap_err();
    }
}

#[tokio::test(start_paused = true)]
async fn drain_loses_no_event_that_was_taken_from_a_stream() {
    for batch in BATCHES {
        let (sender, receiver) = mpsc::channel::<u64>(5_000);
        let (seen, left) = (Collected::new(), Arc::new(Mutex::new(receiver)));
        let taken = Arc::clone(&left);
        let numbers = stream::poll_fn(move |cx| taken.lock().unwrap().poll_recv(cx));
        let topology = topology!(source(numbers) >> awaited >> sink(seen.sink()));
        let mut job = topology.start(Config::default().batch(batch)).unwrap();
        for number in 0..5_000 {
            sender.try_send(number).unwrap();
        }
        tokio::task::yield_now().await;
        settled(job.drain()).await.unwrap();
        crate::support::assert_balanced(&job);
        let taken = seen.take().len();
        assert_eq!(taken + left.lock().unwrap().len(), 5_000, "batch {batch}");
    }
}

#[tokio::test(start_paused = true)]
async fn drain_ends_a_source_that_has_nothing_to_read() {
    let (sender, receiver) = mpsc::channel::<u64>(16);
    let topology = topology!(source(from_channel(receiver)) >> awaited >> ignore);
    let mut job = topology.start(Config::default()).unwrap();
    tokio::task::yield_now().await;
    settled(job.drain()).await.unwrap();
    crate::support::assert_balanced(&job);
    assert!(sender.is_closed());
}

#[test]
fn drain_waits_for_a_slow_sink_to_take_what_is_on_its_way() {
    for instances in INSTANCES {
        let (sender, mut receiver) = mpsc::channel(1);
        let pulled = Pulled::default();
        let topology = topology!(
            source(from_iter(pulled.numbers(100_000)))
                >> by(|number| *number)
                >> awaited * instances
                >> sink(to_channel(sender))
        );
        let config = Config::default().batch(8).buffer(64);
        let mut simulated = simulation::start(3, topology, config).unwrap();
        simulated.work();
        assert!(simulated.job.drain().now_or_never().is_none(), "nobody has read anything");
        let mut seen = Vec::new();
        while let Ok(number) = receiver.try_recv() {
            seen.push(number);
            simulated.work();
        }
        simulated.result().unwrap();
        assert_eq!(sorted(seen), (0..pulled.count()).collect::<Vec<_>>());
    }
}

#[test]
fn abort_ends_the_job_with_an_error_that_says_so() {
    for instances in INSTANCES {
        let (sender, _receiver) = mpsc::channel(1);
        let topology = topology!(
            source(from_iter(0_u64..))
                >> by(|number| *number)
                >> awaited * instances
                >> sink(to_channel(sender))
        );
        let mut simulated = simulation::start(4, topology, Config::default()).unwrap();
        simulated.work();
        simulated.job.abort();
        assert!(simulated.has_ended(), "a task goes on after the abort");
        assert_eq!(simulated.result().unwrap_err().kind(), ErrorKind::Aborted);
    }
}

#[test]
fn abort_after_the_end_changes_nothing() {
    let seen = Collected::new();
    let topology = topology!(source(from_iter(0..10_u64)) >> sink(seen.sink()));
    let mut simulated = simulation::start(5, topology, Config::default()).unwrap();
    simulated.work();
    simulated.job.abort();
    simulated.result().unwrap();
    assert_eq!(seen.take().len(), 10);
}

#[tokio::test]
async fn an_endless_source_that_is_always_ready_can_be_aborted() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        // At one instance all of this is one task that never has to wait.
        let topology = topology!(
            job("busy").instances(instances),
            source(from_iter(std::iter::repeat(1_u64)))
                >> by(|number| *number)
                >> numbered
                >> filter(|(_, count)| count % 2 == 0)
                >> ignore
        );
        let mut job = topology.start(Config::default().batch(batch)).unwrap();
        while job.metrics().node("numbered").unwrap().total().events_in < 100 {
            tokio::task::yield_now().await;
        }
        job.abort();
        assert_eq!(settled(job.wait()).await.unwrap_err().kind(), ErrorKind::Aborted);
    }
}

#[test]
fn dropping_a_job_stops_its_tasks() {
    for instances in INSTANCES {
        let alive = Arc::new(());
        let held = Arc::clone(&alive);
        let numbers = from_iter((0_u64..).inspect(move |_| drop(Arc::clone(&held))));
        let (sender, _receiver) = mpsc::channel(1);
        let topology = topology!(
            source(numbers)
                >> by(|number| *number)
                >> awaited * instances
                >> sink(to_channel(sender))
        );
        let mut simulated = simulation::start(6, topology, Config::default()).unwrap();
        simulated.work();
        assert_eq!(Arc::strong_count(&alive), 2);
        let mut tasks = simulated.abandon();
        assert!(tasks.have_ended(), "a task outlives its job");
        assert_eq!(Arc::strong_count(&alive), 1, "the source outlives its job");
    }
}

#[tokio::test]
async fn dropping_the_future_of_a_run_stops_the_job() {
    let alive = Arc::new(());
    let held = Arc::clone(&alive);
    let numbers = from_iter((0_u64..).inspect(move |_| drop(Arc::clone(&held))));
    let topology = topology!(source(numbers) >> ignore);
    let mut running = Box::pin(topology.run(Config::default()));
    assert!(futures::poll!(&mut running).is_pending());
    tokio::task::yield_now().await;
    drop(running);
    settled(async {
        while Arc::strong_count(&alive) > 1 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn waiting_can_be_given_up_and_taken_up_again() {
    let (sender, receiver) = mpsc::channel(16);
    let seen = Collected::new();
    let topology = topology!(source(from_channel(receiver)) >> sink(seen.sink()));
    let mut job = topology.start(Config::default()).unwrap();
    for number in 0..3_u64 {
        assert!(tokio::time::timeout(1.secs(), job.wait()).await.is_err());
        sender.send(number).await.unwrap();
    }
    drop(sender);
    settled(job.wait()).await.unwrap();
    crate::support::assert_balanced(&job);
    settled(job.wait()).await.unwrap();
    crate::support::assert_balanced(&job);
    assert_eq!(seen.take(), [0, 1, 2]);
}

#[test]
fn a_job_that_failed_says_so_however_often_it_is_asked() {
    let topology = topology!(
        source(from_iter(0..10_u64))
            >> map(|number| assert!(number < 5, "five is too much"))
            >> ignore
    );
    let mut simulated = simulation::start(7, topology, Config::default()).unwrap();
    simulated.work();
    let (first, second) = (simulated.result().unwrap_err(), simulated.result());
    let second = second.expect_err("the second answer is that all went well");
    assert_eq!((first.kind(), first.to_string()), (second.kind(), second.to_string()));
    let drained = simulated.job.drain().now_or_never().unwrap();
    assert_eq!(drained.unwrap_err().kind(), ErrorKind::Panic);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_ends_by_itself_on_two_threads() {
    for batch in BATCHES {
        let seen = Collected::new();
        let topology = topology!(
            source(from_iter(0..3_000_u64))
                >> shuffle
                >> awaited * 4
                >> by(|number| *number)
                >> numbered * 2
                >> sink(seen.sink())
        );
        let metrics = run(topology, Config::default().batch(batch).buffer(16)).await.unwrap();
        assert_eq!(sorted(seen.take()), (0..3_000).map(|number| (number, 1)).collect::<Vec<_>>());
        assert_eq!(metrics.node("numbered").unwrap().total().events_out, 3_000);
    }
}
