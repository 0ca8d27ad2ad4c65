//! State that expires.

use crate::simulation;
use crate::support::{BATCHES, INSTANCES, mixed, settled, sorted};
use millstream::env::Env;
use millstream::operator::{Keyed, NoTimers, Operator, Shape, Step, Stepping, Ttl, TtlByClock};
use millstream::prelude::*;
use millstream::time::{Clock, Monotonic, SystemClock};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::convert::Infallible;
use tokio::sync::mpsc::{Sender, channel};

/// The time to live of all that follows.
const TTL: i64 = 60;

/// A key, a second, and a number that tells events apart.
type Reading = (u8, i64, usize);

/// An event and its number since its key was new or had expired.
type Counted = (Reading, u32);

#[operator(ttl = "60s")]
async fn counted(reading: Reading, count: &mut u32) -> Counted {
    *count += 1;
    (reading, *count)
}

#[operator(ttl = "1m")]
async fn counted_awaited(reading: Reading, count: &mut u32) -> Counted {
    *count += 1;
    let count = *count;
    tokio::task::yield_now().await;
    (reading, count)
}

/// The same, by hand.
#[derive(Clone)]
struct ByHand;

impl Operator<Reading> for ByHand {
    type Out = Counted;
    type State = u32;
    type Error = Infallible;
    type Keying = Keyed<NoTimers, Ttl<60_000_000>>;
    type Mode = Stepping;
    const NAME: &'static str = "by_hand";
    const SHAPE: Shape = Shape::OneToOne;
}

impl Step<Reading> for ByHand {
    fn step(
        &mut self,
        reading: Reading,
        count: &mut u32,
        _: &mut Context,
    ) -> Result<impl IntoIterator<Item = Counted>, Infallible> {
        *count += 1;
        Ok(Some((reading, *count)))
    }
}

/// Random readings of few keys, out of order by up to a minute and a half, some of them far apart.
fn readings(seed: u64) -> Vec<Reading> {
    let random = |n: u64| mixed(seed.wrapping_mul(1_000_003) ^ n);
    let mut now = 0;
    (0..400)
        .map(|n| {
            now += if random(3 * n).is_multiple_of(40) { 500 } else { random(3 * n) as i64 % 12 };
            let behind = random(3 * n + 1) as i64 % [1, 20, 90][n as usize % 3];
            ((random(3 * n + 2) % 9) as u8, now - behind.abs(), n as usize)
        })
        .collect()
}

/// What a person counts who sees the readings one after the other.
fn expected(readings: &[Reading], bound: i64) -> Vec<Counted> {
    let (mut keys, mut greatest) = (BTreeMap::<u8, (i64, u32)>::new(), i64::MIN / 2);
    let counted = readings.iter().map(|reading| {
        let (key, second, _) = *reading;
        let now = second.max(greatest - bound);
        let (used, count) = keys.entry(key).or_insert((now, 0));
        if now - *used >= TTL {
            *count = 0;
        }
        (*used, *count) = (now.max(*used), *count + 1);
        greatest = greatest.max(second);
        (*reading, *count)
    });
    sorted(counted.collect())
}

fn at(reading: &Reading) -> EventTime {
    EventTime::from_secs(reading.1)
}

#[test]
fn a_key_without_an_event_for_its_time_to_live_begins_anew() {
    for (seed, bound) in (0..12).zip([0, 5, 30, 80].into_iter().cycle()) {
        let readings = readings(seed);
        let expected = expected(&readings, bound);
        for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|b| (n, b))) {
            let (stepped, awaited, by_hand) =
                (Collected::new(), Collected::new(), Collected::new());
            let topology = topology!(
                readings = source(from_iter(readings.clone()))
                    >> event_time(at, lateness((bound as u32).secs())),
                readings >> by(|r| r.0) >> counted * instances >> sink(stepped.sink()),
                readings >> by(|r| r.0) >> counted_awaited * instances >> sink(awaited.sink()),
                readings >> by(|r| r.0) >> ByHand * instances >> sink(by_hand.sink()),
            );
            simulation::run(seed, topology, Config::default().batch(batch)).unwrap();
            for counts in [stepped, awaited, by_hand] {
                let counts = sorted(counts.take());
                assert_eq!(counts, expected, "seed {seed}, {instances} instances, batch {batch}");
            }
        }
    }
}

