//! Random jobs: what they are made of, and how they are built.

use super::events::{DISORDER, Event, Replayed, events_of};
use super::fuse;
use super::nodes::{Node, Shape};
use super::operators::{
    Later, LaterSlowly, awaited_count_of_key, count_and_forget, count_of_key, count_rounds,
    count_that_expires, order_of_key,
};
use super::outputs::Outputs;
use crate::support::mixed;
use millstream::builder::{FanOut, Timed};
use millstream::prelude::*;
use millstream::state::Durable;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A job. Its nodes are numbered; each refers to nodes before it.
#[derive(Debug, Clone)]
pub struct Case {
    pub seed: u64,
    pub nodes: Vec<Node>,
    pub instances: usize,
    pub batch: usize,
    pub buffer: usize,
    /// The bound of the watermarks, in seconds. Below [`DISORDER`] some events are late: then
    /// windows tumble or slide, and nothing else depends on time.
    pub lateness: u64,
    /// Whether the sinks commit.
    pub exact: bool,
}

/// The size of windows, the slide of those that overlap, and the gap of sessions, in seconds.
pub const SIZE: i64 = 10;
pub const SLIDE: i64 = 5;
pub const GAP: i64 = 2;

/// How far apart partners may be, in seconds.
pub const NEAR: i64 = 2;

/// The first number of the row of a late event.
pub const LATE: u64 = u64::MAX;

/// How often an event comes round in [`Node::Loop`].
pub fn rounds(id: u64) -> u64 {
    id % 4
}

/// The bit that tells the rows of rounds from those of counts.
pub const ROUND: u64 = 1 << 40;

/// The number of an order of events, continued by one event.
pub fn ordered(before: u64, id: u64) -> u64 {
    mixed(before ^ mixed(id))
}

/// The number that [`Node::Map`] makes of one.
pub fn mapped(node: usize, id: u64) -> u64 {
    mixed(id ^ node as u64)
}

/// Whether [`Node::Filter`] keeps an event.
pub fn is_kept(node: usize, id: u64) -> bool {
    !mixed(id ^ !(node as u64)).is_multiple_of(3)
}

/// How long [`Node::Expires`] remembers a key, in seconds.
pub const TTL: i64 = 3;

/// The bits of the number of an event that [`Node::Drops`] has kept, or dropped.
pub const KEPT: u64 = 1 << 62;
pub const DROPPED: u64 = 1 << 63;

/// How many events a key had that were kept, and how many that were dropped, as one number.
pub fn both(kept: u64, dropped: u64) -> u64 {
    kept << 32 | dropped
}

/// How long after its event a timer of [`Node::Timers`] is due, in seconds.
pub const LATER: i64 = 7;

/// Counts the events of windows, into a sink: the key and the end of a window, then the count.
macro_rules! ends {
    ($windows:expr, $name:expr, $sink:expr, $late:expr) => {{
        let (windows, name) = ($windows, $name);
        let counts = windows.aggregate(|_| (), count()).named(name).outputs();
        let late = counts.late.map(|late| (LATE, late.event.id)).named(&format!("{name}_late"));
        late.sink_named($late, &format!("{name}_late_sink"));
        let rows = counts.stream.map(|window| {
            let end = window.end.as_micros().cast_unsigned() / 1_000_000;
            (window.key << 32 | end, window.value)
        });
        rows.named(&format!("{name}_rows")).sink_named($sink, &format!("{name}_sink"));
    }};
}

impl Case {
    /// The job of a seed.
    pub fn of(seed: u64) -> Self {
        let mut bits = seed;
        let mut random = |most: usize| {
            bits = mixed(bits);
            usize::try_from(bits % most as u64).unwrap_or(0)
        };
        let mut nodes = Vec::new();
        for _ in 0..=random(3) {
            nodes.push(Node::Source(20 + random(300) as u64));
        }
        for _ in 0..random(4) {
            let (one, other) = (random(nodes.len()), random(nodes.len()));
            nodes.push(match random(3) {
                0 => Node::Map(one),
                1 => Node::Filter(one),
                _ => Node::Merge(one, other),
            });
        }
        let lateness = if mixed(seed ^ 7).is_multiple_of(3) { 0 } else { DISORDER };
        let streams = nodes.len();
        for _ in 0..=random(3) {
            let from = random(streams);
            nodes.push(match random(8) {
                1 | 3..=5 if lateness < DISORDER => {
                    Node::Window(from, [Shape::Tumbling, Shape::Sliding][random(2)])
                }
                3 => {
                    let shapes = [Shape::Tumbling, Shape::Sliding, Shape::Session];
                    Node::Window(from, shapes[random(3)])
                }
                4 => Node::Join(from, random(streams)),
                5 => Node::InOrder(from),
                0 => Node::Count(from),
                1 => Node::Timers(from),
                6 => Node::Loop(from),
                2 if Self::is_in_order(&nodes, from) => Node::Forgets(from),
                _ => Node::AwaitingCount(from),
            });
        }
        nodes.extend(Self::further(seed, &nodes, streams));
        let (instances, batch) = (1 + random(3), [1, 3, 1_024][random(3)]);
        Self {
            seed,
            nodes,
            instances,
            batch,
            buffer: [1, 8, 1_024][random(3)],
            lateness,
            exact: false,
        }
    }

