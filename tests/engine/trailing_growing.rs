//! Trailing windows of many events, with aggregates whose state grows with their values.

use crate::simulation;
use crate::support::{BATCHES, INSTANCES, mixed, sorted};
use millstream::prelude::*;
use std::collections::BTreeSet;

/// Events of two keys in order of time, several in one second at times.
fn events(count: u64) -> Vec<(i64, u64, u64)> {
    (0..count).map(|n| ((n - mixed(n) % 3 % (n + 1)) as i64 / 2, n % 2, mixed(n) % 50)).collect()
}

/// The values of a key in a window that looks back from an event, in order.
fn before(events: &[(i64, u64, u64)], at: usize, span: i64) -> Vec<u64> {
    let (until, key, _) = events[at];
    let values =
        events[..=at].iter().filter(|(time, other, _)| *other == key && *time > until - span);
    values.map(|event| event.2).collect()
}

#[test]
fn growing_aggregates_of_many_events_are_those_of_the_oracle() {
    let mut events = events(500);
    events.sort_by_key(|event| event.0);
    for (instances, batch) in INSTANCES.into_iter().zip(BATCHES) {
        let found = Collected::new();
        let given = events.clone();
        let topology = topology!(
            events = source(from_iter(given))
                >> event_time(|event| EventTime::from_secs(event.0), lateness(0.secs())),
            trailing = events
                >> by(|event| event.1)
                >> window(trailing([30.secs(), 200.secs(), 1.days()]))
                >> aggregate(|event| (event.2, event.2), (distinct(), collect())) * instances,
            trailing >> map(|result| (result.event, result.value)) >> sink(found.sink()),
            trailing.late >> ignore,
        );
        simulation::run(1, topology, Config::default().batch(batch)).unwrap();
        let expected = (0..events.len()).map(|at| {
            let window = |span| {
                let values = before(&events, at, span);
                let different: BTreeSet<_> = values.iter().collect();
                (different.len() as u64, values)
            };
            (events[at], [30, 200, 86_400].map(window))
        });
        assert_eq!(sorted(found.take()), sorted(expected.collect()));
    }
}
