//! Edges between the same nodes: each has its own share of what both count.

use super::{Pace, Seen, called, number, only, ticks};
use crate::simulation::Virtual;
use crate::support::{BATCHES, INSTANCES};
use millstream::metrics::{LiveEdge, LiveMetrics, PerSecond};
use millstream::prelude::*;
use std::sync::Arc;

fn time(number: &u64) -> EventTime {
    EventTime::from_millis(i64::try_from(*number).unwrap())
}

/// A join of a stream with itself.
fn with_itself(instances: usize, pace: Arc<Pace>) -> Topology {
    topology!(
        one = source(ticks(10.millis())) >> map(number) >> event_time(time, lateness(0.secs())),
        both = (one >> by(|number| number % 7), one >> by(|number| number % 7))
            >> join(within(0.secs(), 0.secs())) * instances,
        both >> map(|both| both.0) >> called(pace) >> ignore,
        both.late >> ignore,
        both.unmatched >> ignore,
    )
}

/// A join of two streams that are alike.
fn of_two(instances: usize, pace: Arc<Pace>) -> Topology {
    topology!(
        one = source(ticks(10.millis())) >> map(number) >> event_time(time, lateness(0.secs())),
        two = source(ticks(10.millis())) >> map(number) >> event_time(time, lateness(0.secs())),
        both = (one >> by(|number| number % 7), two >> by(|number| number % 7))
            >> join(within(0.secs(), 0.secs())) * instances,
        both >> map(|both| both.0) >> called(pace) >> ignore,
        both.late >> ignore,
        both.unmatched >> ignore,
    )
}

fn sides(live: &LiveMetrics) -> [&LiveEdge; 2] {
    let both = live.nodes.iter().position(|node| node.name == "both").unwrap();
    let sides = live.edges.iter().filter(|edge| edge.to == both);
    sides.collect::<Vec<_>>().try_into().unwrap()
}

#[test]
fn each_side_of_a_join_of_a_stream_with_itself_has_its_own_events() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        for joined in [with_itself, of_two] {
            let clock = Virtual::default();
            let topology = joined(instances, Pace::of(&clock, 1.micros()));
            let config = Config::default().batch(batch).buffer(16);
            let live = Seen::start(&clock, 1, topology, config).at(4);
            let emitted = only(&live, "one").counts.events_out;
            assert!((390..=401).contains(&emitted), "{live}");
            for side in sides(&live) {
                assert_eq!((side.events, side.rate), (emitted, PerSecond(100.0)), "{live}");
                assert_eq!((side.buffered, side.dropped), (0, 0), "{live}");
            }
        }
    }
}

#[test]
fn each_side_of_a_join_of_a_stream_with_itself_has_its_own_channels() {
    for batch in BATCHES {
        for instances in INSTANCES.into_iter().filter(|instances| *instances > 1) {
            for joined in [with_itself, of_two] {
                let clock = Virtual::default();
                let topology = joined(instances, Pace::of(&clock, 1.hours()));
                let config = Config::default().batch(batch).buffer(16);
                let live = Seen::start(&clock, 1, topology, config).at(4);
                for side in sides(&live) {
                    assert_eq!(side.capacity, 16 * instances as u64, "{live}");
                    assert!(side.buffered > 8 && side.buffered <= side.capacity, "{side:?}");
                    assert_eq!(side.events, only(&live, "one").counts.events_out, "{live}");
                }
            }
        }
    }
}

#[test]
fn a_node_that_reads_an_output_twice_drops_by_each_edge() {
    for batch in BATCHES {
        let clock = Virtual::default();
        let pace = Pace::of(&clock, 1.hours());
        let topology = topology!(
            one = source(from_iter(0..4_000_u64)),
            twice = [one, one] >> buffer(8) >> overflow(drop_newest) >> called(pace),
            twice >> ignore,
            twice.overflow >> ignore,
        );
        let mut seen = Seen::start(&clock, 1, topology, Config::default().batch(batch).buffer(8));
        let live = seen.at(2);
        let twice = live.nodes.iter().position(|node| node.name == "twice").unwrap();
        let edges: Vec<_> = live.edges.iter().filter(|edge| edge.to == twice).collect();
        let [first, second] = edges[..] else { panic!("{live}") };
        let all = only(&live, "twice").counts.overflow;
        assert!(all > 6_000, "{live}");
        assert_eq!((first.events, second.events), (4_000, 4_000), "{live}");
        assert_eq!(first.dropped + second.dropped, all, "{live}");
        assert!(first.dropped.abs_diff(second.dropped) <= 1, "{live}");
    }
}
