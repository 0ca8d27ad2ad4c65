//! Event time: watermark strategies, streams that are idle, times and clocks that go back.

use crate::pair::{Pair, Second, pass};
use crate::simulation;
use crate::support::{BATCHES, INSTANCES, mixed};
use millstream::env::Env;
use millstream::prelude::*;
use millstream::time::{Clock, Idleness, Monotonic, SystemClock, Watermarks};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::mpsc::channel;

#[tokio::test(start_paused = true)]
async fn a_stream_without_events_for_a_minute_does_not_hold_back_the_others() {
    for instances in INSTANCES {
        let pair = Pair::start(instances, lateness(0.secs()), Env::system());
        pair.one(5).await;
        pair.one(25).await;
        pass(59.secs()).await;
        assert_eq!(pair.sums().await, [0; 0], "{instances}");
        // The other has been silent from the start. This one must not be: it holds the watermark.
        pair.one(26).await;
        pass(2.secs()).await;
        assert_eq!(pair.sums().await, [5], "{instances}");
        assert_eq!(pair.end().await, (vec![51], vec![]), "{instances}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_strategy_can_say_when_its_stream_is_idle() {
    #[derive(Clone)]
    struct Greatest(EventTime);

    impl<T> Watermarks<T> for Greatest {
        fn observe(&mut self, _: &T, time: EventTime) {
            self.0 = self.0.max(time);
        }
        fn watermark(&mut self) -> EventTime {
            self.0
        }
        fn idleness(&self) -> Idleness {
            Idleness::After(7.secs())
        }
    }

    async fn check(pair: Pair) {
        pair.one(5).await;
        pair.one(25).await;
        pass(6.secs()).await;
        pair.one(26).await;
        assert_eq!(pair.sums().await, [0; 0]);
        pass(1.secs()).await;
        assert_eq!(pair.sums().await, [5]);
        assert_eq!(pair.end().await.1, [0; 0]);
    }
    let env = Env::system;
    check(Pair::start(2, lateness(0.secs()).idle_after(7.secs()), env())).await;
    let mark = |second: &Second| Some(EventTime::from_secs(*second));
    check(Pair::start(2, punctuated(mark).idle_after(7.secs()), env())).await;
    check(Pair::start(2, Greatest(EventTime::MIN), env())).await;
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_never_idle_is_waited_for() {
    for strategy in [lateness(0.secs()).never_idle()] {
        let pair = Pair::start(2, strategy, Env::system());
        pair.one(5).await;
        pair.one(25).await;
        pass(1.hours()).await;
        assert_eq!(pair.sums().await, [0; 0]);
        assert_eq!(pair.end().await, (vec![5, 25], vec![]));
    }
}

#[tokio::test(start_paused = true)]
async fn an_idle_stream_wakes_with_its_next_event_and_is_waited_for_again() {
    for instances in INSTANCES {
        let pair = Pair::start(instances, lateness(0.secs()), Env::system());
        pair.two(1).await;
        pass(59.secs()).await;
        pair.one(25).await;
        pass(1.secs()).await;
        assert_eq!(pair.sums().await, [1], "{instances}");
        // It wakes without a greater time than before: the others may not go on without it.
        pair.two(1).await;
        pair.one(45).await;
        assert_eq!(pair.sums().await, [0; 0], "{instances}");
        pair.two(31).await;
        assert_eq!(pair.sums().await, [25], "{instances}");
        assert_eq!(pair.end().await, (vec![31, 45], vec![1]), "{instances}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_busy_is_not_idle_however_long_it_takes() {
    let pair = Pair::start(1, lateness(0.secs()), Env::system());
    for minute in 0..10 {
        pair.two(1).await;
        pair.one(100 * minute).await;
        pass(59.secs()).await;
    }
    // Both streams have the watermark of the slower one.
    assert_eq!(pair.sums().await, [0; 0]);
    assert_eq!(pair.end().await.1, [0; 0]);
}

#[tokio::test(start_paused = true)]
async fn what_has_ended_is_not_waited_for_and_does_not_become_idle() {
    for instances in INSTANCES {
        let mut pair = Pair::start(instances, lateness(0.secs()), Env::system());
        pair.one(5).await;
        pair.one(25).await;
        pair.two = None;
        assert_eq!(pair.sums().await, [5], "{instances}");
        // All that has not ended is idle for a while, and the job goes on when it wakes.
        pass(5.mins()).await;
        assert_eq!(pair.sums().await, [0; 0], "{instances}");
        pair.one(35).await;
        assert_eq!(pair.sums().await, [25], "{instances}");
        assert_eq!(pair.end().await, (vec![35], vec![]), "{instances}");
    }
}

/// A clock that goes back ten seconds at its hundredth reading, and whose wall time always does.
#[derive(Debug, Default)]
struct Jumping {
    clock: SystemClock,
    readings: AtomicU64,
}

impl Clock for Jumping {
    fn monotonic(&self) -> Monotonic {
        let late = self.readings.fetch_add(1, Ordering::Relaxed) >= 100;
        let now = self.clock.monotonic().0 + 100.secs();
        Monotonic(if late { now - 10.secs() } else { now })
    }

    fn wall(&self) -> EventTime {
        EventTime::from_secs(0) - self.clock.monotonic().0
    }
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_goes_back_delays_idleness_and_nothing_else() {
    let pair = Pair::start(1, lateness(0.secs()), Env::system().with_clock(Jumping::default()));
    pair.one(5).await;
    pass(50.secs()).await;
    for second in 5..200 {
        pair.one(second).await;
    }
    pass(21.secs()).await;
    assert_eq!(pair.sums().await[0], 5 + (5..10).sum::<Second>());
    let (_, late) = pair.end().await;
    assert_eq!(late, [0; 0]);
}

/// The watermark that an event is given.
#[operator]
async fn watermark(event: (u64, i64), ctx: &mut Context) -> (usize, u64, EventTime) {
    (ctx.instance().index(), event.0, ctx.watermark())
}

/// Says anything.
#[derive(Clone)]
struct Unsteady(u64);

impl<T> Watermarks<T> for Unsteady {
    fn observe(&mut self, _: &T, _: EventTime) {
        self.0 = mixed(self.0);
    }
    fn watermark(&mut self) -> EventTime {
        EventTime::from_secs((self.0 % 1_000) as i64)
    }
}

/// Checks that no instance sees the watermark go back, whatever the times of the events.
fn never_goes_back<W: Watermarks<(u64, i64)>>(strategy: &W) {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let seen = Collected::new();
        let micros = |number: u64| match number % 10 {
            3 => i64::MIN + number as i64,
            7 => -(number as i64),
            _ => (mixed(number) % 1_000_000_000) as i64,
        };
        let events: Vec<_> = (0..500).map(|number| (number, micros(number))).collect();
        let topology = topology!(
            source(from_iter(events))
                >> event_time(|event| EventTime::from_micros(event.1), strategy.clone())
                >> by(|event| event.0 % 16)
                >> watermark * instances
                >> sink(seen.sink()),
        );
        simulation::run(9, topology, Config::default().batch(batch)).unwrap();
        let seen = seen.take();
        assert_eq!(seen.len(), 500);
        for instance in 0..instances {
            let of = seen.iter().filter(|seen| seen.0 == instance);
            let watermarks: Vec<_> = of.map(|seen| seen.2).collect();
            assert!(watermarks.is_sorted(), "{instances}, batch {batch}: {watermarks:?}");
        }
        assert!(batch > 100 || seen.iter().any(|seen| seen.2 > EventTime::MIN));
    }
}

#[test]
fn events_that_go_back_in_time_never_let_the_watermark_go_back() {
    never_goes_back(&lateness(1.secs()));
    never_goes_back(&punctuated(|event: &(u64, i64)| {
        event.0.is_multiple_of(5).then_some(EventTime::from_micros(event.1))
    }));
}

#[test]
fn a_strategy_that_goes_back_is_not_followed() {
    never_goes_back(&Unsteady(1));
}

/// The same, and idle after a short time.
#[derive(Clone)]
struct Drowsy(Unsteady);

impl<T> Watermarks<T> for Drowsy {
    fn observe(&mut self, event: &T, time: EventTime) {
        self.0.observe(event, time);
    }
    fn watermark(&mut self) -> EventTime {
        Watermarks::<T>::watermark(&mut self.0)
    }
    fn idleness(&self) -> Idleness {
        Idleness::After(2.secs())
    }
}

#[tokio::test(start_paused = true)]
async fn streams_that_go_idle_and_wake_never_let_the_watermark_go_back() {
    for instances in INSTANCES {
        let (one, ones) = channel::<(u64, i64)>(64);
        let (two, twos) = channel::<(u64, i64)>(64);
        let (seen, joined) = (Collected::new(), Collected::new());
        let at = |event: &(u64, i64)| EventTime::from_secs(event.1);
        let topology = topology!(
            ones = source(from_channel(ones)) >> event_time(at, Drowsy(Unsteady(1))),
            twos = source(from_channel(twos)) >> event_time(at, Drowsy(Unsteady(2))),
            both = [ones, twos] >> by(|event| event.0 % 16),
            merged = both >> watermark * instances,
            merged >> sink(seen.sink()),
            pairs = (ones >> by(|event| event.0), twos >> by(|event| event.0))
                >> join(within(1.secs(), 1.secs())),
            paired = pairs
                >> map(|(one, _): ((u64, i64), (u64, i64))| one)
                >> by(|event| event.0)
                >> watermark,
            paired >> sink(joined.sink()),
            pairs.unmatched >> ignore,
            pairs.late >> ignore,
        );
        let mut job = topology.start(Config::default()).unwrap();
        for number in 0..300 {
            let event = (number / 2, 1_000 + number as i64);
            let sender = if mixed(number).is_multiple_of(3) { &one } else { &two };
            sender.send(event).await.unwrap();
            pass(Duration::from_millis(mixed(number ^ 7) % 4_000)).await;
        }
        drop((one, two));
        job.wait().await.unwrap();
        crate::support::assert_balanced(&job);
        for (of, instances) in [(seen.take(), instances), (joined.take(), 1)] {
            for instance in 0..instances {
                let of = of.iter().filter(|seen| seen.0 == instance);
                let watermarks: Vec<_> = of.map(|seen| seen.2).collect();
                assert!(watermarks.is_sorted(), "{instances}: {watermarks:?}");
                assert!(watermarks.last() > Some(&EventTime::MIN), "{instances}");
            }
        }
    }
}

#[test]
fn the_watermark_rises_to_what_marked_events_say() {
    for instances in INSTANCES {
        let seen = Collected::new();
        let events = [(0, 50), (1, 20), (2, 40), (3, 90), (4, 30), (5, 100)];
        let topology = topology!(
            source(from_iter(events))
                >> event_time(
                    |event| EventTime::from_micros(event.1),
                    punctuated(|event| (event.0 > 0).then_some(EventTime::from_micros(event.1))),
                )
                >> by(|event| event.0)
                >> watermark * instances
                >> sink(seen.sink()),
        );
        simulation::run(4, topology, Config::default().batch(1)).unwrap();
        let mut seen = seen.take();
        seen.sort_by_key(|seen| seen.1);
        let watermarks: Vec<_> = seen.into_iter().skip(1).map(|seen| seen.2).collect();
        let expected = [i64::MIN, 20, 40, 90, 90].map(EventTime::from_micros);
        // An instance that has had no event since may know less, never more.
        assert!(watermarks.iter().zip(expected).all(|(seen, most)| *seen <= most));
        assert!(instances > 1 || watermarks == expected);
    }
}
