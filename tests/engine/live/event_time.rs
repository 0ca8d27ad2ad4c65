//! The watermark of an instance, what holds it back, the windows that wait for it.

use super::{Seen, node, only};
use crate::scheduled::Scheduled;
use crate::simulation::Virtual;
use crate::support::{BATCHES, INSTANCES};
use millstream::metrics::WatermarkHolder;
use millstream::prelude::*;
use std::time::Duration;

fn seconds(second: &u64) -> EventTime {
    EventTime::from_secs(i64::try_from(*second).unwrap())
}

/// One event of each second of event time, ten times as fast, from a second of the clock on.
fn ten_a_second(from: u64, until: u64) -> Scheduled<u64> {
    let at = |event| (Duration::from_secs(from) + Duration::from_millis(100 * event), event);
    Scheduled((0..until).map(at).collect())
}

fn holder(node: &str, is_silent: bool) -> Option<WatermarkHolder> {
    Some(WatermarkHolder { node: node.to_owned(), instance: 0, is_silent })
}

#[test]
fn the_input_with_the_least_watermark_holds_it_until_it_is_idle() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let clock = Virtual::default();
        let one = vec![(1_500.millis(), 3_u64)];
        let topology = topology!(
            many = source(ten_a_second(0, 300)) >> event_time(seconds, lateness(0.secs())),
            few = source(Scheduled([one, vec![(1.hours(), 4)]].concat()))
                >> event_time(seconds, lateness(0.secs()).idle_after(10.secs())),
            minutes = [many, few]
                >> by(|second| second % 20)
                >> window(tumbling(1.mins()))
                >> aggregate(|second| *second, count()) * instances,
            minutes >> ignore,
            minutes.late >> ignore,
        );
        let mut seen = Seen::start(&clock, 1, topology, Config::default().batch(batch));
        let live = seen.at(1);
        for minutes in &node(&live, "minutes").instances {
            assert_eq!(minutes.held_by, holder("few", true), "{live}");
            assert_eq!(minutes.watermark, None, "{live}");
        }
        let live = seen.at(5);
        for minutes in &node(&live, "minutes").instances {
            assert_eq!(minutes.held_by, holder("few", false), "{live}");
            let watermark = minutes.watermark.unwrap();
            assert_eq!(Some(watermark), only(&live, "few").watermark, "{live}");
            assert!(watermark > EventTime::from_secs(1) && watermark <= EventTime::from_secs(3));
            assert!(!minutes.is_idle && !minutes.has_ended);
        }
        let many = only(&live, "many");
        assert!(many.watermark.unwrap() > EventTime::from_secs(45), "{live}");
        assert_eq!((&many.held_by, many.is_idle), (&None, false));
        assert!(many.since_received.unwrap() < 200.millis(), "{live}");
        let few = only(&live, "few");
        assert!(few.since_received.unwrap() > 3_300.millis(), "{live}");
        assert!(!few.is_idle);

        let live = seen.at(20);
        assert!(only(&live, "few").is_idle, "{live}");
        for minutes in &node(&live, "minutes").instances {
            assert_eq!(minutes.held_by, holder("many", false), "{live}");
            assert!(minutes.watermark.unwrap() > EventTime::from_secs(180), "{live}");
        }
        // The source of the few waits for an hour; that of the many has ended.
        let live = seen.at(32);
        assert!(only(&live, "many").has_ended && !only(&live, "few").has_ended, "{live}");
        assert_eq!(only(&live, "many").watermark, None, "nothing waits for it");
        assert!(node(&live, "minutes").instances.iter().all(|one| one.is_idle), "{live}");
    }
}

#[test]
fn an_idle_input_does_not_take_the_watermark_back_to_its_own() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let clock = Virtual::default();
        let few = [vec![(500.millis(), 50_u64)], vec![(1.hours(), 60)]].concat();
        let topology = topology!(
            many = source(ten_a_second(0, 100)) >> event_time(seconds, lateness(0.secs())),
            few = source(Scheduled(few))
                >> event_time(seconds, lateness(0.secs()).idle_after(2.secs())),
            minutes = [many, few]
                >> by(|second| second % 20)
                >> window(tumbling(1.hours()))
                >> aggregate(|second| *second, count()) * instances,
            minutes >> ignore,
            minutes.late >> ignore,
        );
        let mut seen = Seen::start(&clock, 1, topology, Config::default().batch(batch));
        // The few are idle, and the many go on; then these have ended.
        let mut before = EventTime::MIN;
        for second in [5, 9, 12, 15] {
            let live = seen.at(second);
            let least = node(&live, "minutes").instances.iter().map(|one| one.watermark).min();
            let least = least.flatten().unwrap_or(EventTime::MIN);
            assert!(
                least >= before && least > EventTime::from_secs(40),
                "{least}, {before}\n{live}"
            );
            before = least;
        }
        assert!(before >= EventTime::from_secs(95), "{before}");
        assert!(only(&seen.watch.latest(), "many").has_ended);
    }
}

