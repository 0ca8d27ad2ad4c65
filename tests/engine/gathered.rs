//! `in_batches_of` and `debounce`: what is gathered by the job's clock, against plain loops.

use crate::scheduled::Scheduled;
use crate::simulation::{self, Virtual};
use crate::support::{BATCHES, mixed, settled, sorted};
use millstream::prelude::*;
use millstream::time::Clock;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc::channel;

const INSTANCES: [usize; 2] = [1, 3];

/// All numbers of instances and batch sizes, with a seed for each.
fn cases() -> impl Iterator<Item = (u64, usize, usize)> {
    let all = INSTANCES.into_iter().flat_map(|count| BATCHES.map(|batch| (count, batch)));
    (11..).zip(all).map(|(seed, (instances, batch))| (seed, instances, batch))
}

/// A key and a number.
type Event = (u64, u64);

/// Events of a few keys, many at once and with pauses, some of which are as long as a test waits.
fn arrivals(seed: u64, events: u64) -> Vec<(Duration, Event)> {
    let mut now = Duration::ZERO;
    let arrive = |number: u64| {
        let bits = mixed(seed ^ mixed(number));
        now += match bits % 16 {
            0 => Duration::from_millis(1_000),
            1 => Duration::from_millis(bits >> 8 & 0x7ff),
            2..8 => Duration::from_millis(bits >> 8 & 0x1f),
            _ => Duration::ZERO,
        };
        (now, ((bits >> 32) % 5, number))
    };
    (0..events).map(arrive).collect()
}

/// What is emitted, each with its time.
#[derive(Clone)]
struct Emitted<T>(Virtual, Arc<Mutex<Vec<(Duration, T)>>>);

impl<T: Clone + Ord + Send + 'static> Emitted<T> {
    fn by(clock: &Virtual) -> Self {
        Self(clock.clone(), Arc::default())
    }

    fn note(&self) -> impl FnMut(T) + Clone + Send + 'static {
        let emitted = self.clone();
        move |it| emitted.1.lock().unwrap().push((emitted.0.now(), it))
    }

    fn all(&self) -> Vec<(Duration, T)> {
        sorted(self.1.lock().unwrap().clone())
    }
}

/// The batches of these events, and when they are emitted.
fn batches(
    arrivals: &[(Duration, Event)],
    (most, after): (usize, Duration),
    key: impl Fn(&Event) -> u64,
) -> Vec<(Duration, Vec<Event>)> {
    let (mut open, mut done) = (BTreeMap::<u64, (Duration, Vec<Event>)>::new(), Vec::new());
    for (now, event) in arrivals {
        open.retain(|_, (since, batch)| {
            let due = *since + after;
            if due <= *now {
                done.push((due, std::mem::take(batch)));
            }
            due > *now
        });
        let (_, batch) = open.entry(key(event)).or_insert((*now, Vec::new()));
        batch.push(*event);
        if batch.len() == most {
            done.push((*now, open.remove(&key(event)).unwrap().1));
        }
    }
    let end = arrivals.last().unwrap().0;
    done.extend(open.into_values().map(|(_, batch)| (end, batch)));
    sorted(done)
}

#[test]
fn a_batch_of_a_key_is_emitted_when_it_is_full_or_its_time_is_over() {
    for (seed, instances, batch) in cases() {
        for (most, after) in [(3, 1.secs()), (7, 40.millis()), (1, 1.hours()), (100, 500.millis())]
        {
            let clock = Virtual::default();
            let (emitted, arrivals) = (Emitted::by(&clock), arrivals(seed, 600));
            let topology = topology!(
                events = source(Scheduled(arrivals.clone())),
                gathered = events
                    >> by(|event| event.0)
                    >> in_batches_of(most).or_after(after) * instances,
                gathered >> sink(for_each(emitted.note())),
            );
            let config = Config::default().batch(batch);
            let metrics = simulation::run_by(&clock, seed, topology, config).unwrap();
            let expected = batches(&arrivals, (most, after), |event| event.0);
            assert_eq!(emitted.all(), expected, "{most} or {after:?}, seed {seed}, batch {batch}");
            let total = metrics.node("gathered").unwrap().total();
            assert_eq!(total.events_out, expected.len() as u64);
        }
    }
}

