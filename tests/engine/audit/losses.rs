//! An event that is lost is missed where it was lost.

use super::{audited, shapes};
use crate::support::awaited;
use millstream::metrics::Audit;
use millstream::mutant::Mutant;
use millstream::prelude::*;

const EVENTS: u64 = 200;

fn at(second: &u64) -> EventTime {
    EventTime::from_secs(i64::try_from(*second).unwrap())
}

/// Times of which some are behind others, each once.
fn disordered() -> impl Iterator<Item = u64> + Send + 'static {
    (0..EVENTS).map(|number| 1_000 + (number ^ 5))
}

/// Plants a fault into a job for each number of instances and size of batches, and checks that it
/// is found at `place`, with `what`, and nothing else is; the job is balanced without it.
fn is_found(mutant: Mutant, (place, what): (&str, &str), make: impl Fn(usize) -> Topology) {
    is_found_at(mutant, |_| (place, what), make);
}

fn is_found_at<'a>(
    mutant: Mutant,
    expected: impl Fn(usize) -> (&'a str, &'a str),
    make: impl Fn(usize) -> Topology,
) {
    let mut struck = 0;
    for (instances, batch) in shapes() {
        let audit = audited(make(instances), batch);
        assert!(audit.is_balanced(), "without {mutant:?}\n{audit}");
        let Some(audit) = struck_by(mutant, make(instances), batch) else { continue };
        struck += 1;
        let (place, what) = expected(instances);
        let case = format!("{mutant:?} at {instances} instances, batch {batch}\n{audit}");
        let [found] = audit.imbalances() else { panic!("{case}") };
        assert_eq!(found.place, place, "{case}");
        assert!(found.what.contains(what), "{what:?} is not in it: {case}");
        assert!(case.contains(&format!("\n  ! {}\n", found.what)), "{case}");
    }
    assert!(struck > 0, "{mutant:?} never struck");
}

/// The audit of a job with a fault, if the job has come across it.
fn struck_by(mutant: Mutant, topology: Topology, batch: usize) -> Option<Audit> {
    Mutant::plant(Some(mutant));
    let audit = audited(topology, batch);
    let struck = !mutant.is_planted();
    Mutant::plant(None);
    struck.then_some(audit)
}

#[test]
fn in_the_channel_between_two_tasks() {
    let expected = ("numbers >> doubled", "200 were sent, but 199 received");
    is_found(Mutant::LostInChannel, expected, |instances| {
        topology!(
            numbers = source(from_iter(0..EVENTS)),
            doubled = numbers >> shuffle >> buffer(64) >> map(|number| 2 * number) * instances,
            doubled >> ignore,
        )
    });
}

#[test]
fn in_the_queue_of_one_of_several_consumers() {
    is_found(Mutant::LostInQueue, ("numbers >> numbers_ignored", "but 199 received"), |_| {
        topology!(
            numbers = source(from_iter(0..EVENTS)),
            first = numbers >> map(|number| 2 * number),
            first >> ignore,
            numbers >> ignore,
        )
    });
}

#[test]
fn on_an_edge_that_drops_without_counting() {
    is_found(Mutant::DroppedUncounted, ("numbers >> slow", "200 were sent"), |instances| {
        topology!(
            numbers = source(from_iter(0..EVENTS)),
            slow = numbers >> shuffle >> overflow(drop_oldest) >> buffer(20) >> awaited * instances,
            slow >> ignore,
            slow.overflow >> ignore,
        )
    });
}

#[test]
fn on_the_way_back_of_a_loop() {
    is_found(Mutant::LostInLoop, ("filter_2 >> again", "received"), |instances| {
        topology!(
            numbers = source(from_iter(0..EVENTS)),
            again = feedback(1_000, drop_oldest),
            down = [numbers, again] >> shuffle >> map(|number| number / 2) * instances,
            down >> filter(|number| *number == 0) >> ignore,
            down >> filter(|number| *number > 0) >> feedback(again),
        )
    });
}

#[test]
fn between_a_filter_and_what_is_fused_with_it() {
    let expected = |instances| match instances {
        1 => ("kept", "100 came to the sink; 99 are processed: 1 missing"),
        _ => ("even >> kept", "100 were emitted, but 99 were sent"),
    };
    is_found_at(Mutant::LostInChain, expected, |instances| {
        topology!(
            numbers = source(from_iter(0..EVENTS)),
            even = numbers >> shuffle >> filter(|number| number % 2 == 0) * instances,
            kept = even >> sink(for_each(drop::<u64>)),
        )
    });
}

