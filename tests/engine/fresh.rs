//! Windows that are emitted when they have a fresh event: to operators, and as aggregates.

use crate::simulation;
use crate::support::{BATCHES, INSTANCES, mixed, sorted};
use millstream::prelude::*;
use millstream::window::Sliding;

/// A key, the bounds in seconds, the number of events.
type Counted = (u64, i64, i64, u64);

fn seconds(time: EventTime) -> i64 {
    time.as_micros().div_euclid(1_000_000)
}

#[operator]
async fn counted(window: Window<u64, (u64, i64)>) -> Counted {
    (*window.key(), seconds(window.start()), seconds(window.end()), window.len() as u64)
}

/// Keys and times that are out of order by up to ten seconds, and have gaps.
fn events(seed: u64) -> Vec<(u64, i64)> {
    let event = |n: u64| {
        let random = mixed(seed * 1_000 + n);
        let behind = if random.is_multiple_of(4) { random / 4 % 10 } else { 0 };
        (random % 3, (n * 2 + n / 30 * 100) as i64 - behind as i64)
    };
    (0..200).map(event).collect()
}

/// What an operator sees, and what an aggregate emits.
fn both(seed: u64, windows: Sliding, instances: usize, batch: usize) -> [Vec<Counted>; 2] {
    let (seen, emitted) = (Collected::new(), Collected::new());
    let topology = topology!(
        events = source(from_iter(events(seed)))
            >> event_time(|event| EventTime::from_secs(event.1), lateness(3.secs())),
        whole = events >> by(|event| event.0) >> window(windows) >> counted * instances,
        whole >> sink(seen.sink()),
        whole.late >> ignore,
        counts = events
            >> by(|event| event.0)
            >> window(windows)
            >> aggregate(|_| (), count()) * instances,
        counts
            >> map(|count| (count.key, seconds(count.start), seconds(count.end), count.value))
            >> sink(emitted.sink()),
        counts.late >> ignore,
    );
    simulation::run(seed, topology, Config::default().batch(batch)).unwrap();
    [sorted(seen.take()), sorted(emitted.take())]
}

#[test]
fn an_aggregate_is_emitted_when_its_window_has_a_fresh_event() {
    for (seed, batch) in (0..9).zip(BATCHES.into_iter().cycle()) {
        for windows in [
            sliding(20.secs(), 5.secs()),
            sliding(7.secs(), 2.secs()).offset(1.secs()),
            sliding(5.secs(), 5.secs()),
            sliding(2.secs(), 5.secs()),
        ] {
            let [all, _] = both(seed, windows, 1, batch);
            for instances in INSTANCES {
                let [seen, emitted] = both(seed, windows.when_fresh(), instances, batch);
                assert_eq!(emitted, seen, "{windows}, seed {seed}, {instances}, {batch}");
                assert!(seen.iter().all(|window| all.contains(window)));
                assert!(seen.len() < all.len() || windows.to_string() != "sliding 20s by 5s");
            }
        }
    }
}
