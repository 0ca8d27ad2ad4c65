//! Windows by the job's clock: what arrives in them, and when they fire.

use crate::support::{BATCHES, INSTANCES, settled, sorted};
use millstream::env::Env;
use millstream::prelude::*;
use millstream::time::{Clock, Monotonic, SystemClock};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::mpsc::{Sender, channel};

/// The paused clock of tokio; the day begins with the test.
#[derive(Debug, Default)]
struct FromZero(SystemClock);

impl Clock for FromZero {
    fn monotonic(&self) -> Monotonic {
        self.0.monotonic()
    }

    fn wall(&self) -> EventTime {
        EventTime::from_secs(0) + self.monotonic().0
    }
}

fn config() -> Config {
    Config::default().env(Env::system().with_clock(FromZero::default()))
}

/// Lets everybody run who can, before and after time passes.
async fn pass(time: Duration) {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(time).await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

/// A key, the seconds of a window, its firing, a sum.
type Sum = (u64, i64, i64, String, u64);

fn summed(result: WindowResult<u64, u64>) -> Sum {
    let (start, end) = (result.start.as_micros(), result.end.as_micros());
    let seconds = |micros: i64| micros.div_euclid(1_000_000);
    (result.key, seconds(start), seconds(end), result.firing.to_string(), result.value)
}

fn on_time(key: u64, (start, end): (i64, i64), value: u64) -> Sum {
    (key, start, end, "on time".to_owned(), value)
}

/// A job that sums the second numbers of pairs, by the first.
struct Summing {
    events: Option<Sender<(u64, u64)>>,
    job: millstream::Job,
    sums: Collected<Sum>,
    late: Collected<(u64, u64)>,
}

macro_rules! summing {
    ($windows:expr, $instances:expr, $batch:expr) => {{
        let (sender, events) = channel::<(u64, u64)>(64);
        let (seen, late) = (Collected::new(), Collected::new());
        let topology = topology!(
            events = source(from_channel(events)),
            sums = events
                >> by(|event| event.0)
                >> window($windows)
                >> aggregate(|event| event.1, sum()) * $instances,
            sums >> map(summed) >> sink(seen.sink()),
            sums.late >> map(|late: Late<(u64, u64)>| late.event) >> sink(late.sink()),
        );
        let job = topology.start(config().batch($batch)).unwrap();
        Summing { events: Some(sender), job, sums: seen, late }
    }};
}

impl Summing {
    async fn send(&self, key: u64, value: u64) {
        self.events.as_ref().unwrap().send((key, value)).await.unwrap();
    }

    /// What there is once `time` has passed.
    async fn after(&self, time: Duration) -> Vec<Sum> {
        pass(time).await;
        sorted(self.sums.take())
    }

    /// What is fired at the end of input.
    async fn end(mut self) -> Vec<Sum> {
        self.events = None;
        settled(self.job.wait()).await.unwrap();
        crate::support::assert_balanced(&self.job);
        assert_eq!(self.late.take(), [], "nothing is late");
        sorted(self.sums.take())
    }
}

#[tokio::test(start_paused = true)]
async fn a_window_of_the_clock_fires_at_its_end_also_in_silence() {
    for (instances, batch) in INSTANCES.into_iter().zip(BATCHES) {
        let job = summing!(tumbling(10.secs()).by_clock(), instances, batch);
        job.send(1, 1).await;
        job.send(2, 10).await;
        assert_eq!(job.after(9_999.millis()).await, []);
        let first = [on_time(1, (0, 10), 1), on_time(2, (0, 10), 10)];
        assert_eq!(job.after(1.millis()).await, first, "{instances}");
        job.send(1, 2).await;
        assert_eq!(job.after(5.secs()).await, []);
        job.send(1, 4).await;
        assert_eq!(job.after(5.secs()).await, [on_time(1, (10, 20), 6)]);
        assert_eq!(job.after(1.hours()).await, [], "windows without events");
        job.send(2, 3).await;
        assert_eq!(job.end().await, [on_time(2, (3_620, 3_630), 3)]);
    }
}

#[tokio::test(start_paused = true)]
async fn windows_of_the_clock_overlap() {
    for instances in INSTANCES {
        let job = summing!(sliding(10.secs(), 5.secs()).by_clock(), instances, 7);
        pass(2.secs()).await;
        job.send(1, 1).await;
        assert_eq!(job.after(3.secs()).await, [on_time(1, (-5, 5), 1)]);
        job.send(1, 2).await;
        assert_eq!(job.after(5.secs()).await, [on_time(1, (0, 10), 3)]);
        assert_eq!(job.after(5.secs()).await, [on_time(1, (5, 15), 2)]);
        assert_eq!(job.after(1.mins()).await, []);
        assert_eq!(job.end().await, []);
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_of_the_clock_ends_a_gap_after_its_last_event() {
    for instances in INSTANCES {
        let job = summing!(session(10.secs()).by_clock(), instances, 7);
        job.send(1, 1).await;
        pass(3.secs()).await;
        job.send(2, 10).await;
        pass(5.secs()).await;
        job.send(1, 2).await;
        assert_eq!(job.after(4_999.millis()).await, []);
        assert_eq!(job.after(1.millis()).await, [on_time(2, (3, 13), 10)]);
        assert_eq!(job.after(4_999.millis()).await, []);
        assert_eq!(job.after(1.millis()).await, [on_time(1, (0, 18), 3)]);
        job.send(1, 4).await;
        assert_eq!(job.end().await, [on_time(1, (18, 28), 4)]);
    }
}

#[tokio::test(start_paused = true)]
async fn windows_of_the_clock_fire_early() {
    for instances in INSTANCES {
        let early = |end, number, value| (1, 0, end, format!("early {number}"), value);
        let windows = tumbling(60.secs()).early_every(2).early_each(10.secs()).by_clock();
        let job = summing!(windows, instances, 7);
        job.send(1, 1).await;
        job.send(1, 2).await;
        assert_eq!(job.after(1.secs()).await, [early(60, 1, 3)]);
        job.send(1, 4).await;
        assert_eq!(job.after(8_999.millis()).await, []);
        assert_eq!(job.after(1.millis()).await, [early(60, 2, 7)]);
        assert_eq!(job.after(49.secs()).await, [], "nothing new");
        assert_eq!(job.after(1.secs()).await, [on_time(1, (0, 60), 7)]);
        assert_eq!(job.end().await, []);
    }
}

#[tokio::test(start_paused = true)]
async fn a_running_total_is_shown_by_the_clock() {
    let job = summing!(global().early_each(1.secs()).by_clock(), 2, 7);
    job.send(1, 1).await;
    let totals = |sums: Vec<Sum>| sums.into_iter().map(|sum| (sum.3, sum.4)).collect::<Vec<_>>();
    assert_eq!(totals(job.after(1.secs()).await), [("early 1".to_owned(), 1)]);
    assert_eq!(job.after(1.mins()).await, []);
    job.send(1, 2).await;
    assert_eq!(totals(job.after(1.secs()).await), [("early 2".to_owned(), 3)]);
    assert_eq!(totals(job.end().await), [("on time".to_owned(), 3)]);
}

#[operator]
async fn gathered(window: Window<u64, (u64, u64)>) -> Vec<u64> {
    window.events().iter().map(|event| event.1).collect()
}

#[tokio::test(start_paused = true)]
async fn a_drain_fires_what_is_open() {
    for instances in INSTANCES {
        let (sender, events) = channel::<(u64, u64)>(64);
        let seen = Collected::new();
        let topology = topology!(
            events = source(from_channel(events)),
            lists = events
                >> by(|event| event.0)
                >> window(tumbling(1.hours()).by_clock())
                >> gathered * instances,
            lists >> sink(seen.sink()),
            lists.late >> ignore,
        );
        let mut job = topology.start(config()).unwrap();
        for value in 1..=3 {
            sender.send((7, value)).await.unwrap();
            pass(1.secs()).await;
        }
        settled(job.drain()).await.unwrap();
        crate::support::assert_balanced(&job);
        assert_eq!(seen.take(), [1, 2, 3], "{instances}");
    }
}

/// Event times far from the clock, and out of order, do not matter.
#[tokio::test(start_paused = true)]
async fn windows_of_the_clock_take_events_with_event_time_as_they_arrive() {
    for instances in INSTANCES {
        let (sender, events) = channel::<(u64, u64)>(64);
        let (counted, summed, late) = (Collected::new(), Collected::new(), Collected::new());
        let topology = topology!(
            events = source(from_channel(events))
                >> event_time(|e| EventTime::from_secs(e.1 as i64), lateness(0.secs())),
            counts = events
                >> by(|event| event.0)
                >> window(tumbling(10.secs()).by_clock())
                >> aggregate(|_| (), count()) * instances,
            counts.late >> map(|late: Late<(u64, u64)>| late.event.1) >> sink(late.sink()),
            counts >> map(|count| count.value) >> sink(counted.sink()),
            sums = counts
                >> by(|_| ())
                >> window(tumbling(1_000.secs()))
                >> aggregate(|count| count.value, sum()),
            sums >> map(|sum| (sum.start.as_micros() / 1_000_000, sum.value))
                >> sink(summed.sink()),
            sums.late
                >> map(|late: Late<WindowResult<u64, u64>>| late.event.value)
                >> sink(late.sink()),
        );
        let mut job = topology.start(config()).unwrap();
        for time in [100_000, 5, 50_000] {
            sender.send((1, time)).await.unwrap();
        }
        pass(10.secs()).await;
        assert_eq!(counted.take(), [3]);
        sender.send((1, 300_000)).await.unwrap();
        pass(1.secs()).await;
        assert_eq!(summed.take(), [(100_000, 3)], "a result is as late as the latest event");
        drop(sender);
        settled(job.wait()).await.unwrap();
        crate::support::assert_balanced(&job);
        assert_eq!((counted.take(), summed.take()), (vec![1], vec![(300_000, 1)]));
        assert_eq!(late.take(), [0; 0]);
    }
}

/// The time of day goes back, or on by an hour, while the job runs.
#[derive(Debug, Clone)]
struct Reset(Arc<SystemClock>, Arc<AtomicI64>);

impl Clock for Reset {
    fn monotonic(&self) -> Monotonic {
        self.0.monotonic()
    }

    fn wall(&self) -> EventTime {
        EventTime::from_secs(self.1.load(Ordering::Relaxed)) + self.monotonic().0
    }
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_back_stops_no_window() {
    let clock = Reset(Arc::default(), Arc::new(10_000.into()));
    let (sender, events) = channel::<u64>(64);
    let seen = Collected::new();
    let topology = topology!(
        events = source(from_channel(events)),
        counts = events
            >> by(|_| ())
            >> window(tumbling(10.secs()).by_clock())
            >> aggregate(|_| (), count()),
        counts
            >> map(|count| (count.start.as_micros() / 1_000_000, count.value))
            >> sink(seen.sink()),
        counts.late >> ignore,
    );
    let env = Env::system().with_clock(clock.clone());
    let mut job = topology.start(Config::default().env(env)).unwrap();
    sender.send(1).await.unwrap();
    pass(1.secs()).await;
    clock.1.store(2_000, Ordering::Relaxed);
    sender.send(1).await.unwrap();
    pass(9.secs()).await;
    assert_eq!(seen.take(), [(10_000, 2)]);
    sender.send(1).await.unwrap();
    pass(1.secs()).await;
    clock.1.store(20_000, Ordering::Relaxed);
    sender.send(1).await.unwrap();
    pass(1.millis()).await;
    assert_eq!(seen.take(), [(10_010, 1)]);
    drop(sender);
    settled(job.wait()).await.unwrap();
    crate::support::assert_balanced(&job);
    assert_eq!(seen.take(), [(20_010, 1)]);
}
