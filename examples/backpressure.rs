//! Backpressure, and what to do instead (Grokking Streaming Systems, chapter 9): a spike of events
//! meets an operator that is slower than the spike.
//!
//! The same events are sent to six jobs, one after the other. They differ in what happens to an
//! event that finds no room, or exceeds a rate. To see on its page what holds one of them back,
//! 15 s after its start:
//!
//! ```text
//! cargo run --release --example backpressure -- --only block --events 60000
//! ```

use millstream::BoxError;
use millstream::env::Env;
use millstream::prelude::*;
use millstream::source::{Intake, Reader, Readiness, Source, Unreplayable};
use millstream::topology::Bytes;
use millstream_examples::args::{self, Args};
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context as Waiting, Poll};
use std::time::{Duration, Instant};

const HELP: &str = "\
A spike of events meets a slow operator: what waits, what is dropped, how long it takes.

usage: backpressure [OPTIONS]
       backpressure graph|plan|check|top

options:
  --events N    the number of events, half of them in the spike (default: 6000)
  --only WAY    one of the six jobs: block, drop_newest, drop_oldest, sample,
                throttle or shed";

/// How long the operator takes for an event: 2,000 events a second.
const WORK: Duration = Duration::from_micros(500);

/// The time between two events, before the spike and after it.
const CALM: Duration = Duration::from_millis(1);

/// The time between two events of the spike: ten times as many as the operator can take.
const SPIKE: Duration = Duration::from_micros(50);

/// The room for events on the edge into the operator.
const ROOM: usize = 256;

/// The rate of a throttle, in events a second: less than the operator can take, more than what
/// comes before the spike and after it.
const RATE: u32 = 1_400;

/// What a sensor reports, and when it does so.
#[derive(Debug, Clone, Copy)]
struct Reading {
    due: Instant,
}

/// A sensor that cannot wait: it reports a quarter of its readings calmly, half of them in a spike,
/// and the rest calmly again.
struct Sensor {
    readings: u64,
}

struct Reporting {
    sensor: Sensor,
    next: u64,
    /// When the next reading is due.
    due: Instant,
    sleep: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Source<Reading> for Sensor {
    type Reader = Reporting;
    type Replay = Unreplayable;

    fn open(self, _: &Env) -> millstream::Result<Reporting> {
        Ok(Reporting { sensor: self, next: 0, due: Instant::now(), sleep: None })
    }
}

impl Reporting {
    /// The time from one reading to the next.
    fn pause(&self) -> Duration {
        let spike = self.sensor.readings / 4..self.sensor.readings * 3 / 4;
        if spike.contains(&self.next) { SPIKE } else { CALM }
    }
}

impl Reader<Reading> for Reporting {
    fn poll_ready(&mut self, cx: &mut Waiting<'_>) -> Poll<millstream::Result<Readiness>> {
        if self.next == self.sensor.readings {
            return Poll::Ready(Ok(Readiness::End));
        }
        while Instant::now() < self.due {
            let until = tokio::time::Instant::from_std(self.due);
            let sleep = self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
            if sleep.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.sleep = None;
        }
        Poll::Ready(Ok(Readiness::Events))
    }

    fn read(&mut self, limit: usize, into: &mut impl Intake<Reading>) -> millstream::Result<()> {
        for _ in 0..limit {
            if self.next == self.sensor.readings || Instant::now() < self.due {
                break;
            }
            into.event(Reading { due: self.due })?;
            self.next += 1;
            self.due += self.pause();
        }
        Ok(())
    }
}

/// The longest time from a reading to its result.
#[derive(Debug, Default)]
struct LongestDelay(AtomicU64);

#[operator]
async fn analyze(reading: Reading, #[shared] longest: &LongestDelay) -> u64 {
    let begun = Instant::now();
    while begun.elapsed() < WORK {
        std::hint::spin_loop();
    }
    let delay = u64::try_from(reading.due.elapsed().as_micros()).unwrap_or(u64::MAX);
    longest.0.fetch_max(delay, Ordering::Relaxed);
    delay
}

/// What a job does with an event that finds no room, or exceeds a rate.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// The edge into the operator has this policy.
    Edge(Overflow),
    /// The events wait for their turn: fewer than the operator can take.
    Throttle,
    /// The events that would wait are dropped.
    Shed,
}