#[test]
fn before_a_fused_operator() {
    let expected = ("even", "200 came to the operator; 199 are processed: 1 missing");
    is_found(Mutant::LostBeforeOperator, expected, |instances| {
        topology!(
            numbers = source(from_iter(0..EVENTS)),
            even = numbers >> shuffle >> filter(|number| number % 2 == 0) * instances,
            even >> ignore,
        )
    });
}

/// Sets a timer for each event of its key.
#[derive(Clone)]
struct Late5;

#[operator]
impl Late5 {
    async fn process(event: u64, seen: &mut u64, ctx: &mut Context) -> u64 {
        *seen += 1;
        ctx.timer_at(ctx.event_time() + 5.secs());
        event
    }

    async fn on_timer(_: Timer, seen: &mut u64) -> u64 {
        *seen
    }
}

#[test]
fn while_it_waits_for_a_timer_of_its_key() {
    is_found(Mutant::LostWaiting, ("timed", "came to the operator"), |instances| {
        topology!(
            numbers = source(from_iter(disordered())) >> event_time(at, lateness(0.secs())),
            timed = numbers >> by(|number| number % 3) >> Late5 {} * instances,
            timed >> ignore,
        )
    });
}

#[test]
fn on_its_way_into_a_window_or_a_join() {
    is_found(Mutant::LostBeforeStore, ("sums", "came to the windows or the join"), |instances| {
        topology!(
            numbers = source(from_iter(0..EVENTS)) >> event_time(at, lateness(0.secs())),
            sums = numbers
                >> by(|number| number % 3)
                >> window(tumbling(10.secs()))
                >> aggregate(|number| *number, sum()) * instances,
            sums >> ignore,
            sums.late >> ignore,
        )
    });
    is_found(Mutant::LostBeforeStore, ("pairs", "came to the windows or the join"), pairs);
}

/// A join of even and odd numbers, out of order.
fn pairs(instances: usize) -> Topology {
    topology!(
        even = source(from_iter(disordered())) >> event_time(at, lateness(10.mins())),
        odd = source(from_iter(disordered())) >> event_time(at, lateness(10.mins())),
        pairs = (even >> by(|number| number % 2), odd >> by(|number| number % 2))
            >> join(within(9.secs(), 9.secs())) * instances,
        pairs >> ignore,
        pairs.late >> ignore,
        pairs.unmatched >> ignore,
    )
}

/// Windows of a kind, with one value each.
macro_rules! windows {
    ($kind:expr) => {
        |instances: usize| {
            topology!(
                numbers = source(from_iter(0..EVENTS)) >> event_time(at, lateness(0.secs())),
                sums = numbers
                    >> by(|number| number % 3)
                    >> window($kind)
                    >> aggregate(|number| *number, sum()) * instances,
                sums >> ignore,
                sums.late >> ignore,
            )
        }
    };
}

#[operator]
async fn length(window: Window<u64, u64>) -> usize {
    window.events().len()
}

#[test]
fn in_a_window_of_any_kind() {
    let expected = ("sums", "200 came to the windows or the join; 199 are processed: 1 missing");
    is_found(Mutant::LostInWindow, expected, windows!(tumbling(10.secs())));
    is_found(Mutant::LostInWindow, expected, windows!(sliding(10.secs(), 5.secs())));
    is_found(Mutant::LostInWindow, expected, windows!(session(2.secs())));
    is_found(Mutant::LostInWindow, expected, windows!(counted(7)));
    is_found(Mutant::LostInWindow, expected, windows!(global()));
    is_found(Mutant::LostInWindow, expected, |instances| {
        topology!(
            numbers = source(from_iter(0..EVENTS)) >> event_time(at, lateness(0.secs())),
            sums = numbers
                >> by(|number| number % 3)
                >> window(tumbling(10.secs()))
                >> length * instances,
            sums >> ignore,
            sums.late >> ignore,
        )
    });
}

#[test]
fn while_a_window_holds_it_for_its_split() {
    is_found(Mutant::LostHeld, ("sums", "came to the windows or the join"), |instances| {
        topology!(
            numbers = source(from_iter(disordered())) >> event_time(at, lateness(0.secs())),
            sums = numbers
                >> by(|number| number % 3)
                >> window(session(2.secs()))
                >> aggregate(|number| *number, sum()) * instances,
            sums >> ignore,
            sums.late >> ignore,
        )
    });
}

#[test]
fn as_the_result_of_a_window() {
    let expected = ("sums", "came to the operator");
    is_found(Mutant::LostResult, expected, windows!(tumbling(10.secs())));
}

#[test]
fn from_a_side_of_a_join() {
    is_found(Mutant::LostInJoin, ("priced", "came to the windows or the join"), |instances| {
        topology!(
            orders = source(from_iter(0..EVENTS)) >> event_time(at, lateness(0.secs())),
            prices = source(from_iter(0..EVENTS)) >> event_time(at, lateness(0.secs())),
            priced = (orders >> by(|number| number % 7), prices >> by(|number| number % 7))
                >> join(latest(1.hours())) * instances,
            priced >> ignore,
            priced.late >> ignore,
            priced.unmatched >> ignore,
        )
    });
}

