//! Windows and order in event time, against models that know nothing of streams.

use crate::simulation;
use crate::support::{BATCHES, INSTANCES, awaited, finishes, mixed, sorted, tagged};
use crate::windows_model::{Case, Dated, Fired, Firing, firing, windows_of};
use millstream::prelude::*;
use millstream::window::Late;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::BTreeMap;

fn time(event: &Dated) -> EventTime {
    EventTime::from_millis(event.time)
}

fn millis(length: i64) -> std::time::Duration {
    std::time::Duration::from_millis(length as u64)
}

/// What the engine makes of a case: the windows it gives on, and what is late.
fn found(case: &Case) -> (Vec<Firing>, Vec<Late<Dated>>) {
    let (windows, late) = (Collected::new(), Collected::new());
    let assigner = sliding(millis(case.size), millis(case.slide));
    let topology = topology!(
        events = source(from_iter(case.events.clone()))
            >> event_time(time, lateness(millis(case.lateness))),
        fired = events >> by(|event| event.key) >> window(assigner) >> firing * case.instances,
        fired >> sink(windows.sink()),
        fired.late >> sink(late.sink()),
    );
    let config = Config::default().batch(case.batch).buffer(case.buffer);
    simulation::run(case.seed, topology, config).unwrap();
    (sorted(windows.take()), late.take())
}