#[test]
fn a_batch_of_an_instance_is_emitted_when_it_is_full_or_its_time_is_over() {
    for (seed, instances, batch) in cases() {
        let clock = Virtual::default();
        let (emitted, arrivals) = (Emitted::by(&clock), arrivals(seed, 600));
        let topology = topology!(
            events = source(Scheduled(arrivals.clone())),
            gathered = events >> shuffle >> in_batches_of(10).or_after(300.millis()) * instances,
            gathered >> sink(for_each(emitted.note())),
        );
        simulation::run_by(&clock, seed, topology, Config::default().batch(batch)).unwrap();
        let emitted = emitted.all();
        if instances == 1 {
            assert_eq!(emitted, batches(&arrivals, (10, 300.millis()), |_| 0), "batch {batch}");
        }
        let mut events: Vec<Event> = Vec::new();
        for (at, batch) in &emitted {
            assert!(!batch.is_empty() && batch.len() <= 10 && batch.is_sorted_by_key(|it| it.1));
            let waited = batch.iter().map(|event| *at - arrivals[event.1 as usize].0).max();
            assert!(waited.unwrap() <= 300.millis());
            events.extend(batch);
        }
        let expected = arrivals.iter().map(|(_, event)| *event).collect();
        assert_eq!(sorted(events), sorted(expected), "each event is in one batch");
    }
}

/// The last event of each key before a silence, and when it is emitted.
fn settled_events(arrivals: &[(Duration, Event)], silence: Duration) -> Vec<(Duration, Event)> {
    let end = arrivals.last().unwrap().0;
    let last_of = |(at, (now, event)): (usize, &(Duration, Event))| {
        let next = arrivals[at + 1..].iter().find(|(_, next)| next.0 == event.0);
        match next {
            Some((next, _)) => (*now + silence <= *next).then_some((*now + silence, *event)),
            None => Some(((*now + silence).min(end), *event)),
        }
    };
    sorted(arrivals.iter().enumerate().filter_map(last_of).collect())
}

#[test]
fn the_last_event_of_a_key_is_emitted_after_a_silence() {
    for (seed, instances, batch) in cases() {
        for silence in [1.secs(), 30.millis(), 10.secs()] {
            let clock = Virtual::default();
            let (emitted, arrivals) = (Emitted::by(&clock), arrivals(seed, 600));
            let topology = topology!(
                events = source(Scheduled(arrivals.clone())),
                last = events >> by(|event| event.0) >> debounce(silence) * instances,
                last >> sink(for_each(emitted.note())),
            );
            let config = Config::default().batch(batch);
            let metrics = simulation::run_by(&clock, seed, topology, config).unwrap();
            let expected = settled_events(&arrivals, silence);
            assert_eq!(emitted.all(), expected, "{silence:?}, seed {seed}, batch {batch}");
            let total = metrics.node("last").unwrap().total();
            assert_eq!((total.events_in, total.duplicates), (600, 600 - total.events_out));
        }
    }
}

#[operator]
async fn with_time(batch: Vec<Event>, ctx: &mut Context) -> (Vec<Event>, i64) {
    (batch, ctx.event_time().as_micros() / 1_000_000)
}

/// In order of event time but for a few, whose key is silent while others go on.
fn seconds(number: u64) -> i64 {
    let behind = if number.is_multiple_of(9) { 3 } else { 0 };
    100 + number.cast_signed() - behind
}

