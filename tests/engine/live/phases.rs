//! Under each kind of wait, a task is in the phase of that wait, and all phases add up.

use super::{
    Pace, Seen, assert_share, called, called_at_once, computed, node, number, only, ticks,
};
use crate::simulation::Virtual;
use crate::support::{BATCHES, INSTANCES, numbered};
use millstream::env::Env;
use millstream::metrics::{JobState, Share};
use millstream::prelude::*;
use millstream::sink::{Appends, Sink, Writer};
use millstream::time::Clock;
use std::time::Duration;

fn config(batch: usize) -> Config {
    Config::default().batch(batch)
}

#[test]
fn a_task_that_waits_for_input_is_idle_and_its_rate_is_what_passes() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let clock = Virtual::default();
        let topology = topology!(
            ticks = source(ticks(100.millis())),
            counted = ticks >> map(number) >> by(|number| *number) >> numbered * instances,
            counted >> ignore,
        );
        let mut seen = Seen::start(&clock, 1, topology, config(batch));
        let live = seen.at(5);
        assert_eq!((live.state, live.window), (JobState::Running, Duration::from_secs(1)));
        let counted = node(&live, "counted");
        assert!((counted.received().0 - 10.0).abs() < 1.1, "{live}");
        assert_eq!(counted.instances.len(), instances);
        assert!(counted.instances.iter().all(|one| one.phases.idle.0 > 0.999), "{live}");
        let edge = live.edges.iter().find(|edge| live.nodes[edge.to].name == "counted").unwrap();
        assert!((edge.rate.0 - 10.0).abs() < 1.1, "{live}");
    }
}

#[test]
fn a_task_that_computes_is_busy_for_as_long_as_it_does() {
    for batch in BATCHES {
        let clock = Virtual::default();
        let pace = Pace::of(&clock, 30.millis());
        let topology = topology!(
            ticks = source(ticks(100.millis())),
            numbers = ticks >> map(number),
            numbers >> buffer(64) >> computed(pace) >> ignore,
        );
        let mut seen = Seen::start(&clock, 1, topology, config(batch));
        let live = seen.at(4);
        let phases = only(&live, "computed").phases;
        assert_share(phases.busy, 0.3, &live);
        assert_share(phases.idle, 0.7, &live);
        assert_share(only(&live, "ticks").phases.idle, 1.0, &live);
    }
}

#[test]
fn a_task_that_is_blocked_for_longer_than_a_window_is_seen_as_blocked_meanwhile() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let clock = Virtual::default();
        let pace = Pace::of(&clock, 1.hours());
        let topology = topology!(
            numbers = source(from_iter(0..1_000_000_u64)),
            hashed =
                numbers >> by(|number| *number) >> buffer(2) >> map(|number| number) * instances,
            hashed >> buffer(2) >> called(pace) >> ignore,
        );
        let mut seen = Seen::start(&clock, 1, topology, config(batch).buffer(2));
        for second in 2..5 {
            let live = seen.at(second);
            // The source waits for room in one; the others have nothing to do then.
            let hashed = node(&live, "hashed").instances.iter();
            let hashed = hashed.max_by(|one, other| one.fill.0.total_cmp(&other.fill.0)).unwrap();
            assert_share(hashed.phases.blocked, 1.0, &live);
            assert_eq!(hashed.blocked_on, Some(1), "{live}");
            let [into, out] = [&live.edges[0], &live.edges[1]];
            assert_eq!(only(&live, "numbers").blocked_on, Some(0), "{live}");
            assert_share(into.wait, 1.0, &live);
            assert_share(out.wait, 1.0, &live);
            assert_share(into.fill, 1.0, &live);
            assert_share(out.fill, 1.0, &live);
            assert!(instances > 1 || out.buffered == out.capacity, "{live}");
            assert_share(only(&live, "called").phases.awaiting, 1.0, &live);
            assert_share(only(&live, "called").fill, 1.0, &live);
        }
    }
}

#[test]
fn an_operator_with_room_for_calls_is_idle_and_one_without_is_awaiting() {
    for batch in BATCHES {
        let clock = Virtual::default();
        let pace = Pace::of(&clock, 40.millis());
        let topology = topology!(
            ticks = source(ticks(100.millis())),
            numbers = ticks >> map(number),
            one = numbers >> buffer(64) >> called(pace.clone()),
            many = numbers >> buffer(64) >> called_at_once(pace),
            [one, many] >> ignore,
        );
        let mut seen = Seen::start(&clock, 1, topology, config(batch));
        let live = seen.at(4);
        assert_share(only(&live, "one").phases.awaiting, 0.4, &live);
        assert_share(only(&live, "one").phases.idle, 0.6, &live);
        assert_share(only(&live, "many").phases.idle, 1.0, &live);
    }
}

