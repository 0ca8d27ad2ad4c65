//! Random graphs of nodes with one limit each.

use crate::support::mixed;
use std::time::Duration;

/// How many events a second the limit lets a source emit.
pub const BASE: f64 = 40.0;

/// Why the planted node is the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Planted {
    Cpu,
    Awaiting,
    HotKey,
    SlowSink,
    DeclaredRate,
    /// There is none: the sources emit no more.
    Source,
}

impl Planted {
    pub const ALL: [Self; 6] =
        [Self::Cpu, Self::Awaiting, Self::HotKey, Self::SlowSink, Self::DeclaredRate, Self::Source];
}

/// What a node does with an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Work {
    /// Reads one in this time at most.
    Read(Duration),
    /// Computes for this time.
    Compute(Duration),
    /// Waits for this time for a call; so many are in flight at once.
    Call(Duration, usize),
    /// Lets so many pass an hour.
    Throttle(u32),
    /// Writes one in this time, in which its task computes.
    Write(Duration),
    /// Writes one in this time, for which it waits.
    Send(Duration),
}

/// A node of a random graph.
#[derive(Debug, Clone)]
pub struct Drawn {
    pub from: Vec<usize>,
    pub to: Vec<usize>,
    pub instances: usize,
    /// How many events it emits for each that it receives.
    pub emits: f64,
    /// How many events it receives for each of a source.
    pub rate: f64,
    pub work: Work,
    /// The share of the events that have one key, if there is such a key.
    pub hot: Option<f64>,
    pub is_keyed: bool,
}

/// A random graph.
#[derive(Debug)]
pub struct Graph {
    pub seed: u64,
    pub nodes: Vec<Drawn>,
    pub sources: usize,
    pub planted: usize,
    pub reason: Planted,
}

