//! A random graph as a topology whose nodes take virtual time.

use super::graph::{Drawn, Graph, Work};
use crate::simulation::{Virtual, cost};
use crate::support::mixed;
use millstream::env::Env;
use millstream::prelude::*;
use millstream::sink::{Appends, Sink, Writer};
use millstream::source::{Intake, Reader, Readiness, Source, Unreplayable};
use millstream::time::{Clock, Rate, Sleep};
use std::sync::Arc;
use std::task::{Context as Waiting, Poll};
use std::time::Duration;

/// The key that most events of a node have, if it has a hot key.
pub const HOT: u64 = 7_777_777;

/// How many events a channel buffers.
const BUFFER: usize = 4;

/// A source that emits an event in each interval, or as fast as it is let.
struct Paced(Duration);

struct Pace {
    interval: Duration,
    next: Duration,
    emitted: u64,
    env: Env,
    sleep: Option<Sleep>,
}

impl Source<u64> for Paced {
    type Reader = Pace;
    type Replay = Unreplayable;

    fn open(self, env: &Env) -> millstream::Result<Pace> {
        let (interval, env) = (self.0, env.clone());
        Ok(Pace { interval, next: Duration::ZERO, emitted: 0, env, sleep: None })
    }
}

impl Reader<u64> for Pace {
    fn poll_ready(&mut self, cx: &mut Waiting<'_>) -> Poll<millstream::Result<Readiness>> {
        loop {
            let wait = self.next.saturating_sub(self.env.clock().monotonic().0);
            if wait.is_zero() {
                return Poll::Ready(Ok(Readiness::Events));
            }
            let sleep = self.sleep.get_or_insert_with(|| self.env.clock().sleep(wait));
            if sleep.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.sleep = None;
        }
    }

    fn read(&mut self, limit: usize, into: &mut impl Intake<u64>) -> millstream::Result<()> {
        for _ in 0..limit {
            let now = self.env.clock().monotonic().0;
            if self.next > now {
                break;
            }
            cost(self.interval / 8);
            self.next = now + self.interval;
            self.emitted += 1;
            into.event(mixed(self.emitted))?;
        }
        Ok(())
    }
}

/// A sink that waits for its resource.
struct Slow(Virtual, Duration);

struct SlowWriter {
    sink: Slow,
    backlog: u32,
}

impl Sink<u64> for Slow {
    type Writer = SlowWriter;
    type Repeat = Appends;

    fn open(self, _: &Env) -> millstream::Result<SlowWriter> {
        Ok(SlowWriter { sink: self, backlog: 0 })
    }
}

impl Writer<u64> for SlowWriter {
    fn write(&mut self, _: u64) -> millstream::Result<()> {
        self.backlog += 1;
        Ok(())
    }

    fn has_backlog(&self) -> bool {
        self.backlog > 0
    }

    async fn send(&mut self) -> millstream::Result<()> {
        let wait = self.sink.1 * std::mem::take(&mut self.backlog);
        self.sink.0.sleep(wait).await;
        Ok(())
    }
}

/// A service whose calls take a time.
#[derive(Debug)]
struct Service {
    clock: Virtual,
    time: Duration,
    emits: f64,
}

#[operator(in_flight = 1, order = none)]
async fn called(event: u64, #[shared] service: &Service) -> Vec<u64> {
    service.clock.sleep(around(service.time, event)).await;
    emitted(event, service.emits).collect()
}

/// A time that differs by 30 % from event to event.
fn around(time: Duration, event: u64) -> Duration {
    time.mul_f64(0.7 + 0.6 * (mixed(event ^ 1) % 1_000) as f64 / 999.0)
}

/// What a node emits for an event.
fn emitted(event: u64, emits: f64) -> impl Iterator<Item = u64> {
    let whole = emits.floor() as u64;
    let rest = (mixed(event ^ 2) % 1_000) as f64 / 1_000.0 < emits.fract();
    (0..whole + u64::from(rest)).map(move |copy| mixed(event ^ copy << 32 ^ 3))
}

/// What a node emits, once for each of its consumers.
macro_rules! outputs {
    ($stream:expr, $node:expr, $name:expr) => {{
        let stream = $stream.named($name);
        match $node.to.len() {
            1 => vec![stream.detached()],
            consumers => {
                let stream = stream.fan_out();
                (0..consumers).map(|_| stream.tap()).collect()
            }
        }
    }};
}

/// The topology of a graph; nodes are named by their number.
pub fn wired(graph: &Graph, clock: &Virtual) -> Topology {
    let job = Builder::new("random");
    let mut inputs: Vec<Vec<Stream<u64>>> = graph.nodes.iter().map(|_| Vec::new()).collect();
    for (at, node) in graph.nodes.iter().enumerate() {
        let name = format!("n{at}");
        let outputs: Vec<Stream<u64>> = match node.work {
            Work::Read(interval) => outputs!(job.source(Paced(interval)), node, &name),
            _ => attached(merge(std::mem::take(&mut inputs[at])), node, (clock, &name)),
        };
        node.to.iter().zip(outputs).for_each(|(to, output)| inputs[*to].push(output));
    }
    job.build()
}

/// Attaches a node; what it emits, which is nothing if it is a sink.
fn attached(input: Stream<u64>, node: &Drawn, (clock, name): (&Virtual, &str)) -> Vec<Stream<u64>> {
    let emits = node.emits;
    let compute = |time: Duration| {
        move |event: u64| {
            cost(around(time, event));
            emitted(event, emits)
        }
    };
    if let (Work::Compute(time), true) = (node.work, node.is_keyed) {
        let hot = node.hot.unwrap_or_default();
        let key = move |event: &u64| {
            let is_hot = (mixed(event ^ 4) % 10_000) as f64 / 10_000.0 < hot;
            if is_hot { HOT } else { mixed(event ^ 5) % 500 }
        };
        let keyed = input.by(key).buffer(BUFFER).instances(node.instances);
        return outputs!(keyed.flat_map(compute(time)), node, name);
    }
    let input = input.buffer(BUFFER).instances(node.instances);
    match node.work {
        Work::Compute(time) => outputs!(input.flat_map(compute(time)), node, name),
        Work::Call(time, calls) => {
            let service = Arc::new(Service { clock: clock.clone(), time, emits });
            outputs!(input.then(called { service }).in_flight(calls), node, name)
        }
        Work::Throttle(rate) => {
            outputs!(input.throttle(Rate::new(rate, 1.hours())), node, name)
        }
        Work::Write(time) => {
            let write = move |event: u64| cost(around(time, event));
            input.sink_named(for_each(write), name);
            Vec::new()
        }
        Work::Send(time) => {
            input.sink_named(Slow(clock.clone(), time), name);
            Vec::new()
        }
        Work::Read(_) => unreachable!(),
    }
}