#[test]
fn with_a_key_of_a_join_that_is_forgotten() {
    let many = |instances: usize| {
        let mixed = || (0..2_000_u64).map(|number| 10_000 + number * 7_919 % 2_000);
        topology!(
            even = source(from_iter(mixed())) >> event_time(at, lateness(2.hours())),
            odd = source(from_iter(mixed())) >> event_time(at, lateness(2.hours())),
            pairs = (even >> by(|_| ()), odd >> by(|_| ()))
                >> join(within(0.secs(), 0.secs())) * instances,
            pairs >> ignore,
            pairs.late >> ignore,
            pairs.unmatched >> ignore,
        )
    };
    is_found(Mutant::LostInJoin, ("pairs", "are still buffered in the windows or the join"), many);
}

#[test]
fn while_it_waits_to_be_in_order() {
    is_found(Mutant::LostInOrder, ("ordered", "200 came to `in_order`; 199 are"), |_| {
        topology!(
            numbers = source(from_iter(disordered())) >> event_time(at, lateness(10.secs())),
            ordered = numbers >> in_order(|number| *number),
            ordered >> ignore,
            ordered.late >> ignore,
        )
    });
    is_found(Mutant::LostInOrder, ("once", "came to the windows or the join"), |instances| {
        topology!(
            numbers = source(from_iter(disordered())) >> event_time(at, lateness(10.secs())),
            once = numbers >> by(|number| number % 30) >> dedupe(15.secs()) * instances,
            once >> ignore,
            once.late >> ignore,
        )
    });
    is_found(Mutant::LostInOrder, ("sums", "came to the windows or the join"), |instances| {
        topology!(
            numbers = source(from_iter(disordered())) >> event_time(at, lateness(10.secs())),
            sums = numbers
                >> by(|number| number % 3)
                >> window(trailing(10.secs()))
                >> aggregate(|number| *number, sum()) * instances,
            sums >> ignore,
            sums.late >> ignore,
        )
    });
}

#[test]
fn as_a_late_event_that_is_not_counted() {
    is_found(Mutant::LateUncounted, ("sums", "came to the windows or the join"), |instances| {
        let late = (0..EVENTS).map(|number| if number % 10 == 9 { 0 } else { 100 + number });
        topology!(
            numbers = source(from_iter(late)) >> event_time(at, lateness(0.secs())),
            sums = numbers
                >> by(|number| number % 3)
                >> window(tumbling(10.secs()))
                >> aggregate(|number| *number, sum()) * instances,
            sums >> ignore,
            sums.late >> ignore,
        )
    });
}

/// A job whose operator awaits.
fn calls(instances: usize) -> Topology {
    topology!(
        numbers = source(from_iter(0..EVENTS)),
        asked = numbers >> shuffle >> awaited * instances,
        seen = asked >> map(|number| number),
        seen >> ignore,
    )
}

#[test]
fn before_its_call() {
    let expected = ("asked", "200 came to the calls of the operator; 199 are processed");
    is_found(Mutant::LostBeforeCall, expected, calls);
}

#[test]
fn in_a_call_that_returns() {
    is_found_many(Mutant::LostCall, &["1 are still buffered", "has processed 199"]);
    is_found(Mutant::LostResults, ("asked >> seen", "200 were emitted, but 199 were sent"), calls);
}

/// For a fault that breaks more than one law of the operator.
fn is_found_many(mutant: Mutant, expected: &[&str]) {
    for (instances, batch) in shapes() {
        let audit = struck_by(mutant, calls(instances), batch).expect("it strikes");
        let found = audit.imbalances();
        assert!(found.iter().all(|found| found.place == "asked"), "{audit}");
        for what in expected {
            assert!(found.iter().any(|found| found.what.contains(what)), "{what:?}\n{audit}");
        }
    }
}

#[test]
fn at_a_sink() {
    let expected = ("kept", "200 came to the sink; 199 are processed: 1 missing");
    is_found(Mutant::LostAtSink, expected, |instances| {
        topology!(
            numbers = source(from_iter(0..EVENTS)),
            doubled = numbers >> shuffle >> map(|number| 2 * number) * instances,
            kept = doubled >> sink(for_each(drop::<u64>)),
        )
    });
}

#[test]
fn nothing_strikes_a_job_that_has_no_such_place() {
    let topology = topology!(source(from_iter(0..EVENTS)) >> ignore);
    assert!(struck_by(Mutant::LostInJoin, topology, 7).is_none());
}