#[test]
fn a_batch_has_the_time_of_its_last_event_and_is_never_late() {
    for (seed, instances, batch) in cases() {
        let clock = Virtual::default();
        let (seen, counts, late) = (Collected::new(), Collected::new(), Collected::new());
        let arrivals = (0..200_u64).map(|number| {
            let key = if number.is_multiple_of(50) { 1_000 } else { number % 3 };
            ((50 * number as u32).millis(), (key, number))
        });
        let topology = topology!(
            events = source(Scheduled(arrivals.collect()))
                >> event_time(
                    |event: &Event| EventTime::from_secs(seconds(event.1)),
                    lateness(4.secs())
                ),
            gathered =
                events >> by(|event| event.0) >> in_batches_of(4).or_after(1.secs()) * instances,
            timed = gathered >> with_time,
            timed >> sink(seen.sink()),
            windows = gathered
                >> by(|_| ())
                >> window(tumbling(10.secs()))
                >> aggregate(|batch: &Vec<Event>| batch.len() as u64, sum()),
            windows >> map(|window| window.value) >> sink(counts.sink()),
            windows.late >> sink(late.sink()),
        );
        simulation::run_by(&clock, seed, topology, Config::default().batch(batch)).unwrap();
        assert_eq!(late.take().len(), 0, "batch {batch}, {instances} instances");
        assert_eq!(counts.take().into_iter().sum::<u64>(), 200);
        for (batch, time) in seen.take() {
            let last = batch.last().unwrap();
            let at = seconds(last.1);
            if last.0 < 1_000 {
                assert_eq!(time, at, "{batch:?}");
            } else {
                // It waits for a second, in which the watermark goes on by 20.
                assert!((at..at + 20).contains(&time), "{batch:?} at {time}");
            }
        }
    }
}

#[test]
fn an_event_that_was_silent_for_long_is_not_late() {
    for (seed, instances, batch) in cases() {
        let clock = Virtual::default();
        let (counts, late) = (Collected::new(), Collected::new());
        let arrivals = (0..200_u64).map(|number| ((50 * number as u32).millis(), (number, number)));
        let topology = topology!(
            events = source(Scheduled(arrivals.collect()))
                >> event_time(
                    |event: &Event| EventTime::from_secs(seconds(event.1)),
                    lateness(4.secs())
                ),
            last = events >> by(|event| event.0) >> debounce(2.secs()) * instances,
            windows =
                last >> by(|_| ()) >> window(tumbling(10.secs())) >> aggregate(|_| (), count()),
            windows >> map(|window| window.value) >> sink(counts.sink()),
            windows.late >> sink(late.sink()),
        );
        simulation::run_by(&clock, seed, topology, Config::default().batch(batch)).unwrap();
        assert_eq!((counts.take().into_iter().sum::<u64>(), late.take().len()), (200, 0));
    }
}

#[operator(in_flight = 4)]
async fn write_rows(rows: Vec<u64>, #[shared] clock: &Virtual) -> (usize, Duration) {
    clock.sleep(10.millis()).await;
    (rows.len(), clock.now())
}

#[test]
fn batches_are_written_by_calls_in_flight() {
    for batch in BATCHES {
        let (clock, written) = (Virtual::default(), Collected::new());
        let shared = Arc::new(clock.clone());
        let topology = topology!(
            rows = source(from_iter(0..450_u64)),
            rows >> in_batches_of(100).or_after(1.secs())
                >> write_rows(shared.clone())
                >> sink(written.sink()),
        );
        simulation::run_by(&clock, 3, topology, Config::default().batch(batch)).unwrap();
        let at = |millis: u32| millis.millis();
        let expected = [(100, at(10)), (100, at(10)), (100, at(10)), (100, at(10)), (50, at(20))];
        assert_eq!(written.take(), expected, "batch {batch}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_drain_emits_what_is_gathered() {
    for (_, instances, batch) in cases() {
        let (sender, events) = channel::<Event>(64);
        let (gathered, last) = (Collected::new(), Collected::new());
        let topology = topology!(
            events = source(from_channel(events)),
            events
                >> by(|event| event.0)
                >> in_batches_of(10).or_after(1.hours()) * instances
                >> sink(gathered.sink()),
            events >> by(|event| event.0) >> debounce(1.hours()) * instances >> sink(last.sink()),
        );
        let mut job = topology.start(Config::default().batch(batch)).unwrap();
        for number in 0..25 {
            sender.send((number % 2, number)).await.unwrap();
        }
        tokio::time::sleep(1.mins()).await;
        assert_eq!(gathered.take().len(), 2, "13 of a key, and 12");
        settled(job.drain()).await.unwrap();
        let sizes: Vec<usize> = gathered.take().iter().map(Vec::len).collect();
        assert_eq!(sorted(sizes), [2, 3]);
        assert_eq!(sorted(last.take()), [(0, 24), (1, 23)]);
    }
}