/// Random numbers that follow from a seed.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(mixed(seed))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = mixed(self.0);
        self.0
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub fn between(&mut self, least: f64, most: f64) -> f64 {
        least + (most - least) * (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

impl Graph {
    /// Draws a graph; the reasons take turns.
    pub fn random(seed: u64) -> Self {
        let reason = Planted::ALL[(seed % Planted::ALL.len() as u64) as usize];
        let fits = |draw: &u64| Self::drawn(seed ^ draw << 40, reason);
        let mut graph = (0..).find_map(|draw| fits(&draw)).unwrap();
        graph.seed = seed;
        graph
    }

    /// A graph, unless no node of it can be the limit for this reason.
    fn drawn(seed: u64, reason: Planted) -> Option<Self> {
        let mut dice = Dice::new(seed);
        let sources = dice.one_of(&[1, 1, 2]);
        let mut nodes = connected(&mut dice, sources);
        emitting(&mut dice, &mut nodes, sources);
        let fits = |(at, node): &(usize, &Drawn)| {
            let is_sink = node.to.is_empty();
            let can = match reason {
                Planted::SlowSink => is_sink,
                Planted::Source => true,
                Planted::Cpu | Planted::Awaiting | Planted::HotKey => !is_sink,
                Planted::DeclaredRate => !is_sink && node.emits == 1.0,
            };
            *at >= sources && node.rate >= 0.2 && can
        };
        let could: Vec<usize> = nodes.iter().enumerate().filter(fits).map(|(at, _)| at).collect();
        if could.is_empty() {
            return None;
        }
        let planted = dice.one_of(&could);
        let mut graph = Self { seed, nodes, sources, planted, reason };
        graph.give_work(&mut dice);
        Some(graph)
    }

    fn give_work(&mut self, dice: &mut Dice) {
        let upstream = self.upstream(self.planted);
        for at in 0..self.nodes.len() {
            let (planted, node) = (at == self.planted, &mut self.nodes[at]);
            let budget = if planted { 1.0 } else { dice.between(2.0, 8.0) } * BASE;
            // The time that all instances together have for an event.
            let each = 1.0 / (node.rate * budget);
            let all = each * node.instances as f64;
            let waits = dice.below(4) == 0;
            let calls = dice.one_of(&[1, 4, 16]);
            let time = Duration::from_secs_f64;
            node.work = match (planted, self.reason) {
                _ if at < self.sources => {
                    let slow = self.reason == Planted::Source;
                    let limits = upstream.contains(&at);
                    // One whose events do not reach the limit emits as many as the limit lets pass.
                    let pace = match (slow, limits) {
                        (true, _) => dice.between(0.2, 0.7),
                        (false, true) => 8.0,
                        (false, false) => 1.0,
                    };
                    Work::Read(time(1.0 / (BASE * pace)))
                }
                (true, Planted::Awaiting) => Work::Call(time(all * calls as f64), calls),
                (true, Planted::DeclaredRate) => {
                    Work::Throttle((node.rate * BASE * 3_600.0).round() as u32)
                }
                (true, Planted::HotKey) => {
                    node.instances = dice.one_of(&[2, 3, 4]);
                    node.is_keyed = true;
                    // The instance of the hot key has some of the other keys too.
                    let hot = dice.between(0.6, 0.9);
                    let at_one = hot + (1.0 - hot) / node.instances as f64;
                    node.hot = Some(hot);
                    Work::Compute(time(each / at_one))
                }
                _ if node.to.is_empty() && waits => Work::Send(time(all)),
                _ if node.to.is_empty() => Work::Write(time(all)),
                (false, _) if waits => Work::Call(time(all * calls as f64), calls),
                _ => Work::Compute(time(all)),
            };
        }
        if self.reason == Planted::Source {
            let node = &mut self.nodes[self.planted];
            if let Work::Compute(time)
            | Work::Write(time)
            | Work::Send(time)
            | Work::Call(time, _) = &mut node.work
            {
                *time /= 2;
            }
        }
    }

    /// The nodes upstream of one.
    fn upstream(&self, node: usize) -> Vec<usize> {
        let mut found = Vec::new();
        let mut next = vec![node];
        while let Some(at) = next.pop() {
            for from in &self.nodes[at].from {
                if !found.contains(from) {
                    found.push(*from);
                    next.push(*from);
                }
            }
        }
        found
    }
}

/// Nodes in the order of the data, each connected to some of the four before it.
fn connected(dice: &mut Dice, sources: usize) -> Vec<Drawn> {
    let count = 4 + dice.below(11);
    let node = |dice: &mut Dice| Drawn {
        from: Vec::new(),
        to: Vec::new(),
        instances: dice.one_of(&[1, 1, 2, 3, 4]),
        emits: 1.0,
        rate: 0.0,
        work: Work::Read(Duration::ZERO),
        hot: None,
        is_keyed: dice.below(3) == 0,
    };
    let mut nodes: Vec<Drawn> = (0..count).map(|_| node(dice)).collect();
    for source in &mut nodes[..sources] {
        source.instances = 1;
    }
    let mut connect = |from: usize, to: usize| {
        nodes[from].to.push(to);
        nodes[to].from.push(from);
    };
    let mut used = vec![false; count];
    for to in sources..count {
        let least = to.saturating_sub(4);
        let first = least + dice.below(to - least);
        connect(first, to);
        used[first] = true;
        let second = least + dice.below(to - least);
        if dice.below(4) == 0 && second != first {
            connect(second, to);
            used[second] = true;
        }
    }
    // All but the last are consumed, or are sinks; a source is no sink.
    for from in (0..count - 1).filter(|from| !used[*from]) {
        if from < sources || dice.below(2) == 0 {
            let begin = (from + 1).max(sources);
            connect(from, begin + dice.below(count - begin));
        }
    }
    // A sink has one instance.
    nodes.iter_mut().filter(|node| node.to.is_empty()).for_each(|sink| sink.instances = 1);
    nodes
}

/// How many events each node emits and receives.
fn emitting(dice: &mut Dice, nodes: &mut [Drawn], sources: usize) {
    for at in 0..nodes.len() {
        let rate: f64 =
            nodes[at].from.iter().map(|from| nodes[*from].rate * nodes[*from].emits).sum();
        let node = &mut nodes[at];
        node.rate = if at < sources { 1.0 } else { rate };
        let chosen = dice.one_of(&[1.0, 1.0, 1.0, 0.5, 0.1, 2.0, 5.0]);
        let stays_small = node.rate * chosen <= 10.0 && node.rate * chosen >= 0.05;
        node.emits = if at >= sources && stays_small { chosen } else { 1.0 };
    }
}