impl Way {
    const ALL: [(&'static str, Self); 6] = [
        ("block", Self::Edge(Overflow::Block)),
        ("drop_newest", Self::Edge(Overflow::DropNewest)),
        ("drop_oldest", Self::Edge(Overflow::DropOldest)),
        ("sample", Self::Edge(Overflow::Sample(10))),
        ("throttle", Self::Throttle),
        ("shed", Self::Shed),
    ];

    /// All of them, or the one with this name.
    fn named(only: Option<&str>) -> Result<Vec<(&'static str, Self)>, BoxError> {
        let is_meant = |name: &str| only.is_none_or(|only| only == name);
        let ways: Vec<_> = Self::ALL.into_iter().filter(|(name, _)| is_meant(name)).collect();
        if let (Some(only), []) = (only, &ways[..]) {
            let known = Self::ALL.map(|(name, _)| name).join(", ");
            return Err(format!("--only is `{only}`, expected one of {known}").into());
        }
        Ok(ways)
    }

    fn topology(self, readings: u64, longest: Arc<LongestDelay>) -> Topology {
        let sensor = Sensor { readings };
        match self {
            Self::Edge(policy) => topology!(
                job("backpressure"),
                readings = source(sensor),
                analyzed = readings >> buffer(ROOM) >> overflow(policy) >> analyze(longest),
                analyzed >> sink(for_each(drop::<u64>)),
                analyzed.overflow >> buffer(ROOM) >> ignore,
            ),
            Self::Throttle => topology!(
                job("backpressure"),
                readings = source(sensor),
                held = readings >> throttle(RATE.per_sec()),
                analyzed = held >> buffer(ROOM) >> analyze(longest),
                analyzed >> sink(for_each(drop::<u64>)),
            ),
            Self::Shed => topology!(
                job("backpressure"),
                readings = source(sensor),
                held = readings >> throttle(RATE.per_sec()).burst(50).shed(),
                analyzed = held >> buffer(ROOM) >> analyze(longest),
                analyzed >> sink(for_each(drop::<u64>)),
                held.overflow >> buffer(ROOM) >> ignore,
            ),
        }
    }
}

/// What has become of the events of a job.
struct Outcome {
    emitted: u64,
    processed: u64,
    dropped: u64,
    longest: Duration,
    /// The room on all edges, in events and in bytes.
    room: (usize, Bytes),
    took: Duration,
}

async fn run(way: Way, readings: u64, config: Config) -> millstream::Result<Outcome> {
    let longest = Arc::new(LongestDelay::default());
    let config = config.batch(32);
    let topology = way.topology(readings, longest.clone());
    let plan = topology.plan(&config)?;
    let buffers = plan.edges().iter().filter_map(|edge| edge.buffer);
    let room = buffers.fold((0, Bytes(0)), |(events, bytes), buffer| {
        (events + buffer.channels * buffer.events, Bytes(bytes.0 + buffer.bytes.0))
    });
    let begun = Instant::now();
    let mut job = topology.start(config)?;
    job.wait().await?;
    let metrics = job.metrics();
    let total = |name| metrics.node(name).map(|node| node.total()).unwrap_or_default();
    let (readings, held, analyzed) = (total("readings"), total("held"), total("analyzed"));
    Ok(Outcome {
        emitted: readings.events_out,
        processed: analyzed.events_out,
        dropped: held.overflow + analyzed.overflow,
        longest: Duration::from_micros(longest.0.load(Ordering::Relaxed)),
        room,
        took: begun.elapsed(),
    })
}

async fn side_by_side(args: Args) -> Result<(), BoxError> {
    let readings = args.number("--events", 6_000)?;
    let ways = Way::named(args.text("--only"))?;
    let topology = Way::Shed.topology(readings, Arc::default());
    if args.answer(&topology, &Config::from_env()?)? {
        return Ok(());
    }
    println!(
        "way          emitted  processed  dropped  longest delay      took  events buffered at most"
    );
    let mut counted = true;
    for (name, way) in ways {
        let Outcome { emitted, processed, dropped, longest, room, took } =
            run(way, readings, args.config()?).await?;
        println!(
            "{name:<12} {emitted:>7}  {processed:>9}  {dropped:>7}  {:>10} ms  {:>5} ms  {}, {}",
            longest.as_millis(),
            took.as_millis(),
            room.0,
            room.1,
        );
        counted &= emitted == readings && processed + dropped == emitted;
    }
    println!("each event was processed or counted as dropped: {counted}");
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    args::run_by("backpressure", HELP, side_by_side).await
}
