//! `throttle`: the rate under virtual time, what is shed, what waits behind it.

use crate::scheduled::Scheduled;
use crate::simulation::{self, Virtual};
use crate::support::{BATCHES, mixed, settled, sorted};
use millstream::metrics::{InstanceMetrics, Metrics};
use millstream::prelude::*;
use millstream::time::{Clock, Rate, SystemClock};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc::channel;

const INSTANCES: [usize; 2] = [1, 3];

/// All numbers of instances and batch sizes, with a seed for each.
fn cases() -> impl Iterator<Item = (u64, usize, usize)> {
    let all = INSTANCES.into_iter().flat_map(|count| BATCHES.map(|batch| (count, batch)));
    (7..).zip(all).map(|(seed, (instances, batch))| (seed, instances, batch))
}

/// The times at which events pass.
#[derive(Clone, Default)]
struct Times(Virtual, Arc<Mutex<Vec<(Duration, u64)>>>);

impl Times {
    fn by(clock: &Virtual) -> Self {
        Self(clock.clone(), Arc::default())
    }

    fn note(&self) -> impl FnMut(u64) + Clone + Send + 'static {
        let times = self.clone();
        move |event| times.1.lock().unwrap().push((times.0.now(), event))
    }

    /// What has passed, in the order in which it did.
    fn passed(&self) -> Vec<(Duration, u64)> {
        self.1.lock().unwrap().clone()
    }
}

fn total(metrics: &Metrics, node: &str) -> InstanceMetrics {
    metrics.node(node).unwrap().total()
}

/// The time that so many events take at a rate.
fn time_of(events: u64, rate: Rate) -> f64 {
    events as f64 * rate.per().as_secs_f64() / f64::from(rate.events())
}

/// Checks that no more than a burst and the rate have passed in any time.
#[track_caller]
fn assert_held(passed: &[(Duration, u64)], (rate, burst): (Rate, u64)) {
    for (first, (from, _)) in passed.iter().enumerate().step_by(7) {
        for (last, (to, _)) in passed.iter().enumerate().skip(first) {
            let events = (last - first + 1) as u64;
            let least = time_of(events.saturating_sub(burst), rate);
            let took = (*to - *from).as_secs_f64();
            assert!(took + 1e-6 >= least, "{events} events in {took} s, from {from:?}");
        }
    }
}

#[test]
fn a_stream_is_held_to_its_rate_to_the_event() {
    let rates = [(1_000.per_sec(), 10), (333.per_sec(), 3), (30.per_min(), 1), (7.per_hour(), 1)];
    for (seed, instances, batch) in cases() {
        for (rate, burst) in rates {
            let events = if burst > 1 { 1_503 } else { 60 };
            let clock = Virtual::default();
            let times = Times::by(&clock);
            let topology = topology!(
                numbers = source(from_iter(0..events)),
                held = numbers >> shuffle >> throttle(rate) * instances,
                held >> sink(for_each(times.note())),
            );
            let config = Config::default().batch(batch);
            let metrics = simulation::run_by(&clock, seed, topology, config).unwrap();
            let passed = times.passed();
            let all: Vec<u64> = passed.iter().map(|(_, event)| *event).collect();
            assert_eq!(sorted(all.clone()), (0..events).collect::<Vec<_>>());
            assert!(instances > 1 || all.is_sorted(), "order is kept");
            assert_held(&passed, (rate, burst));
            let took = passed.last().unwrap().0.as_secs_f64();
            let expected = time_of(events - burst, rate);
            assert!((took - expected).abs() < 1e-5, "{took} s instead of {expected}: {rate}");
            let held = total(&metrics, "held");
            assert_eq!((held.events_in, held.events_out, held.overflow), (events, events, 0));
            let waited = held.held.as_secs_f64();
            assert!(waited <= instances as f64 * took + 1e-5 && waited > 0.5 * took, "{waited}");
        }
    }
}

#[test]
fn a_burst_passes_at_once_after_each_pause() {
    for (seed, instances, batch) in cases() {
        let clock = Virtual::default();
        let times = Times::by(&clock);
        let at = |second: u32| (0..250).map(move |event| (second.secs(), event));
        let topology = topology!(
            numbers = source(Scheduled(at(0).chain(at(60)).collect())),
            held = numbers >> shuffle >> throttle(10.per_sec()).burst(100) * instances,
            held >> sink(for_each(times.note())),
        );
        simulation::run_by(&clock, seed, topology, Config::default().batch(batch)).unwrap();
        let passed = times.passed();
        let until = |time: Duration| passed.iter().filter(|(at, _)| *at <= time).count();
        assert_eq!(until(Duration::ZERO), 100, "batch {batch}, {instances} instances");
        assert_eq!([until(1.secs()), until(15.secs()), until(59.secs())], [110, 250, 250]);
        assert_eq!([until(60.secs()), until(62.secs()), until(75.secs())], [350, 370, 500]);
    }
}

