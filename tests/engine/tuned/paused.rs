//! Sources that are paused and resumed.

use crate::simulation::{self, Simulated, Virtual};
use crate::support::{BATCHES, Pulled, settled, sorted, tagged};
use futures::FutureExt;
use millstream::ErrorKind;
use millstream::metrics::InstanceMetrics;
use millstream::prelude::*;
use std::time::Duration;
use tokio::sync::mpsc;

const EVENTS: u64 = 40_000;

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn shapes() -> impl Iterator<Item = (usize, usize)> {
    [1, 3].into_iter().flat_map(|instances| BATCHES.map(|batch| (instances, batch)))
}

fn total(job: &Job, node: &str) -> InstanceMetrics {
    job.metrics().node(node).unwrap().total()
}

/// Lets tasks run until some of the numbers have been read.
fn begin(job: &mut Simulated) {
    while total(&job.job, "numbers").events_out == 0 {
        assert!(job.step());
    }
}

fn counting(instances: usize, seen: &Collected<(u64, usize)>) -> Topology {
    topology!(
        numbers = source(from_iter(0..EVENTS)),
        tagged = numbers >> shuffle >> tagged * instances,
        shown = tagged >> sink(seen.sink()),
    )
}

#[test]
fn a_paused_source_is_not_read_and_what_it_has_read_goes_on() {
    for ((instances, batch), seed) in shapes().flat_map(|shape| [1, 2].map(|seed| (shape, seed))) {
        let seen = Collected::new();
        let config = Config::default().batch(batch);
        let mut job = simulation::start(seed, counting(instances, &seen), config).unwrap();
        begin(&mut job);
        for _ in 0..2 {
            job.job.pause("numbers").unwrap();
        }
        job.work();
        let read = total(&job.job, "numbers");
        assert!(read.events_out < EVENTS && read.paused, "{}", job.job.metrics());
        assert_eq!(total(&job.job, "shown").events_in, read.events_out, "nothing is in flight");
        assert!(!total(&job.job, "tagged").paused);
        assert_eq!(job.job.controls().paused(), ["numbers"]);
        let shown = job.job.metrics().to_string();
        assert_eq!(shown.matches("  paused").count(), 1, "{shown}");
        for _ in 0..2 {
            job.job.resume("numbers").unwrap();
        }
        assert!(job.has_ended());
        job.result().unwrap();
        assert!(!total(&job.job, "numbers").paused && job.job.controls().paused().is_empty());
        let numbers = seen.take().into_iter().map(|(number, _)| number).collect();
        assert_eq!(sorted(numbers), (0..EVENTS).collect::<Vec<_>>());
    }
}

#[test]
fn a_source_that_is_paused_before_it_has_run_is_read_once_it_is_resumed() {
    let seen = Collected::new();
    let mut job = simulation::start(1, counting(1, &seen), Config::default()).unwrap();
    job.job.pause("numbers").unwrap();
    job.work();
    assert_eq!(total(&job.job, "numbers").events_out, 0);
    job.job.controls().resume("numbers").unwrap();
    assert!(job.has_ended());
    assert_eq!(seen.take().len() as u64, EVENTS);
}

#[test]
fn other_sources_go_on() {
    let (numbers, others) = (Collected::new(), Collected::new());
    let topology = topology!(
        numbers = source(from_iter(0..EVENTS)) >> sink(numbers.sink()),
        source(from_iter(0..EVENTS)) >> sink(others.sink()),
    );
    let mut job = simulation::start(1, topology, Config::default()).unwrap();
    job.job.pause("source").unwrap();
    job.work();
    assert_eq!((numbers.take().len(), others.take().len()), (0, 40_000));
    assert!(!job.has_ended(), "the paused source may have events");
}

#[test]
fn barriers_pass_a_paused_source() {
    for (instances, batch) in shapes() {
        let (clock, seen) = (Virtual::default(), Collected::new());
        let config = Config::default().batch(batch).barrier_every(ms(10));
        let topology = counting(instances, &seen);
        let mut job = simulation::start_by(&clock, 3, topology, config).unwrap();
        job.job.pause("numbers").unwrap();
        job.work_until(&clock, ms(105));
        assert_eq!(total(&job.job, "shown").barriers, 10, "{instances} instances");
        assert_eq!(seen.take().len(), 0);
    }
}

#[test]
fn a_drain_ends_a_paused_source_and_emits_what_would_be_lost() {
    for (instances, batch) in shapes() {
        let (seen, (sender, receiver)) = (Collected::new(), mpsc::channel(100));
        let topology = topology!(
            numbers = source(from_channel(receiver)) >> shuffle >> tagged * instances,
            numbers >> sink(seen.sink()),
        );
        let config = Config::default().batch(batch);
        let mut job = simulation::start(3, topology, config).unwrap();
        job.job.pause("source").unwrap();
        (0..50_u64).for_each(|number| sender.try_send(number).unwrap());
        job.work();
        assert_eq!(seen.take().len(), 0, "it waits in the channel");
        assert!(job.job.drain().now_or_never().is_none());
        assert!(job.has_ended());
        job.result().unwrap();
        assert_eq!(seen.take().len(), 50);
    }
}

