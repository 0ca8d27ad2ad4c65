//! Events behind their split, on the ways from the split to a window: whether the window holds them
//! does not show.

use crate::support::{BATCHES, INSTANCES, awaited, run, sorted};
use millstream::prelude::*;
use std::time::Duration;

const COUNT: u64 = 600;

/// Numbers, each at a second of its own, up to 32 seconds behind the latest one: some are late, and
/// some belong to windows of which only the first have fired.
fn disordered() -> impl Iterator<Item = u64> + Send + 'static {
    (0..COUNT).map(|number| 1_000 + (number ^ (number * 7 % 32)))
}

fn at(second: &u64) -> EventTime {
    EventTime::from_secs(i64::try_from(*second).unwrap())
}

/// Passes an event on at once, or after the others of its time: by the number.
#[operator(in_flight = 8, order = none)]
async fn overtaken(number: u64) -> u64 {
    if number.is_multiple_of(3) {
        tokio::time::sleep(Duration::from_millis(number % 7)).await;
    }
    number
}

/// Emits a number again a second later, so that events of the key wait for its timer.
#[derive(Clone)]
struct Repeated;

#[operator]
impl Repeated {
    async fn process(&self, number: u64, ctx: &mut Context) -> u64 {
        ctx.timer_at(at(&(number + 1)));
        number
    }

    async fn on_timer(&self, _: Timer) -> Option<u64> {
        None
    }
}

/// What windows emit: start, sum and number of events; and the late events.
type Found = (Vec<(i64, u64, u64)>, Vec<u64>);

/// Sums by sliding windows over a stream made from `readings`, at `instances`, in batches of a size.
macro_rules! sums_of {
    (($readings:ident, $events:ident, $instances:ident, $batch:expr), $($lines:tt)*) => {{
        let (sums, late) = (Collected::new(), Collected::new());
        let topology = topology!(
            $readings = source(from_iter(disordered())) >> event_time(at, lateness(2.secs())),
            $($lines)*
            windows = $events
                >> by(|number| number % 3)
                >> window(sliding(20.secs(), 5.secs()))
                >> aggregate(|number| (*number, ()), (sum(), count())) * $instances,
            windows
                >> map(|it| (it.start.as_micros() / 1_000_000, it.value.0, it.value.1))
                >> sink(sums.sink()),
            windows.late >> map(|late| late.event) >> sink(late.sink()),
        );
        run(topology, Config::default().batch($batch)).await.unwrap();
        (sorted(sums.take()), sorted(late.take()))
    }};
}

/// Checks that a stream made from `readings` has the same results at any number of instances and
/// any size of batches; returns them.
macro_rules! always_the_same {
    ($readings:ident, $events:ident, $instances:ident => $($lines:tt)*) => {{
        let mut first: Option<Found> = None;
        for $instances in INSTANCES {
            for batch in BATCHES {
                let found: Found = sums_of!(($readings, $events, $instances, batch), $($lines)*);
                let first = first.get_or_insert_with(|| found.clone());
                assert!(found == *first, "instances {}, batch {batch}", $instances);
            }
        }
        first.unwrap()
    }};
}

/// Directly from the split.
async fn direct() -> Found {
    let instances = 1;
    sums_of!((readings, events, instances, 1), events = readings,)
}

#[tokio::test(start_paused = true)]
async fn of_one_split_they_are_those_of_a_job_without_batches() {
    let found = always_the_same!(readings, events, instances => events = readings,);
    assert!(found == direct().await);
    let (sums, late) = found;
    let events: u64 = sums.iter().map(|(_, _, count)| count).sum();
    assert!(!late.is_empty() && late.len() < 100, "{} are late", late.len());
    let within = 4 * (COUNT - late.len() as u64);
    assert!(events < within, "{events} of {within}: some are late for some of their windows");
}

#[tokio::test(start_paused = true)]
async fn operators_between_do_not_matter() {
    let found = always_the_same!(readings, events, instances =>
        events = readings >> map(|number| number) >> filter(|number| *number > 0),);
    assert!(found == direct().await);
}

#[tokio::test(start_paused = true)]
async fn several_instances_between_do_not_matter() {
    let found = always_the_same!(readings, events, instances =>
        events = readings >> shuffle >> map(|number| number) * instances,);
    assert!(found == direct().await);
}

#[tokio::test(start_paused = true)]
async fn two_ways_that_meet_do_not_matter() {
    let found = always_the_same!(readings, events, instances =>
        even = readings >> filter(|number| number % 2 == 0),
        odd = readings >> filter(|number| number % 2 == 1) >> awaited * instances,
        events = [even, odd],);
    assert!(found == direct().await);
}

#[tokio::test(start_paused = true)]
async fn calls_that_overtake_each_other_do_not_matter() {
    let found = always_the_same!(readings, events, instances =>
        events = readings >> overtaken * instances,);
    assert!(found == direct().await);
}

#[tokio::test(start_paused = true)]
async fn timers_between_do_not_matter() {
    let found = always_the_same!(readings, events, instances =>
        events = readings >> by(|number| number % 5) >> Repeated * instances,);
    assert!(found == direct().await);
}

#[tokio::test(start_paused = true)]
async fn behind_other_windows_they_are_those_of_any_layout() {
    always_the_same!(readings, events, instances =>
        events = readings >> by(|number| *number) >> dedupe(1.hours()) * instances,
        events.late >> ignore,);
    always_the_same!(readings, events, instances =>
        others = readings
            >> by(|number| number % 2)
            >> window(trailing(3.secs()))
            >> aggregate(|number| *number, max()),
        others.late >> ignore,
        events = others >> map(|it| it.value.unwrap_or(0)),);
    always_the_same!(readings, events, instances =>
        others = readings
            >> by(|number| number % 2)
            >> window(tumbling(3.secs()).allowed_lateness(4.secs()))
            >> aggregate(|number| *number, sum()),
        others.late >> ignore,
        events = others >> map(|it| it.value),);
}

#[tokio::test(start_paused = true)]
async fn events_in_order_are_not_behind() {
    let (_, late) = always_the_same!(readings, events, instances =>
        events = readings >> in_order(|number| *number),
        events.late >> ignore,);
    assert!(late.is_empty(), "{late:?}");
}
