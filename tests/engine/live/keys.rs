//! The keys of most events.

use super::{Pace, Seen, computed, node, number, ticks};
use crate::simulation::Virtual;
use crate::support::{BATCHES, numbered};
use crate::traced::Log;
use millstream::key::KeyHash;
use millstream::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tracing::subscriber::{NoSubscriber, set_default};

#[derive(Debug, Clone, PartialEq, Eq, Key)]
enum Buyer {
    Guest,
    Member { shop: &'static str, number: u64 },
}

fn buyer(number: u64) -> Buyer {
    match number % 4 {
        0 | 1 => Buyer::Member { shop: "north", number: 7 },
        2 => Buyer::Guest,
        _ => Buyer::Member { shop: "south", number },
    }
}

#[test]
fn the_keys_of_most_events_are_named_with_their_share() {
    for batch in BATCHES {
        let clock = Virtual::default();
        let topology = topology!(
            numbers = source(ticks(1.millis())) >> map(number),
            counted = numbers >> by(|number| buyer(*number)) >> numbered * 2,
            counted >> ignore,
        );
        let mut seen = Seen::start(&clock, 1, topology, Config::default().batch(batch));
        let live = seen.at(3);
        let top = &node(&live, "counted").top_keys;
        let names: Vec<_> = top.iter().map(|key| key.key.as_str()).collect();
        assert_eq!(names, ["Member(north, 7)", "Guest"], "{live}");
        assert!((top[0].share.0 - 0.5).abs() < 0.03, "{top:?}");
        assert!((top[1].share.0 - 0.25).abs() < 0.03, "{top:?}");
        assert!(node(&live, "numbers").top_keys.is_empty(), "it receives by no key");
    }
}

#[test]
fn one_hot_key_among_many_is_named_in_full_batches() {
    let clock = Virtual::default();
    let pace = Pace::of(&clock, 10.micros());
    let topology = topology!(
        numbers = source(from_iter(0..40_000_u64)),
        hot = numbers
            >> by(|number| if number % 10 < 3 { 42 } else { *number })
            >> computed(pace) * 3,
        hot >> ignore,
    );
    let mut seen = Seen::start(&clock, 1, topology, Config::default());
    // Nothing waits, so the first look is at the end.
    let live = seen.at(2);
    let [hot] = node(&live, "hot").top_keys.as_slice() else { panic!("not one key: {live}") };
    assert_eq!(hot.key, "42");
    assert!((hot.share.0 - 0.3).abs() < 0.06, "{hot}");
}

/// A batch is closed when it is full, when its task is about to wait, or by a mark.
#[test]
fn the_keys_of_a_batch_that_a_mark_closes_are_counted() {
    for instances in [2, 3] {
        let clock = Virtual::default();
        let pace = Pace::of(&clock, 10.micros());
        let topology = topology!(
            numbers = source(from_iter(0..100_u64)),
            counted = numbers >> by(|_| "all") >> computed(pace) * instances,
            counted >> ignore,
        );
        let mut seen = Seen::start(&clock, 1, topology, Config::default());
        let live = seen.at(1);
        let top = &node(&live, "counted").top_keys;
        let keys: Vec<_> = top.iter().map(|key| (key.key.as_str(), key.share.0)).collect();
        assert_eq!(keys, [("all", 1.0)], "{live}");
    }
}

#[test]
fn a_key_that_is_hot_no_more_is_forgotten() {
    let clock = Virtual::default();
    let topology = topology!(
        numbers = source(ticks(1.millis())) >> map(number),
        counted = numbers >> by(|number| number / 2_000) >> numbered * 2,
        counted >> ignore,
    );
    let mut seen = Seen::start(&clock, 1, topology, Config::default());
    let most = |seen: &mut Seen, second| {
        let live = seen.at(second);
        node(&live, "counted").top_keys.first().map(|key| key.key.clone())
    };
    assert_eq!(most(&mut seen, 2).as_deref(), Some("0"));
    assert_eq!(most(&mut seen, 4).as_deref(), Some("1"));
    seen.job.work_until(&clock, Duration::from_millis(5_500));
    assert_eq!(most(&mut seen, 6).as_deref(), Some("2"));
}

/// A key that counts how often it is named.
#[derive(Clone)]
struct Named(Arc<AtomicU64>);

impl PartialEq for Named {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Named {}

impl Key for Named {
    fn key_hash(&self) -> KeyHash {
        7_u64.key_hash()
    }

    fn key_text(&self) -> Option<String> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Some("named".to_owned())
    }
}

/// How often the key of a job that is run is named.
async fn names() -> u64 {
    let named = Arc::new(AtomicU64::new(0));
    let key = Named(Arc::clone(&named));
    let topology = topology!(
        numbers = source(ticks(1.millis())) >> map(number),
        counted = numbers >> by(move |_| key.clone()) >> numbered * 2,
        counted >> ignore,
    );
    let run = topology.run(Config::default().batch(7));
    assert!(tokio::time::timeout(3.secs(), run).await.is_err(), "it goes on");
    named.load(Ordering::Relaxed)
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_run_samples_keys_for_its_log_alone() {
    let nobody = set_default(NoSubscriber::new());
    assert_eq!(names().await, 0, "nobody reads the log");
    drop(nobody);
    let _reads = set_default(Log::default());
    assert!(names().await > 0);
}