#[test]
fn an_event_at_the_end_of_the_time_to_live_exactly_begins_anew() {
    for (second, count) in [(59, 2), (60, 1), (61, 1)] {
        let counts = Collected::new();
        let topology = topology!(
            source(from_iter([(1, 0, 0), (1, second, 1)]))
                >> event_time(at, lateness(10.secs()))
                >> by(|reading| reading.0)
                >> counted
                >> sink(counts.sink())
        );
        simulation::run(1, topology, Config::default()).unwrap();
        assert_eq!(counts.take(), [((1, 0, 0), 1), ((1, second, 1), count)]);
    }
}

thread_local! {
    /// How many states there are.
    static ALIVE: Cell<usize> = const { Cell::new(0) };
}

struct Alive(u32);

impl Default for Alive {
    fn default() -> Self {
        ALIVE.set(ALIVE.get() + 1);
        Self(0)
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        ALIVE.set(ALIVE.get() - 1);
    }
}

/// Counts the states of the instance that runs on this thread, like all others.
#[operator(ttl = "60s")]
async fn alive(_: u64, state: &mut Alive) -> (u32, usize) {
    state.0 += 1;
    (state.0, ALIVE.get())
}

#[test]
fn the_memory_of_expired_keys_is_freed() {
    for instances in INSTANCES {
        let most = Collected::new();
        let topology = topology!(
            // A new key each second.
            source(from_iter(0..20_000))
                >> event_time(|n| EventTime::from_secs(*n as i64), lateness(0.secs()))
                >> by(|n| *n)
                >> alive * instances
                >> sink(most.sink())
        );
        simulation::run(1, topology, Config::default().batch(4)).unwrap();
        let most = most.take();
        assert_eq!(most.len(), 20_000);
        let most = most.into_iter().map(|(_, alive)| alive).max().unwrap();
        // 60, an eighth more, and what the channels hold.
        assert!((60..400).contains(&most), "{most} states at {instances} instances");
        assert_eq!(ALIVE.get(), 0);
    }
}

/// Emits at its timer what it has counted.
#[derive(Clone)]
struct Alarm;

#[operator(ttl = "60s")]
impl Alarm {
    async fn process(reading: Reading, count: &mut u32, ctx: &mut Context) {
        *count += 1;
        ctx.timer_at(EventTime::from_secs(reading.2 as i64));
    }

    async fn on_timer(timer: Timer, count: &mut u32) -> (Timer, u32) {
        *count += 10;
        (timer, *count)
    }
}

#[test]
fn timers_do_not_expire_and_use_the_state() {
    let timer = |second| Timer::At(EventTime::from_secs(second));
    for (events, expected) in [
        // The second timer finds the state of a new key.
        (vec![(1, 0, 59), (1, 0, 200)], vec![(timer(59), 12), (timer(200), 10)]),
        (vec![(1, 0, 60)], vec![(timer(60), 10)]),
        // Each call is a use.
        (
            vec![(1, 0, 59), (1, 0, 118), (1, 5, 177)],
            vec![(timer(59), 13), (timer(118), 23), (timer(177), 33)],
        ),
        // An event of the key in between lets it live on.
        (vec![(1, 0, 100), (1, 50, 300)], vec![(timer(100), 12), (timer(300), 10)]),
    ] {
        for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|b| (n, b))) {
            let fired = Collected::new();
            let mut all = events.clone();
            all.extend((1..100).map(|n| (2, 10 * n, 0)));
            let topology = topology!(
                readings = source(from_iter(all)) >> event_time(at, lateness(0.secs())),
                readings
                    >> by(|reading| reading.0)
                    >> Alarm * instances
                    >> filter(|(timer, _)| *timer != Timer::At(EventTime::from_secs(0)))
                    >> sink(fired.sink()),
            );
            simulation::run(1, topology, Config::default().batch(batch)).unwrap();
            assert_eq!(fired.take(), expected, "{instances} instances, batch {batch}");
        }
    }
}

