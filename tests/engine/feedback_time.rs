//! Loops and event time: windows in a loop, watermarks past it.

use crate::feedback::{ROOM, config, shapes, total};
use crate::simulation;
use millstream::prelude::*;
use tokio::sync::mpsc;

/// How many events a window has, and how often the first has been round.
#[operator]
async fn size(window: Window<u64, (u64, u64)>) -> (u64, u64) {
    (window.events().len() as u64, window.events().iter().map(|event| event.1).max().unwrap_or(0))
}

/// What the last window gives on is fed back, goes round some more times, and is late for windows.
#[test]
fn windows_in_a_loop_are_worked_off() {
    for (instances, batch, seed) in shapes() {
        let (seen, late) = (Collected::new(), Collected::new());
        let events = (0..40_u64).map(|second| (second, 0_u64));
        let topology = topology!(
            events = source(from_iter(events)),
            again = feedback(ROOM, drop_oldest),
            sizes = [events, again]
                >> event_time(|event| EventTime::from_secs(event.0 as i64), lateness(0.secs()))
                >> by(|_| 0)
                >> window(tumbling(10.secs()))
                >> size * instances,
            sizes >> sink(seen.sink()),
            closed = sizes >> map(|(_, rounds)| (if rounds == 0 { 39 } else { 50 }, rounds + 1)),
            behind = sizes.late >> map(|late| late.event),
            behind >> sink(late.sink()),
            old = behind
                >> filter(|event: &(u64, u64)| event.0 >= 50 && event.1 < 5)
                >> map(|event| (event.0 + 1, event.1 + 1)),
            [closed, old] >> feedback(again),
        );
        let metrics = simulation::run(seed, topology, config(batch)).unwrap();
        let again = total(&metrics, "again");
        let events: u64 = seen.take().iter().map(|(events, _)| events).sum();
        let late = late.take();
        let closing = late.iter().filter(|late| late.0 >= 50).count();
        let what = format!("{instances}, batch {batch}, seed {seed}\n{metrics}");
        assert_eq!(events + late.len() as u64, 40 + again.events_in, "{what}");
        assert_eq!(again.overflow, 0, "{what}");
        assert_eq!(closing, 4, "{what}");
    }
}

/// A loop that is empty does not hold back the watermark of what it is merged with, and the end of
/// the source does not bring it before the loop is empty.
#[test]
fn watermarks_go_on_past_a_loop_that_is_empty() {
    for (instances, batch, seed) in shapes() {
        let (sender, events) = mpsc::channel(64);
        let (seen, late) = (Collected::new(), Collected::new());
        let time = |event: &(u64, u64)| EventTime::from_secs(event.0 as i64);
        let topology = topology!(
            events = source(from_channel(events)) >> event_time(time, lateness(5.secs())),
            again =
                feedback::<(u64, u64)>(ROOM, drop_oldest) >> event_time(time, lateness(5.secs())),
            all = [events, again] >> map(|event| event),
            sizes = all >> by(|_| 0) >> window(tumbling(10.secs())) >> size * instances,
            sizes >> sink(seen.sink()),
            sizes.late >> sink(late.sink()),
            all >> filter(|event: &(u64, u64)| event.0 % 10 == 3 && event.1 < 2)
                >> map(|event| (event.0, event.1 + 1))
                >> feedback(again),
        );
        let mut job = simulation::start(seed, topology, config(batch)).unwrap();
        for second in 0..26 {
            sender.try_send((second, 0)).unwrap();
            job.work();
        }
        let what = format!("{instances}, batch {batch}, seed {seed}");
        assert_eq!(seen.take(), [(12, 2), (12, 2)], "{what}\n{}", job.job.metrics());
        sender.try_send((27, 0)).unwrap();
        drop(sender);
        job.work();
        job.result().unwrap();
        assert_eq!(seen.take(), [(9, 2)], "{what}");
        assert_eq!(late.take().len(), 0, "{what}");
    }
}