#[test]
fn open_windows_show_when_the_next_fires_and_of_how_many_keys_they_are() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let clock = Virtual::default();
        let topology = topology!(
            events = source(ten_a_second(0, 95)) >> event_time(seconds, lateness(0.secs())),
            tumbled = events
                >> by(|second| second % 10)
                >> window(tumbling(1.mins()))
                >> aggregate(|second| *second, count()) * instances,
            slid = events
                >> by(|second| second % 10)
                >> window(sliding(1.mins(), 20.secs()))
                >> aggregate(|second| *second, count()) * instances,
            in_session = events
                >> by(|second| second % 10)
                >> window(session(15.secs()))
                >> aggregate(|second| *second, count()) * instances,
            [tumbled, slid, in_session] >> ignore,
            [tumbled.late, slid.late, in_session.late] >> ignore,
        );
        let mut seen = Seen::start(&clock, 1, topology, Config::default().batch(batch));
        let live = seen.at(9);
        for (name, fires_at) in [("tumbled", 120), ("slid", 100)] {
            let instances = &node(&live, name).instances;
            let keys: u64 = instances.iter().filter_map(|one| one.keys).sum();
            assert_eq!(keys, 10, "{name}\n{live}");
            let with_keys = instances.iter().filter(|one| one.keys > Some(0));
            for next in with_keys.map(|one| one.next_window.unwrap()) {
                assert_eq!(next.fires_at, EventTime::from_secs(fires_at), "{name}\n{live}");
                assert!(next.windows >= 1);
            }
            let received: f64 = instances.iter().map(|one| one.received.0).sum();
            assert!((received - 10.0).abs() < 1.1, "{name}: windows receive events\n{live}");
        }
        let in_session = &node(&live, "in_session").instances;
        assert_eq!(in_session.iter().filter_map(|one| one.keys).sum::<u64>(), 10, "{live}");
        for next in in_session.iter().filter_map(|one| one.next_window) {
            assert!(next.fires_at > EventTime::from_secs(80), "{live}");
            assert!(next.fires_at <= EventTime::from_secs(105), "{live}");
        }
    }
}

#[test]
fn a_node_in_the_task_of_its_event_time_has_that_watermark() {
    let clock = Virtual::default();
    let topology = topology!(
        events = source(ten_a_second(0, 95)) >> event_time(seconds, lateness(7.secs())),
        events >> filter(|second| second % 2 == 0) >> map(|second| second) >> ignore,
    );
    let mut seen = Seen::start(&clock, 1, topology, Config::default());
    let live = seen.at(5);
    let at = only(&live, "events").watermark.unwrap();
    assert!(at > EventTime::from_secs(38), "{live}");
    assert_eq!(only(&live, "filter").watermark, Some(at), "{live}");
    assert_eq!(only(&live, "filter").held_by, holder("events", false), "{live}");
    assert_eq!(only(&live, "map").held_by, holder("filter", false), "{live}");
}

#[test]
fn the_sides_of_a_join_hold_its_watermark_as_inputs_do() {
    for instances in INSTANCES {
        let clock = Virtual::default();
        let topology = topology!(
            left = source(ten_a_second(0, 300)) >> event_time(seconds, lateness(0.secs())),
            right = source(ten_a_second(2, 30)) >> event_time(seconds, lateness(0.secs())),
            both = (left >> by(|second| *second), right >> by(|second| *second))
                >> join(within(0.secs(), 5.secs())) * instances,
            both >> ignore,
            both.late >> ignore,
            both.unmatched >> ignore,
        );
        let mut seen = Seen::start(&clock, 1, topology, Config::default());
        let live = seen.at(4);
        for both in &node(&live, "both").instances {
            assert_eq!(both.held_by.as_ref().unwrap().node, "right", "{live}");
            assert!(both.watermark.unwrap() < EventTime::from_secs(21), "{live}");
        }
    }
}

#[test]
fn a_source_without_events_is_idle() {
    for batch in BATCHES {
        let clock = Virtual::default();
        let topology = topology!(
            now = source(Scheduled(vec![(1_500.millis(), 1_u64), (60.secs(), 2)])),
            now >> ignore,
        );
        let mut seen = Seen::start(&clock, 1, topology, Config::default().batch(batch));
        let live = seen.at(1);
        assert!(only(&live, "now").is_idle && only(&live, "now").since_received.is_none());
        let live = seen.at(2);
        assert!(!only(&live, "now").is_idle, "{live}");
        let live = seen.at(5);
        assert!(only(&live, "now").is_idle, "{live}");
        let since = only(&live, "now").since_received.unwrap();
        assert!(since >= 3_400.millis() && since <= 3_500.millis(), "{since:?}");
        assert_eq!(only(&live, "now").since_emitted, Some(since));
    }
}