    /// Nodes that some jobs have besides.
    fn further(seed: u64, nodes: &[Node], streams: usize) -> Vec<Node> {
        let random = |salt: u64, most: usize| (mixed(mixed(seed) ^ salt) % most as u64) as usize;
        let mut further = Vec::new();
        let from = random(1, streams);
        if random(2, 3) == 0 && Self::is_in_order(nodes, from) {
            further.push(Node::Expires(from));
        }
        if random(3, 4) == 0 {
            let policies = [Overflow::DropOldest, Overflow::DropNewest, Overflow::Sample(3)];
            further.push(Node::Drops(random(4, streams), policies[random(5, 3)]));
        }
        further
    }

    /// Whether the events of a stream come in the order of one source.
    fn is_in_order(nodes: &[Node], stream: usize) -> bool {
        match nodes[stream] {
            Node::Source(_) => true,
            Node::Map(from) | Node::Filter(from) => Self::is_in_order(nodes, from),
            _ => false,
        }
    }

    /// The events of a source.
    pub fn events(&self, node: usize, count: u64) -> Arc<Vec<Event>> {
        events_of(self.seed, node as u64, count)
    }

    /// The topology, with other numbers of instances in each life.
    pub fn topology(&self, life: u64, outputs: &Outputs) -> Topology {
        let delivery = if outputs.exact { Delivery::ExactlyOnce } else { Delivery::AtLeastOnce };
        let job = Builder::new("case").delivery(delivery);
        let mut streams: Vec<Stream_> = Vec::new();
        for (at, node) in self.nodes.iter().enumerate() {
            let name = format!("n{at}");
            let instances = 1 + (mixed(life ^ at as u64) as usize + self.instances) % 4;
            let tap = |from: usize| streams[from].tap();
            let stream = match *node {
                Node::Source(count) => {
                    let seed = mixed(self.seed ^ life) ^ at as u64;
                    let source = Replayed { events: self.events(at, count), seed };
                    let lateness = lateness(Duration::from_secs(self.lateness));
                    let timed = job.source(source).named(&name).event_time(Event::time, lateness);
                    timed.detached()
                }
                Node::Map(from) => tap(from)
                    .map(move |event| {
                        fuse::burn();
                        Event { id: mapped(at, event.id), ..event }
                    })
                    .named(&name)
                    .detached(),
                Node::Filter(from) => {
                    tap(from).filter(move |event| is_kept(at, event.id)).named(&name).detached()
                }
                Node::Merge(one, other) => {
                    let (one, other) = (tap(one), tap(other));
                    merge((one, other)).detached()
                }
                Node::Count(from) => {
                    let keyed = tap(from).by(|event| event.key).instances(instances);
                    let counts = keyed.then(count_of_key {}).named(&name);
                    counts.sink_named(outputs.sink((at, 0)), &format!("{name}_sink"));
                    continue;
                }
                Node::Forgets(from) => {
                    let keyed = tap(from).by(|event| event.key).instances(instances);
                    let counts = keyed.then(count_and_forget {}).named(&name);
                    counts.sink_named(outputs.sink((at, 0)), &format!("{name}_sink"));
                    continue;
                }
                Node::Expires(from) => {
                    let keyed = tap(from).by(|event| event.key).instances(instances);
                    let counts = keyed.then(count_that_expires {}).named(&name);
                    counts.sink_named(outputs.sink((at, 0)), &format!("{name}_sink"));
                    continue;
                }
                Node::Drops(from, policy) => {
                    let weakened = tap(from).weaken("the test counts what is dropped");
                    let dropping = weakened.overflow(policy).buffer(4);
                    let ends = dropping.map(|event| (event, false)).named(&name).outputs();
                    let dropped = ends.overflow.map(|event| (event, true));
                    let dropped = dropped.named(&format!("{name}_dropped")).event_time(
                        |(event, _): &(Event, bool)| event.time(),
                        lateness(Duration::ZERO),
                    );
                    let dropped = dropped.detached().fan_out();
                    let kept = ends.stream.detached().fan_out();
                    let rows = kept.tap().map(|(event, _)| (event.id, KEPT));
                    let rows = rows.named(&format!("{name}_kept_rows"));
                    rows.sink_named(outputs.sink((at, 0)), &format!("{name}_kept_sink"));
                    let rows = dropped.tap().map(|(event, _)| (event.id, DROPPED));
                    let rows = rows.named(&format!("{name}_dropped_rows"));
                    rows.sink_named(outputs.sink((at, 1)), &format!("{name}_dropped_sink"));
                    let all = merge((kept.tap(), dropped.tap())).by(|(event, _)| event.key);
                    let all = all.instances(instances).window(global());
                    let sums = all.aggregate(
                        |(_, dropped)| both(u64::from(!dropped), u64::from(*dropped)),
                        sum(),
                    );
                    let sums = sums.named(&format!("{name}_sums")).outputs();
                    sums.late.ignore();
                    let rows = sums.stream.map(|window| (window.key, window.value));
                    let rows = rows.named(&format!("{name}_sums_rows"));
                    rows.sink_named(outputs.sink((at, 2)), &format!("{name}_sums_sink"));
                    continue;
                }
                Node::AwaitingCount(from) => {
                    let keyed = tap(from).by(|event| event.key).instances(instances);
                    let counts = keyed.then(awaited_count_of_key {}).named(&name);
                    counts.sink_named(outputs.sink((at, 0)), &format!("{name}_sink"));
                    continue;
                }
                Node::Window(from, shape) => {
                    let keyed = tap(from).by(|event| event.key).instances(instances);
                    let (sink, late) = (outputs.sink((at, 0)), outputs.sink((at, 1)));
                    let size = Duration::from_secs(SIZE.unsigned_abs());
                    match shape {
                        Shape::Tumbling => ends!(keyed.window(tumbling(size)), &name, sink, late),
                        Shape::Sliding => {
                            let slide = Duration::from_secs(SLIDE.unsigned_abs());
                            ends!(keyed.window(sliding(size, slide)), &name, sink, late);
                        }
                        Shape::Session => {
                            let gap = Duration::from_secs(GAP.unsigned_abs());
                            ends!(keyed.window(session(gap)), &name, sink, late);
                        }
                    }
                    continue;
                }
                Node::Join(one, other) => {
                    let (one, other) = (tap(one), tap(other));
                    let near = Duration::from_secs(NEAR.unsigned_abs());
                    let sides = (one.by(|event| event.key), other.by(|event| event.key));
                    let joined = join(sides, within(near, near)).instances(instances);
                    let joined = joined.stream().named(&name).outputs();
                    joined.late.ignore();
                    joined.unmatched.ignore();
                    let pairs = joined.stream.map(|(one, other)| (one.id, other.id));
                    let pairs = pairs.named(&format!("{name}_pairs"));
                    pairs.sink_named(outputs.sink((at, 0)), &format!("{name}_sink"));
                    continue;
                }
                Node::InOrder(from) => {
                    let sorted = tap(from).in_order(|event| event.id).named(&name).outputs();
                    sorted.late.ignore();
                    let keyed = sorted.stream.by(|event| event.key).instances(instances);
                    let orders = keyed.then(order_of_key {}).named(&format!("{name}_order"));
                    orders.sink_named(outputs.sink((at, 0)), &format!("{name}_sink"));
                    continue;
                }
                Node::Loop(from) => {
                    let (again, back) = job.feedback(1_000_000, Overflow::DropOldest);
                    let again = again.named(&format!("{name}_again"));
                    let again = again.event_time(
                        |(event, _): &(Event, u64)| event.time(),
                        lateness(Duration::ZERO),
                    );
                    let first = tap(from).map(|event| (event, 0)).named(&format!("{name}_first"));
                    let both = merge((first.detached(), again.detached())).detached();
                    let keyed = both.by(|(event, _)| event.key).instances(instances);
                    let counted = keyed.then(count_rounds {}).named(&name).detached().fan_out();
                    let more = counted.tap().filter(|(event, round, _)| *round < rounds(event.id));
                    let more = more.map(|(event, round, _)| (event, round + 1));
                    more.named(&format!("{name}_more")).feedback(back);
                    let counts = counted.tap().map(|(event, _, count)| (event.key, count));
                    let counts = counts.named(&format!("{name}_counts"));
                    counts.sink_named(outputs.sink((at, 0)), &format!("{name}_sink"));
                    let passes = counted.tap().map(|(event, round, _)| (event.id, ROUND | round));
                    let passes = passes.named(&format!("{name}_rounds"));
                    passes.sink_named(outputs.sink((at, 1)), &format!("{name}_rounds_sink"));
                    continue;
                }
                Node::Timers(from) => {
                    let keyed = tap(from).by(|event| event.key).instances(instances);
                    let (sink, sink_name) = (outputs.sink((at, 0)), format!("{name}_sink"));
                    if at.is_multiple_of(2) {
                        keyed.then(Later).named(&name).sink_named(sink, &sink_name);
                    } else {
                        keyed.then(LaterSlowly).named(&name).sink_named(sink, &sink_name);
                    }
                    continue;
                }
            };
            streams.push(stream.fan_out());
        }
        for (at, stream) in streams.into_iter().enumerate() {
            stream.tap().sink_named(idempotent(for_each(drop)), &format!("n{at}_rest"));
        }
        job.build()
    }
}

type Stream_ = FanOut<Event, Timed<Durable>>;

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}