#[test]
fn the_end_of_input_is_no_time_that_passes() {
    let fired = Collected::new();
    let topology = topology!(
        source(from_iter([(1, 0, 30)]))
            >> event_time(at, lateness(0.secs()))
            >> by(|reading| reading.0)
            >> Alarm
            >> sink(fired.sink())
    );
    simulation::run(1, topology, Config::default()).unwrap();
    assert_eq!(fired.take(), [(Timer::At(EventTime::from_secs(30)), 11)]);
}

#[test]
fn an_event_far_ahead_of_the_clock_lets_no_state_expire() {
    // The clock of a simulation begins at 0.
    let far = 4_000_000_000_000;
    let counts = Collected::new();
    let topology = topology!(
        source(from_iter([(1, 0, 0), (1, far, 1), (1, 5, 2), (1, 64, 3), (1, 130, 4)]))
            >> event_time(at, lateness(0.secs()).at_most_ahead(1.hours()))
            >> by(|reading| reading.0)
            >> counted
            >> sink(counts.sink())
    );
    simulation::run(1, topology, Config::default().batch(1)).unwrap();
    let counts: Vec<_> = counts.take().into_iter().map(|(_, count)| count).collect();
    assert_eq!(counts, [1, 2, 3, 4, 1]);
}

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

#[operator(ttl = "60s by clock")]
async fn counted_by_clock(reading: Reading, state: &mut Alive) -> (Reading, u32) {
    state.0 += 1;
    (reading, state.0)
}

#[operator(ttl = "60s")]
async fn counted_untimed(reading: Reading, state: &mut Alive) -> (Reading, u32) {
    state.0 += 1;
    tokio::task::yield_now().await;
    (reading, state.0)
}

#[derive(Clone)]
struct ByHandByClock;

impl Operator<Reading> for ByHandByClock {
    type Out = (Reading, u32);
    type State = Alive;
    type Error = Infallible;
    type Keying = Keyed<NoTimers, Ttl<60_000_000, TtlByClock>>;
    type Mode = Stepping;
    const NAME: &'static str = "by_hand_by_clock";
    const SHAPE: Shape = Shape::OneToOne;
}

impl Step<Reading> for ByHandByClock {
    fn step(
        &mut self,
        reading: Reading,
        state: &mut Alive,
        _: &mut Context,
    ) -> Result<impl IntoIterator<Item = (Reading, u32)>, Infallible> {
        state.0 += 1;
        Ok(Some((reading, state.0)))
    }
}

async fn pass(time: std::time::Duration) {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
    tokio::time::advance(time).await;
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

async fn send(to: &Sender<Reading>, key: u8) {
    to.send((key, 0, 0)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn by_the_clock_state_expires_also_when_no_event_comes() {
    for instances in INSTANCES {
        let (sender, events) = channel::<Reading>(64);
        let seen = [Collected::new(), Collected::new(), Collected::new()];
        let topology = topology!(
            events = source(from_channel(events)),
            // Event time stands still.
            timed = events >> event_time(at, lateness(0.secs())),
            timed >> by(|r| r.0) >> counted_by_clock * instances >> sink(seen[0].sink()),
            events >> by(|r| r.0) >> counted_untimed * instances >> sink(seen[1].sink()),
            events >> by(|r| r.0) >> ByHandByClock * instances >> sink(seen[2].sink()),
        );
        let config = Config::default().env(Env::system().with_clock(FromZero::default()));
        let mut job = topology.start(config).unwrap();
        for (key, wait) in [(1, 59), (1, 30), (2, 29), (1, 60), (1, 1)] {
            send(&sender, key).await;
            pass(wait.secs()).await;
        }
        assert_eq!(ALIVE.get(), 3, "2 is gone, in silence");
        pass(70.secs()).await;
        assert_eq!(ALIVE.get(), 0);
        drop(sender);
        settled(job.wait()).await.unwrap();
        crate::support::assert_balanced(&job);
        for seen in seen {
            let counts: Vec<_> = seen.take().into_iter().map(|(r, count)| (r.0, count)).collect();
            assert_eq!(sorted(counts), [(1, 1), (1, 1), (1, 2), (1, 3), (2, 1)]);
        }
    }
}