#[test]
fn a_drain_ends_a_paused_source_that_can_be_read_again() {
    let seen = Collected::new();
    let mut job = simulation::start(3, counting(1, &seen), Config::default().batch(7)).unwrap();
    begin(&mut job);
    job.job.pause("numbers").unwrap();
    job.work();
    let read = total(&job.job, "numbers").events_out;
    assert!(job.job.drain().now_or_never().is_none());
    assert!(job.has_ended());
    job.result().unwrap();
    assert_eq!(seen.take().len() as u64, read, "nothing more is read");
}

#[test]
fn an_abort_ends_a_paused_source() {
    let mut job = simulation::start(3, counting(1, &Collected::new()), Config::default()).unwrap();
    job.job.pause("numbers").unwrap();
    job.work();
    job.job.abort();
    assert!(job.has_ended());
    assert_eq!(job.result().unwrap_err().kind(), ErrorKind::Aborted);
}

fn seconds(n: &u64) -> EventTime {
    EventTime::from_secs(i64::try_from(*n).unwrap())
}

#[test]
fn a_paused_source_holds_the_watermark_until_it_is_idle() {
    for (instances, batch) in shapes() {
        let (clock, windows) = (Virtual::default(), Collected::new());
        let (busy, of_busy) = mpsc::channel(100);
        let (quiet, of_quiet) = mpsc::channel(100);
        let topology = topology!(
            busy = source(from_channel(of_busy))
                >> event_time(seconds, lateness(Duration::ZERO).never_idle()),
            quiet = source(from_channel(of_quiet))
                >> event_time(seconds, lateness(Duration::ZERO).idle_after(60.secs())),
            counts = [busy, quiet]
                >> by(|_| ())
                >> window(tumbling(10.secs()))
                >> aggregate(|_| (), count()) * instances,
            counts >> map(|window| window.value) >> sink(windows.sink()),
            counts.late >> ignore,
        );
        let config = Config::default().batch(batch);
        let mut job = simulation::start_by(&clock, 4, topology, config).unwrap();
        quiet.try_send(5).unwrap();
        job.work_until(&clock, ms(1));
        job.job.pause("quiet").unwrap();
        quiet.try_send(25).unwrap();
        (0..31).for_each(|second| busy.try_send(second).unwrap());
        job.work_until(&clock, ms(59_000));
        assert_eq!(windows.take(), [0; 0], "it may have earlier events");
        job.work_until(&clock, ms(61_000));
        assert_eq!(windows.take(), [11, 10, 10], "it is idle");
        assert_eq!(total(&job.job, "quiet").events_out, 1);
        job.job.resume("quiet").unwrap();
        drop((busy, quiet));
        assert!(job.has_ended());
        job.result().unwrap();
        assert_eq!(total(&job.job, "quiet").events_out, 2);
    }
}

/// Joins numbers by themselves, each being its time in seconds.
fn joined(
    fast: impl Iterator<Item = u64> + Send + 'static,
    slow: mpsc::Receiver<u64>,
    instances: usize,
) -> Topology {
    topology!(
        fast =
            source(from_iter(fast)) >> event_time(seconds, lateness(0.secs()).idle_after(1.secs())),
        slow = source(from_channel(slow))
            >> event_time(seconds, lateness(0.secs()).idle_after(1.mins())),
        pairs = (fast >> by(|n| *n), slow >> by(|n| *n))
            >> left_join(within(0.secs(), 0.secs())) * instances,
        pairs >> ignore,
        pairs.unmatched >> ignore,
        pairs.late >> ignore,
    )
}

#[tokio::test(start_paused = true)]
async fn a_source_that_is_ahead_of_a_paused_one_waits_until_that_is_idle() {
    for (instances, batch) in shapes() {
        let (pulled, (sender, slow)) = (Pulled::default(), mpsc::channel(16));
        let topology = joined(pulled.numbers(u64::MAX).take(20_000), slow, instances);
        let config = Config::default().batch(batch).buffer(batch).drift(10.secs());
        let mut job = topology.start(config).unwrap();
        settled(sender.send(1)).await.unwrap();
        tokio::time::sleep(ms(100)).await;
        job.pause("slow").unwrap();
        settled(sender.send(1_000_000)).await.unwrap();
        tokio::time::sleep(50.secs()).await;
        assert!(total(&job, "fast").held_now && pulled.count() < 20_000);
        tokio::time::sleep(20.secs()).await;
        assert_eq!(pulled.count(), 20_000, "{instances} instances, batch {batch}");
        job.resume("slow").unwrap();
        drop(sender);
        settled(job.wait()).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_is_paused_is_not_held_besides() {
    let (pulled, (sender, slow)) = (Pulled::default(), mpsc::channel(16));
    let topology = joined(pulled.numbers(1_000_000), slow, 1);
    let mut job = topology.start(Config::default().drift(10.secs())).unwrap();
    settled(sender.send(1)).await.unwrap();
    tokio::time::sleep(ms(100)).await;
    assert!(total(&job, "fast").held_now);
    job.pause("fast").unwrap();
    settled(sender.send(2)).await.unwrap();
    tokio::time::sleep(ms(100)).await;
    let fast = total(&job, "fast");
    assert!(fast.paused && !fast.held_now, "else it could never be idle");
    job.resume("fast").unwrap();
    tokio::time::sleep(ms(100)).await;
    assert!(total(&job, "fast").held_now, "it is still ahead");
    job.abort();
    assert!(settled(job.wait()).await.is_err());
}