/// A case that fails is printed whole, with its seed: nothing needs to be written down. The cases are
/// the same each time.
fn config() -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(1);
    ProptestConfig { cases: 300, failure_persistence: None, rng_seed, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    /// Also that each window is given on once: a window that came twice would be there twice.
    #[test]
    fn windows_are_those_of_the_model(case in Case::within_lateness()) {
        let (windows, late) = found(&case);
        let expected = windows_of(&case, |_, _| true);
        prop_assert_eq!(&windows, &expected.fired);
        // Only what lies in the gap between two windows belongs to none.
        let outside: Vec<_> = late.into_iter().map(|late| late.event).collect();
        prop_assert_eq!(sorted(outside), sorted(expected.left_out));
    }

    /// Every event is fresh in exactly one window.
    #[test]
    fn every_event_is_fresh_once(case in Case::within_lateness()) {
        let (windows, late) = found(&case);
        let mut fresh: Vec<usize> = windows.iter().flat_map(|window| window.fresh.clone()).collect();
        fresh.extend(late.iter().map(|late| late.event.id));
        prop_assert_eq!(sorted(fresh), (0..case.events.len()).collect::<Vec<_>>());
    }

    /// One by one, and in one task, a watermark follows each event: who is late is known exactly.
    #[test]
    fn what_is_beyond_the_lateness_is_late(case in Case::any_disorder()) {
        let case = Case { batch: 1, instances: 1, slide: case.slide.min(case.size), ..case };
        let (windows, late) = found(&case);
        let expected = windows_of(&case, |end, watermark| end > watermark);
        prop_assert_eq!(&windows, &expected.fired);
        prop_assert!(late.iter().all(|late| late.time < late.watermark && late.time == time(&late.event)));
        let late: Vec<_> = late.into_iter().map(|late| late.event).collect();
        prop_assert_eq!(late, expected.left_out);
    }

    /// With other batches and more instances watermarks come later, but nothing is lost or doubled.
    #[test]
    fn every_event_is_in_a_window_or_late(case in Case::any_disorder()) {
        let case = Case { slide: case.size, ..case };
        let (windows, late) = found(&case);
        let mut ids: Vec<usize> = windows.iter().flat_map(|window| window.ids.clone()).collect();
        ids.extend(late.iter().map(|late| late.event.id));
        prop_assert_eq!(sorted(ids), (0..case.events.len()).collect::<Vec<_>>());
        let mut names: Vec<_> = windows.iter().map(|window| (window.key, window.start)).collect();
        names.dedup();
        prop_assert_eq!(names.len(), windows.len(), "a window was given on twice");
    }

    /// The least watermark of two sources decides.
    #[test]
    fn windows_over_two_sources_are_those_of_the_model(case in Case::within_lateness()) {
        let windows = Collected::new();
        let (one, two): (Vec<_>, Vec<_>) = case.events.iter().copied().partition(|event| event.id % 3 == 0);
        let assigner = sliding(millis(case.size), millis(case.slide));
        let bound = lateness(millis(case.lateness));
        let topology = topology!(
            one = source(from_iter(one)) >> event_time(time, bound),
            two = source(from_iter(two)) >> event_time(time, bound) >> shuffle >> map(|event| event) * 2,
            fired = [one, two] >> by(|event| event.key) >> window(assigner) >> firing * case.instances,
            fired >> sink(windows.sink()),
            fired.late >> ignore,
        );
        let config = Config::default().batch(case.batch).buffer(case.buffer);
        simulation::run(case.seed, topology, config).unwrap();
        let unordered = |mut windows: Vec<Firing>| {
            windows.iter_mut().for_each(|window| {
                window.ids.sort_unstable();
                window.fresh.clear();
            });
            sorted(windows)
        };
        let expected: Fired = windows_of(&case, |_, _| true);
        prop_assert_eq!(unordered(windows.take()), unordered(expected.fired));
    }

    #[test]
    fn in_order_sorts(case in Case::within_lateness()) {
        let seen = Collected::new();
        let topology = topology!(
            events = source(from_iter(case.events.clone()))
                >> event_time(time, lateness(millis(case.lateness)))
                >> in_order(|event| (event.key, event.id)),
            events >> buffer(case.buffer) >> sink(seen.sink()),
            events.late >> map(|late: Late<Dated>| late.event) >> sink(seen.sink()),
        );
        simulation::run(case.seed, topology, Config::default().batch(case.batch)).unwrap();
        let mut expected = case.events.clone();
        expected.sort_by_key(|event| (event.time, event.key, event.id));
        prop_assert_eq!(seen.take(), expected);
    }

    #[test]
    fn what_comes_late_for_an_order_goes_to_its_late_output(case in Case::any_disorder()) {
        let (seen, late) = (Collected::new(), Collected::new());
        let topology = topology!(
            events = source(from_iter(case.events.clone()))
                >> event_time(time, lateness(millis(case.lateness)))
                >> in_order(|event| event.id),
            events >> sink(seen.sink()),
            events.late >> map(|late: Late<Dated>| late.event) >> sink(late.sink()),
        );
        simulation::run(case.seed, topology, Config::default().batch(case.batch)).unwrap();
        let seen = seen.take();
        prop_assert!(seen.is_sorted_by_key(|event| (event.time, event.id)));
        let mut all: Vec<_> = seen.into_iter().chain(late.take()).map(|event| event.id).collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..case.events.len()).collect::<Vec<_>>());
    }
}

/// Events of 20 minutes, one each second, ten keys.
fn steady() -> Vec<Dated> {
    (0..1_200)
        .map(|id| Dated { key: (mixed(id as u64) % 10) as u8, time: 1_000 * id as i64, id })
        .collect()
}

/// The engine of the book can attach nothing behind a window.
#[test]
fn anything_can_follow_a_window() {
    #[operator]
    async fn summed(window: Window<(), (u8, usize)>) -> (EventTime, usize) {
        (window.start(), window.events().iter().map(|(_, count)| count).sum())
    }
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (seen, late) = (Collected::new(), Collected::new());
        let topology = topology!(
            events = source(from_iter(steady())) >> event_time(time, lateness(2.secs())),
            counts = events
                >> by(|event| event.key)
                >> window(tumbling(10.secs()))
                >> firing * instances,
            per_key = counts
                >> map(|window: Firing| (window.key, window.ids.len())) * instances
                >> shuffle
                >> filter(|(_, count)| *count > 0) * 3,
            totals = per_key >> by(|_| ()) >> window(tumbling(1.mins())) >> summed,
            totals >> sink(seen.sink()),
            [counts.late] >> map(|late: Late<Dated>| late.event.id) >> sink(late.sink()),
            totals.late >> ignore,
        );
        simulation::run(3, topology, Config::default().batch(batch)).unwrap();
        let expected: Vec<_> =
            (0..20).map(|minute| (EventTime::from_secs(60 * minute), 60)).collect();
        assert_eq!(sorted(seen.take()), expected, "{instances} instances, batch {batch}");
        assert!(late.take().is_empty());
    }
}