/// How many of the events that arrive at these times pass: a bucket of tokens, in nanoseconds.
fn let_through(arrivals: &[(Duration, u64)], (rate, burst): (Rate, u64)) -> u64 {
    let distance = rate.per().as_nanos() / u128::from(rate.events());
    let full = u128::from(burst) * distance;
    let (mut filled, mut last, mut passed) = (full, 0, 0);
    for (at, _) in arrivals {
        filled = (filled + at.as_nanos() - last).min(full);
        last = at.as_nanos();
        if filled >= distance {
            filled -= distance;
            passed += 1;
        }
    }
    passed
}

/// Events in heaps, and alone.
fn arrivals(seed: u64) -> Vec<(Duration, u64)> {
    let mut now = Duration::ZERO;
    let arrive = |event: u64| {
        let bits = mixed(seed ^ event);
        if bits.is_multiple_of(5) {
            now += Duration::from_micros(bits >> 7 & 0xffff);
        }
        (now, event)
    };
    (0..2_000).map(arrive).collect()
}

#[test]
fn what_exceeds_the_rate_is_shed_and_counted() {
    for (seed, instances, batch) in cases() {
        let (rate, burst) = (50.per_sec(), 20);
        let clock = Virtual::default();
        let (times, shed) = (Times::by(&clock), Collected::new());
        let arrivals = arrivals(seed);
        let topology = topology!(
            numbers = source(Scheduled(arrivals.clone())),
            held = numbers >> shuffle >> throttle(rate).burst(burst).shed() * instances,
            held >> sink(for_each(times.note())),
            held.overflow >> sink(shed.sink()),
        );
        let config = Config::default().batch(batch);
        let metrics = simulation::run_by(&clock, seed, topology, config).unwrap();
        let (passed, shed) = (times.passed(), shed.take());
        assert_held(&passed, (rate, burst));
        assert_eq!(passed.len() as u64, let_through(&arrivals, (rate, burst)), "seed {seed}");
        let held = total(&metrics, "held");
        assert_eq!((held.events_in, held.events_out), (passed.len() as u64, held.events_in));
        assert_eq!((held.overflow, held.dropped), (shed.len() as u64, 0));
        let all = passed.iter().map(|(_, event)| *event).chain(shed).collect();
        assert_eq!(sorted(all), (0..2_000).collect::<Vec<_>>(), "nothing is lost, or twice");
        let last = arrivals.last().unwrap().0;
        assert!(passed.iter().all(|(at, _)| *at <= last), "nothing waits");
    }
}

#[test]
fn what_is_shed_and_goes_nowhere_is_counted() {
    let topology = topology!(
        numbers = source(from_iter(0..1_000_u64)),
        held = numbers >> throttle(1.per_hour()).burst(30).shed(),
        held >> sink(for_each(drop::<u64>)),
        held.overflow >> ignore,
    );
    let metrics = simulation::run_by(&Virtual::default(), 3, topology, Config::default()).unwrap();
    let (held, ignored) = (total(&metrics, "held"), total(&metrics, "held_overflow_ignored"));
    assert_eq!((held.events_out, held.overflow), (30, 970));
    assert_eq!(ignored.events_in, 970);
}

#[test]
fn watermarks_stay_behind_the_events_that_wait() {
    for (seed, instances, batch) in cases() {
        let (clock, counts, late) = (Virtual::default(), Collected::new(), Collected::new());
        let topology = topology!(
            seconds = source(from_iter(0..300_u64))
                >> event_time(
                    |second| EventTime::from_secs((*second).cast_signed()),
                    lateness(1.secs())
                ),
            held = seconds >> shuffle >> throttle(100.per_sec()) * instances,
            minutes =
                held >> by(|_| ()) >> window(tumbling(1.mins())) >> aggregate(|_| (), count()),
            minutes >> sink(counts.sink()),
            minutes.late >> sink(late.sink()),
        );
        simulation::run_by(&clock, seed, topology, Config::default().batch(batch)).unwrap();
        assert_eq!(late.take().len(), 0, "batch {batch}, {instances} instances");
        let counts: Vec<_> = counts.take().iter().map(|minute| minute.value).collect();
        assert_eq!(counts, [60; 5]);
    }
}

/// Shed events are of no event time, so they hold back no watermark, and their output ends.
#[test]
fn a_window_behind_a_throttle_that_sheds_fires() {
    for (seed, instances, batch) in cases() {
        let (clock, counts, shed) = (Virtual::default(), Collected::new(), Collected::new());
        let topology = topology!(
            seconds = source(from_iter(0..300_u64))
                >> event_time(
                    |second| EventTime::from_secs((*second).cast_signed()),
                    lateness(1.secs())
                ),
            held = seconds >> shuffle >> throttle(1.per_hour()).burst(90).shed() * instances,
            minutes =
                held >> by(|_| ()) >> window(tumbling(1.mins())) >> aggregate(|_| (), count()),
            minutes >> map(|minute| minute.value) >> sink(counts.sink()),
            minutes.late >> ignore,
            held.overflow >> map(|second: u64| second) * instances >> sink(shed.sink()),
        );
        simulation::run_by(&clock, seed, topology, Config::default().batch(batch)).unwrap();
        let counted: u64 = counts.take().into_iter().sum();
        assert_eq!((counted, shed.take().len()), (90, 210), "batch {batch}");
    }
}

