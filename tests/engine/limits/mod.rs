//! The limit of a job, named on the real engine: random graphs with one planted limit each.

mod graph;
mod logged;
mod wired;

use crate::simulation::{self, Virtual};
use graph::{Graph, Planted};
use millstream::metrics::{Cause, LimitReason, LiveMetrics};
use millstream::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use wired::wired;

/// The graphs that are reported. Nothing about the rule was adjusted with them; that was done with
/// the seeds from 10,000.
const REPORTED: Range<u64> = 0..204;

/// How many graphs run at the same time.
const THREADS: usize = 4;

/// How long after its start a job is asked.
const ASKED_AT: Duration = Duration::from_secs(10);

/// What is found about a graph.
#[derive(Debug, Default)]
struct Judged {
    graphs: u32,
    /// The planted node is named first.
    first: u32,
    /// It is named.
    named: u32,
    /// With its reason.
    reason: u32,
    /// How many other nodes are named.
    others: usize,
}

/// What the job of a graph does, after a while.
fn watched(graph: &Graph) -> LiveMetrics {
    let clock = Virtual::default();
    let topology = wired(graph, &clock);
    let config = Config::default().batch(8);
    let mut job = simulation::start_by(&clock, graph.seed, topology, config).unwrap();
    let watch = job.job.watch();
    job.work_until(&clock, ASKED_AT);
    (*watch.latest()).clone()
}

/// The reasons that fit to a planted one.
fn fits(planted: Planted, reason: LimitReason) -> bool {
    reason
        == match planted {
            Planted::Cpu => LimitReason::Cpu,
            Planted::Awaiting => LimitReason::Awaiting,
            Planted::HotKey => LimitReason::HotKey,
            Planted::SlowSink => LimitReason::SlowSink,
            Planted::DeclaredRate => LimitReason::DeclaredRate,
            Planted::Source => LimitReason::Source,
        }
}

fn judge(graph: &Graph, live: &LiveMetrics, into: &mut Judged) -> bool {
    let cause = Cause::of(live);
    let name = format!("n{}", graph.planted);
    let planted = live.nodes.iter().position(|node| node.name == name);
    let (first, named) = if graph.reason == Planted::Source {
        (cause.node.is_none(), cause.node.is_none())
    } else {
        let first = cause.node == planted;
        (first, first || planted.is_some_and(|planted| cause.also.contains(&planted)))
    };
    let reason = first && fits(graph.reason, cause.reason);
    into.graphs += 1;
    into.first += u32::from(first);
    into.named += u32::from(named);
    into.reason += u32::from(reason);
    into.others += cause.also.len();
    if !reason {
        println!("seed {}: {name} is the limit by {:?}; {cause}", graph.seed, graph.reason);
    }
    reason
}

/// Runs the graphs of some seeds, on a few threads.
fn all(seeds: Range<u64>) -> BTreeMap<Planted, Judged> {
    let judged: Mutex<BTreeMap<Planted, Judged>> = Mutex::default();
    let next = AtomicU64::new(seeds.start);
    let work = || {
        while let Some(seed) =
            Some(next.fetch_add(1, Ordering::Relaxed)).filter(|at| *at < seeds.end)
        {
            let graph = Graph::random(seed);
            let live = watched(&graph);
            judge(&graph, &live, judged.lock().unwrap().entry(graph.reason).or_default());
        }
    };
    std::thread::scope(|threads| {
        for _ in 0..THREADS {
            threads.spawn(work);
        }
    });
    judged.into_inner().unwrap()
}

#[test]
fn the_limit_of_a_random_graph_is_named_with_its_reason() {
    let judged = all(REPORTED);
    let sum = |of: fn(&Judged) -> u32| judged.values().map(of).sum::<u32>();
    let (graphs, first) = (sum(|one| one.graphs), sum(|one| one.first));
    let (named, reason) = (sum(|one| one.named), sum(|one| one.reason));
    let others: usize = judged.values().map(|one| one.others).sum();
    println!(
        "seeds {REPORTED:?}: of {graphs} limits {named} named, {first} of them first, {reason} of \
         those with their reason; {others} other nodes named too"
    );
    judged.iter().for_each(|(reason, judged)| println!("{reason:?}: {judged:?}"));
    assert!(first * 100 >= graphs * 95, "{first} of {graphs}");
    assert!(reason * 100 >= graphs * 93, "{reason} of {graphs}");
}
