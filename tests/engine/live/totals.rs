//! Times since the start of the job: what monitoring systems take the rate of.

use super::{Pace, Seen, called, only};
use crate::simulation::Virtual;
use crate::support::{BATCHES, INSTANCES, numbered};
use millstream::metrics::LiveMetrics;
use millstream::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

fn held_back(instances: usize, pace: Arc<Pace>) -> Topology {
    topology!(
        numbers = source(from_iter(0..1_000_000_u64)),
        counted = numbers >> by(|number| number % 7) >> buffer(2) >> numbered * instances,
        counted >> map(|counted| counted.1) >> buffer(2) >> called(pace) >> ignore,
    )
}

#[test]
fn the_times_of_all_phases_add_up_to_the_uptime() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let clock = Virtual::default();
        let topology = held_back(instances, Pace::of(&clock, 1.hours()));
        let mut seen = Seen::start(&clock, 1, topology, Config::default().batch(batch).buffer(2));
        let begun = seen.watch.latest().at.unwrap();
        for second in 2..5 {
            let live = seen.at(second);
            for one in live.nodes.iter().flat_map(|node| &node.instances) {
                let spent: Duration = one.phase_totals.named().map(|(_, time)| time).iter().sum();
                assert_eq!(spent, live.uptime, "{live}");
            }
            assert_eq!(live.at.unwrap() - begun, live.uptime, "{live}");
        }
    }
}

#[test]
fn the_wait_for_room_goes_on_while_it_lasts() {
    let clock = Virtual::default();
    let topology = held_back(1, Pace::of(&clock, 1.hours()));
    let mut seen = Seen::start(&clock, 1, topology, Config::default().batch(7).buffer(2));
    let (early, late) = (seen.at(2), seen.at(5));
    let passed = late.uptime - early.uptime;
    let waited = |live: &LiveMetrics| live.edges.iter().map(|edge| edge.waited).max().unwrap();
    assert_eq!(waited(&late) - waited(&early), passed, "{late}");
    let blocked = |live: &LiveMetrics| only(live, "numbers").phase_totals.blocked;
    assert_eq!(blocked(&late) - blocked(&early), passed, "{late}");
    let awaiting = |live: &LiveMetrics| only(live, "called").phase_totals.awaiting;
    assert_eq!(awaiting(&late) - awaiting(&early), passed, "{late}");
}

/// All counters as they are exposed.
fn counters(live: &LiveMetrics) -> BTreeMap<String, f64> {
    let families = live.families().into_iter();
    let counters = families.filter(|family| family.kind.grows());
    let samples = counters.flat_map(|family| family.samples);
    samples.map(|one| (format!("{} {:?}", one.name, one.labels), one.value.as_f64())).collect()
}

#[test]
fn no_counter_of_a_running_job_goes_back_or_away() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let clock = Virtual::default();
        let topology = held_back(instances, Pace::of(&clock, 3.millis()));
        let mut seen = Seen::start(&clock, 1, topology, Config::default().batch(batch));
        let mut before = counters(&seen.at(1));
        for second in 2..6 {
            let now = counters(&seen.at(second));
            for (name, count) in &before {
                assert!(now.get(name).is_some_and(|now| now >= count), "{name}: {count}, {now:?}");
            }
            let seconds = |all: &BTreeMap<String, f64>| {
                let of_tasks = all.iter().filter(|(name, _)| name.contains("task_seconds"));
                of_tasks.map(|(_, time)| time).sum::<f64>()
            };
            assert!(seconds(&now) > seconds(&before), "no time has passed");
            before = now;
        }
    }
}
