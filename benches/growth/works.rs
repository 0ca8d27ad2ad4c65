//! The works: each keeps n things for one key.

use millstream::prelude::*;
use millstream::time::Watermarks;
use std::future::Future;
use std::pin::Pin;

type Running = Pin<Box<dyn Future<Output = millstream::Result<usize>> + Send>>;

/// Something whose state grows with n; returns the number of its results.
pub struct Work {
    pub name: &'static str,
    /// The smaller n.
    pub events: u64,
    pub run: fn(u64) -> Running,
}

macro_rules! works {
    ($($name:literal $events:literal $function:ident;)+) => {
        /// All works.
        pub const WORKS: &[Work] = &[$(Work {
            name: $name,
            events: $events,
            run: |n| Box::pin(async move {
                let results = Collected::new();
                $function(n, results.sink()).run(Config::default()).await?;
                Ok(results.take().len())
            }),
        },)+];
    };
}

works! {
    "timers" 20_000 timers;
    "timers in any order" 20_000 timers_in_any_order;
    "timers by the clock" 20_000 timers_by_the_clock;
    "panes" 20_000 panes;
    "panes in any order" 20_000 panes_in_any_order;
    "sliding" 20_000 sliding_panes;
    "sliding in any order" 20_000 sliding_in_any_order;
    "sliding behind" 20_000 sliding_behind;
    "sessions" 20_000 sessions;
    "sessions in any order" 20_000 sessions_in_any_order;
    "reordered" 50_000 reordered;
    "trailing sum" 50_000 trailing_sum;
    "trailing distinct" 2_000 trailing_distinct;
    "within" 20_000 join_within;
    "latest" 20_000 join_latest;
    "latest in any order" 50_000 join_latest_in_any_order;
    "deduped" 20_000 deduped;
}

/// Nothing is over before the end of input.
fn patient() -> impl Watermarks<u64> {
    lateness(10_000.days())
}

fn at(n: &u64) -> EventTime {
    EventTime::from_secs(n.cast_signed())
}

/// The numbers below n, each once, in an order without any order.
fn shuffled(n: u64) -> impl Iterator<Item = u64> + Send + 'static {
    let golden = n * 618 / 1_000;
    let step = (golden..n).find(|step| gcd(*step, n) == 1).unwrap_or(1);
    (0..n).map(move |number| number * step % n)
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[derive(Clone)]
struct AtItsTime;

#[operator]
impl AtItsTime {
    async fn process(&self, number: u64, ctx: &mut Context) {
        ctx.timer_at(at(&number));
    }

    async fn on_timer(_: Timer) -> u64 {
        1
    }
}

#[derive(Clone)]
struct SomeTimeLater;

#[operator]
impl SomeTimeLater {
    async fn process(&self, number: u64, ctx: &mut Context) -> Option<u64> {
        ctx.timer_after(std::time::Duration::from_secs(1_000_000 + number));
        (number == 0).then_some(0)
    }

    async fn on_timer(_: Timer) -> Option<u64> {
        None
    }
}

fn timers_of(
    numbers: impl Iterator<Item = u64> + Send + 'static,
    sink: impl Sink<u64>,
) -> Topology {
    topology!(
        source(from_iter(numbers))
            >> event_time(at, patient())
            >> by(|_| ())
            >> AtItsTime
            >> sink(sink),
    )
}

fn timers(n: u64, sink: impl Sink<u64>) -> Topology {
    timers_of(0..n, sink)
}

fn timers_in_any_order(n: u64, sink: impl Sink<u64>) -> Topology {
    timers_of(shuffled(n), sink)
}

fn timers_by_the_clock(n: u64, sink: impl Sink<u64>) -> Topology {
    topology!(source(from_iter(0..n)) >> by(|_| ()) >> SomeTimeLater >> sink(sink))
}