#[test]
fn a_window_comes_as_soon_as_the_watermark_has_passed_its_end() {
    for instances in INSTANCES {
        let (sender, receiver) = tokio::sync::mpsc::channel(16);
        let windows = Collected::new();
        let topology = topology!(
            events = source(from_channel(receiver)) >> event_time(time, lateness(5.secs())),
            fired = events
                >> by(|event| event.key)
                >> window(tumbling(10.secs()))
                >> firing * instances,
            fired >> sink(windows.sink()),
            fired.late >> ignore,
        );
        let mut simulated = simulation::start(4, topology, Config::default()).unwrap();
        let mut send = |id, time| {
            sender.try_send(Dated { key: 1, time, id }).unwrap();
            simulated.work();
            windows.take().into_iter().map(|window: Firing| window.ids).collect::<Vec<_>>()
        };
        assert_eq!(send(0, 9_000), [[0; 0]; 0]);
        assert_eq!(send(1, 14_999), [[0; 0]; 0]);
        assert_eq!(send(2, 5_000), [[0; 0]; 0]);
        assert_eq!(send(3, 15_000), [[2, 0]]);
        assert_eq!(send(4, 16_000), [[0; 0]; 0]);
        assert_eq!(send(5, 25_000), [[1, 3, 4]]);
    }
}

#[test]
fn an_operator_on_windows_can_keep_state_between_them() {
    #[operator]
    async fn growth(window: Window<u8, Dated>, last: &mut usize) -> (u8, EventTime, i64) {
        let before = std::mem::replace(last, window.len());
        (*window.key(), window.start(), window.len() as i64 - before as i64)
    }
    for instances in INSTANCES {
        let growths = Collected::new();
        let topology = topology!(
            events = source(from_iter(steady())) >> event_time(time, lateness(2.secs())),
            grown =
                events >> by(|event| event.key) >> window(tumbling(1.mins())) >> growth * instances,
            grown >> sink(growths.sink()),
            grown.late >> ignore,
        );
        simulation::run(5, topology, Config::default().batch(7)).unwrap();
        let mut sums: BTreeMap<u8, i64> = BTreeMap::new();
        for (key, start, growth) in sorted(growths.take()) {
            let sum = sums.entry(key).or_default();
            *sum += growth;
            let minute = start..start + 1.mins();
            let count = steady()
                .iter()
                .filter(|event| event.key == key && minute.contains(&time(event)))
                .count();
            assert_eq!(*sum, count as i64, "key {key} at {start}");
        }
        assert_eq!(sums.len(), 10);
    }
}

#[test]
fn what_was_spread_can_be_brought_together_in_order() {
    for (instances, seed) in INSTANCES.into_iter().flat_map(|n| (0..10).map(move |seed| (n, seed)))
    {
        let (seen, late) = (Collected::new(), Collected::new());
        let topology = topology!(
            spread = source(from_iter(steady()))
                >> event_time(time, lateness(0.secs()))
                >> shuffle
                >> map(|event| event) * instances,
            ordered = spread >> to_one >> in_order(|_| ()),
            ordered >> sink(seen.sink()),
            ordered.late >> sink(late.sink()),
        );
        simulation::run(seed, topology, Config::default().batch(7).buffer(20)).unwrap();
        assert_eq!(seen.take(), steady(), "{instances} instances, seed {seed}");
        assert!(late.take().is_empty());
    }
}