#[test]
fn waiting_for_a_declared_rate_is_being_blocked() {
    for batch in BATCHES {
        let clock = Virtual::default();
        let topology = topology!(
            numbers = source(from_iter(0..1_000_000_u64)),
            held = numbers >> throttle(20.per_sec()),
            held >> ignore,
        );
        let mut seen = Seen::start(&clock, 1, topology, config(batch).buffer(8));
        let live = seen.at(4);
        let held = only(&live, "held");
        assert_share(held.phases.blocked, 1.0, &live);
        assert_eq!(held.blocked_on, None, "it waits for no room");
        assert!((held.emitted.0 - 20.0).abs() < 1.1, "{live}");
        let limit = node(&live, "held").limit.unwrap();
        assert!((limit.0 - 20.0).abs() < 1e-6, "{limit}");
        assert_share(only(&live, "numbers").phases.blocked, 1.0, &live);
    }
}

#[test]
fn a_task_is_blocked_on_the_edge_it_waits_for_whatever_its_other_operators_wait_for() {
    for batch in BATCHES {
        let clock = Virtual::default();
        let [quick, soon, never] = [1.micros(), 100.millis(), 1.hours()];
        let pace = |time| Pace::of(&clock, time);
        let topology = topology!(
            numbers = source(from_iter(0..20_u64)),
            one = numbers >> called_at_once(pace(quick)),
            two = numbers >> called_at_once(pace(quick)),
            never = one >> buffer(2) >> called(pace(never)),
            soon = two >> buffer(2) >> called(pace(soon)),
            [never, soon] >> ignore,
        );
        let mut seen = Seen::start(&clock, 1, topology, config(batch));
        for second in [4, 5] {
            let live = seen.at(second);
            let one = live.nodes.iter().position(|node| node.name == "one").unwrap();
            assert_eq!(live.nodes[one].stage, node(&live, "two").stage, "they share a task");
            let edge = live.edges.iter().position(|edge| edge.from == one).unwrap();
            for name in ["one", "two"] {
                assert_share(only(&live, name).phases.blocked, 1.0, &live);
                assert_eq!(only(&live, name).blocked_on, Some(edge), "{batch}\n{live}");
            }
            for (at, other) in live.edges.iter().enumerate() {
                assert_share(other.wait, if at == edge { 1.0 } else { 0.0 }, &live);
            }
        }
    }
}

/// A sink that waits for its resource once, for long.
struct Stuck(Virtual);

struct StuckWriter {
    clock: Virtual,
    has_backlog: bool,
}

impl Sink<u64> for Stuck {
    type Writer = StuckWriter;
    type Repeat = Appends;

    fn open(self, _: &Env) -> millstream::Result<StuckWriter> {
        Ok(StuckWriter { clock: self.0, has_backlog: false })
    }
}

impl Writer<u64> for StuckWriter {
    fn write(&mut self, _: u64) -> millstream::Result<()> {
        self.has_backlog = true;
        Ok(())
    }

    fn has_backlog(&self) -> bool {
        self.has_backlog
    }

    async fn send(&mut self) -> millstream::Result<()> {
        if self.has_backlog {
            self.clock.sleep(1.hours()).await;
        }
        Ok(())
    }
}

#[test]
fn a_task_that_waits_for_its_sink_is_awaiting_whatever_its_other_operators_wait_for() {
    for batch in BATCHES {
        let clock = Virtual::default();
        let [quick, soon] = [1.micros(), 100.millis()].map(|time| Pace::of(&clock, time));
        let topology = topology!(
            numbers = source(from_iter(0..200_u64)),
            stuck = numbers >> sink(Stuck(clock.clone())),
            one = numbers >> called_at_once(quick),
            one >> buffer(2) >> called(soon) >> ignore,
        );
        let mut seen = Seen::start(&clock, 1, topology, config(batch));
        for second in [2, 3] {
            let live = seen.at(second);
            assert_eq!(node(&live, "one").stage, node(&live, "stuck").stage, "they share a task");
            assert_share(only(&live, "stuck").phases.awaiting, 1.0, &live);
            assert_eq!(only(&live, "stuck").blocked_on, None, "{live}");
            assert!(live.edges.iter().all(|edge| edge.wait == Share(0.0)), "{live}");
        }
    }
}