#[test]
fn events_that_wait_hold_up_no_other_path_of_the_task() {
    for batch in BATCHES {
        let clock = Virtual::default();
        let (slow, all) = (Times::by(&clock), Times::by(&clock));
        let ticks = (1..=100).map(|tick| (tick.secs(), 1_000 + u64::from(tick)));
        let topology = topology!(
            few = source(from_iter(0..3_u64)),
            ticks = source(Scheduled(ticks.collect())),
            few >> buffer(64) >> throttle(1.per_hour()) >> sink(for_each(slow.note())),
            [few, ticks] >> map(|number: u64| number) >> sink(for_each(all.note())),
        );
        simulation::run_by(&clock, 5, topology, Config::default().batch(batch)).unwrap();
        let times = |times: &Times| times.passed().iter().map(|(at, _)| *at).collect::<Vec<_>>();
        assert_eq!(times(&slow), [0.secs(), 1.hours(), 2.hours()]);
        let mut expected = vec![Duration::ZERO; 3];
        expected.extend((1..=100).map(|tick| tick.secs()));
        assert_eq!(times(&all), expected, "batch {batch}");
    }
}

#[test]
fn the_rate_changes_while_events_wait() {
    for (seed, instances, batch) in cases() {
        let clock = Virtual::default();
        let times = Times::by(&clock);
        let topology = topology!(
            numbers = source(from_iter(0..2_000_u64)),
            held = numbers >> shuffle >> throttle(1.per_hour()) * instances,
            held >> sink(for_each(times.note())),
            // The clock moves on only if something waits.
            source(Scheduled((0..60).map(|minute| (minute.mins(), minute)).collect()))
                >> sink(for_each(drop::<u32>)),
        );
        let held = topology.nodes().iter().find(|node| node.name == "held").unwrap();
        let limit = held.limit.clone().unwrap();
        let config = Config::default().batch(batch);
        let mut job = simulation::start_by(&clock, seed, topology, config).unwrap();
        job.work_until(&clock, 30.mins());
        assert_eq!(times.passed().len(), 1);
        limit.set_rate(100.per_sec(), clock.monotonic()).unwrap();
        job.work();
        assert_eq!(times.passed().len(), 1, "half an event is left to wait for");
        job.work_until(&clock, 30.mins() + 10.secs());
        let passed = times.passed().len();
        assert!((1_000..=1_001 + instances).contains(&passed), "{passed} of {instances} instances");
        limit.set_rate(1.per_hour(), clock.monotonic()).unwrap();
        job.work_until(&clock, 40.mins());
        assert!(times.passed().len() <= passed + 1);
        assert_eq!(limit.set_rate(0.per_sec(), clock.monotonic()).unwrap_err().code, "M0182");
    }
}

#[tokio::test(start_paused = true)]
async fn a_drain_lets_what_is_buffered_pass_at_the_rate() {
    for (_, instances, batch) in cases() {
        let (sender, events) = channel::<u64>(64);
        let seen = Collected::new();
        let topology = topology!(
            events = source(from_channel(events)),
            held = events >> shuffle >> throttle(1.per_sec()) * instances,
            held >> sink(seen.sink()),
        );
        for event in 0..12 {
            sender.send(event).await.unwrap();
        }
        let mut job = topology.start(Config::default().batch(batch)).unwrap();
        tokio::time::sleep(1_500.millis()).await;
        let since = SystemClock::default();
        settled(job.drain()).await.unwrap();
        let took = since.monotonic().0;
        assert!(took > 9.secs() && took < 10.secs(), "{took:?}");
        assert_eq!(sorted(seen.take()), (0..12).collect::<Vec<_>>());
    }
}

#[tokio::test(start_paused = true)]
async fn an_abort_ends_a_wait_at_once() {
    for (_, instances, batch) in cases() {
        let seen = Collected::new();
        let topology = topology!(
            numbers = source(from_iter(0..1_000_u64)),
            held = numbers >> shuffle >> throttle(1.per_hour()) * instances,
            held >> sink(seen.sink()),
        );
        let mut job = topology.start(Config::default().batch(batch)).unwrap();
        tokio::time::sleep(90.mins()).await;
        let since = SystemClock::default();
        job.abort();
        settled(job.wait()).await.unwrap_err();
        assert!(since.monotonic().0 < 1.secs());
        assert_eq!(seen.take().len(), 2);
    }
}