fn windows<W>(
    (numbers, strategy): (impl Iterator<Item = u64> + Send + 'static, impl Watermarks<u64>),
    kind: W,
    sink: impl Sink<u64>,
) -> Topology
where
    W: millstream::window::AggregateWindows<
            (),
            u64,
            (),
            fn(&u64),
            millstream::window::aggregate::Count,
            Out = WindowResult<(), u64>,
        > + Clone,
{
    let job = Builder::new("windows");
    let numbers = job.source(from_iter(numbers)).event_time(at, strategy);
    let unit: fn(&u64) = |_| ();
    let counted = numbers.by(|_| ()).window(kind).aggregate(unit, count()).outputs();
    counted.late.ignore();
    counted.stream.map(|result| result.value).sink(sink);
    job.build()
}

fn panes(n: u64, sink: impl Sink<u64>) -> Topology {
    windows((0..n, patient()), tumbling(1.secs()), sink)
}

fn sliding_panes(n: u64, sink: impl Sink<u64>) -> Topology {
    windows((0..n, patient()), sliding(10.secs(), 1.secs()), sink)
}

fn panes_in_any_order(n: u64, sink: impl Sink<u64>) -> Topology {
    windows((shuffled(n), patient()), tumbling(1.secs()), sink)
}

fn sliding_in_any_order(n: u64, sink: impl Sink<u64>) -> Topology {
    windows((shuffled(n), patient()), sliding(10.secs(), 1.secs()), sink)
}

/// Windows of n panes; every second event is some panes behind.
fn sliding_behind(n: u64, sink: impl Sink<u64>) -> Topology {
    let behind =
        |number: u64| if number.is_multiple_of(2) { number } else { number.saturating_sub(9) };
    let events = ((0..2 * n).map(behind), lateness(0.secs()));
    windows(events, sliding(std::time::Duration::from_secs(n), 1.secs()), sink)
}

fn sessions(n: u64, sink: impl Sink<u64>) -> Topology {
    windows(((0..n).map(|number| 10 * number), patient()), session(2.secs()), sink)
}

fn sessions_in_any_order(n: u64, sink: impl Sink<u64>) -> Topology {
    windows((shuffled(n).map(|number| 10 * number), patient()), session(2.secs()), sink)
}

fn reordered(n: u64, sink: impl Sink<u64>) -> Topology {
    topology!(
        numbers = source(from_iter(shuffled(n))) >> event_time(at, patient()) >> in_order(|n| *n),
        numbers >> sink(sink),
        numbers.late >> ignore,
    )
}

fn trailing_sum(n: u64, sink: impl Sink<u64>) -> Topology {
    topology!(
        sums = source(from_iter(0..n))
            >> event_time(at, lateness(0.secs()))
            >> by(|_| ())
            >> window(trailing(1_000.days()))
            >> aggregate(|n| *n, sum()),
        sums >> map(|sum| sum.value) >> sink(sink),
        sums.late >> ignore,
    )
}

fn trailing_distinct(n: u64, sink: impl Sink<u64>) -> Topology {
    topology!(
        few = source(from_iter(0..n))
            >> event_time(at, lateness(0.secs()))
            >> by(|_| ())
            >> window(trailing(1_000.days()))
            >> aggregate(|n| *n % 50, distinct()),
        few >> map(|few| few.value) >> sink(sink),
        few.late >> ignore,
    )
}

fn join_within(n: u64, sink: impl Sink<u64>) -> Topology {
    topology!(
        left = source(from_iter(0..n)) >> event_time(at, patient()),
        right = source(from_iter(shuffled(n))) >> event_time(at, patient()),
        both = (left >> by(|_| ()), right >> by(|_| ())) >> join(within(0.secs(), 1.secs())),
        both >> map(|(left, _)| left) >> sink(sink),
        both.late >> ignore,
        both.unmatched >> ignore,
    )
}

fn join_latest(n: u64, sink: impl Sink<u64>) -> Topology {
    topology!(
        left = source(from_iter(0..n)) >> event_time(at, patient()),
        right = source(from_iter(0..n)) >> event_time(at, patient()),
        both = (left >> by(|_| ()), right >> by(|_| ())) >> left_join(latest(1_000.days())),
        both >> map(|(left, _)| left) >> sink(sink),
        both.late >> ignore,
    )
}

fn join_latest_in_any_order(n: u64, sink: impl Sink<u64>) -> Topology {
    topology!(
        left = source(from_iter(shuffled(n))) >> event_time(at, patient()),
        right = source(from_iter(shuffled(n))) >> event_time(at, patient()),
        both = (left >> by(|_| ()), right >> by(|_| ())) >> left_join(latest(1_000.days())),
        both >> map(|(left, _)| left) >> sink(sink),
        both.late >> ignore,
    )
}

/// Two events of each key; all keys are kept.
fn deduped(n: u64, sink: impl Sink<u64>) -> Topology {
    topology!(
        once = source(from_iter(shuffled(n)))
            >> event_time(at, patient())
            >> by(|n| *n / 2)
            >> dedupe(1_000.days()),
        once >> sink(sink),
        once.late >> ignore,
    )
}