/// Behind a merge, a fan-out or an operator that awaits there is no node that could do it on the way.
#[test]
fn event_time_and_order_can_be_said_anywhere() {
    for (instances, seed) in INSTANCES.into_iter().flat_map(|n| (0..5).map(move |seed| (n, seed))) {
        let (seen, merged, ordered) = (Collected::new(), Collected::new(), Collected::new());
        let bound = lateness(0.secs());
        let topology = topology!(
            one = source(from_iter(steady())),
            two = source(from_iter(steady())) >> awaited,
            waited = one >> awaited,
            slow = waited >> event_time(time, bound) >> in_order(|_| ()),
            a = one
                >> event_time(time, bound)
                >> by(|event| event.key)
                >> map(|event| event) * instances,
            b = two
                >> event_time(time, bound)
                >> by(|event| event.key)
                >> map(|event| event) * instances,
            fired = [slow, a, b]
                >> by(|event| event.key)
                >> window(tumbling(10.secs()))
                >> firing * instances,
            fired >> sink(seen.sink()),
            [one, one]
                >> event_time(time, bound)
                >> by(|event| event.key)
                >> tagged * instances
                >> sink(merged.sink()),
            twice = [one, one] >> event_time(time, lateness(1.hours())) >> in_order(|_| ()),
            spread = twice >> shuffle >> awaited * 2,
            together = spread >> to_one >> in_order(|_| ()),
            together >> sink(ordered.sink()),
            [slow.late, fired.late, twice.late, together.late] >> ignore,
        );
        simulation::run(seed, topology, Config::default().batch(7).buffer(8)).unwrap();
        let in_windows: usize = seen.take().iter().map(|window| window.ids.len()).sum();
        assert_eq!(in_windows, 3 * 1_200, "{instances} instances, seed {seed}");
        assert_eq!(merged.take().len(), 2 * 1_200);
        let twice: Vec<_> = steady().into_iter().flat_map(|event| [event; 2]).collect();
        assert_eq!(ordered.take(), twice, "{instances} instances, seed {seed}");
    }
}

#[test]
fn every_instance_can_have_an_order_of_its_own() {
    for instances in INSTANCES {
        let seen = Collected::new();
        let topology = topology!(
            mine = source(from_iter(steady().into_iter().rev()))
                >> event_time(time, lateness(1.hours()))
                >> shuffle
                >> instances(instances)
                >> in_order(|_| ()),
            mine >> tagged * instances >> sink(seen.sink()),
            mine.late >> ignore,
        );
        simulation::run(6, topology, Config::default().batch(7)).unwrap();
        let seen = seen.take();
        for instance in 0..instances {
            let mine = seen.iter().filter(|(_, at)| *at == instance).map(|(event, _)| event.time);
            assert!(mine.clone().count() > 0 && mine.is_sorted(), "instance {instance}");
        }
        assert_eq!(
            sorted(seen.iter().map(|(event, _)| event.id).collect()),
            (0..1_200).collect::<Vec<_>>()
        );
    }
}

/// A broken clock says anything. Such an event may be late, but must not stop the job.
#[test]
fn an_event_from_the_end_of_time_does_not_stop_the_job() {
    let extremes = [i64::MIN, i64::MIN + 1, i64::MAX - 1, i64::MAX];
    for (extreme, slide) in
        extremes.into_iter().flat_map(|extreme| [5, 10].map(|slide| (extreme, slide)))
    {
        let (counts, late) = finishes(&format!("time {extreme}, slide {slide}"), move || {
            let (counts, late) = (Collected::new(), Collected::new());
            let at = move |id: &usize| {
                EventTime::from_micros(if *id == 3 { extreme } else { *id as i64 })
            };
            #[operator]
            async fn fresh_ones(window: Window<(), usize>) -> usize {
                window.fresh().count()
            }
            let topology = topology!(
                events = source(from_iter(0..6_usize)) >> event_time(at, lateness(1.hours())),
                fresh =
                    events >> by(|_| ()) >> window(sliding(10.secs(), slide.secs())) >> fresh_ones,
                fresh >> sink(counts.sink()),
                fresh.late >> sink(late.sink()),
            );
            simulation::run(7, topology, Config::default().batch(2)).unwrap();
            (counts.take(), late.take().len())
        });
        assert_eq!(counts.iter().sum::<usize>() + late, 6, "time {extreme}, slide {slide}");
    }
}
