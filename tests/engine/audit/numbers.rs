//! What an audit says of a job that loses nothing.

use super::{audited, edge, ended, node, shapes};
use crate::simulation;
use crate::support::awaited;
use millstream::prelude::*;

const EVENTS: u64 = 500;

fn at(second: &u64) -> EventTime {
    EventTime::from_secs(i64::try_from(*second).unwrap())
}

#[operator]
async fn parsed(number: u64) -> Result<u64, String> {
    if number.is_multiple_of(5) { Err(format!("{number} is refused")) } else { Ok(number) }
}

#[derive(Outputs)]
enum Sorted {
    Even(u64),
    Odd(u64),
}

#[operator]
async fn sorting(number: u64) -> Sorted {
    if number.is_multiple_of(2) { Sorted::Even(number) } else { Sorted::Odd(number) }
}

#[test]
fn what_an_operator_receives_is_emitted_filtered_or_an_error() {
    for (instances, batch) in shapes() {
        let topology = topology!(
            numbers = source(from_iter(0..EVENTS)),
            parsed = numbers >> shuffle >> parsed * instances,
            small = parsed >> filter(|number: &u64| *number < 100) * instances,
            small >> ignore,
            refused = parsed.errors >> sink(for_each(drop::<String>)),
        );
        let audit = audited(topology, batch);
        assert!(audit.is_exact() && audit.is_balanced(), "{audit}");
        let parsed = node(&audit, "parsed");
        assert_eq!((parsed.received, parsed.processed, parsed.errors), (500, 400, 100));
        assert_eq!((parsed.emitted, parsed.filtered), (400, Some(0)));
        let small = node(&audit, "small");
        assert_eq!((small.received, small.emitted, small.filtered), (400, 80, Some(320)));
        assert_eq!(edge(&audit, "parsed.errors", "refused").received, 100);
        assert_eq!(node(&audit, "refused").processed, 100);
    }
}

#[test]
fn an_edge_to_all_counts_each_copy_and_an_output_read_twice_each_event_twice() {
    for (instances, batch) in shapes() {
        let topology = topology!(
            numbers = source(from_iter(0..EVENTS)) >> event_time(at, lateness(0.secs())),
            all = numbers >> to_all >> map(|number| number) * instances,
            all >> ignore,
            pairs = (numbers >> by(|number| *number), numbers >> by(|number| *number))
                >> join(within(0.secs(), 0.secs())) * instances,
            pairs >> ignore,
            pairs.late >> ignore,
            pairs.unmatched >> ignore,
        );
        let audit = audited(topology, batch);
        assert!(audit.is_balanced(), "{audit}");
        let copied = edge(&audit, "numbers", "all");
        let expected = EVENTS * instances as u64;
        assert_eq!((copied.emitted, copied.received), (expected, expected));
        assert_eq!(edge(&audit, "numbers", "pairs").received, 2 * EVENTS);
        let pairs = node(&audit, "pairs");
        assert_eq!((pairs.processed, pairs.buffered, pairs.emitted), (2 * EVENTS, 0, EVENTS));
    }
}

#[test]
fn the_variants_of_an_enum_are_edges_of_their_own() {
    for (instances, batch) in shapes() {
        let topology = topology!(
            sorted = source(from_iter(0..EVENTS)) >> shuffle >> sorting * instances,
            even = sorted.even >> map(|number| number),
            even >> ignore,
            sorted.odd >> ignore,
        );
        let audit = audited(topology, batch);
        assert!(audit.is_balanced(), "{audit}");
        assert_eq!(edge(&audit, "sorted.even", "even").received, EVENTS / 2);
        assert_eq!(node(&audit, "sorted").emitted, EVENTS);
    }
}

#[test]
fn what_finds_no_room_is_dropped_on_its_edge_and_emitted_by_another() {
    for (instances, batch) in shapes() {
        let topology = topology!(
            numbers = source(from_iter(0..EVENTS)),
            slow = numbers >> shuffle >> overflow(drop_newest) >> awaited * instances,
            slow >> ignore,
            surplus = slow.overflow >> map(|number| number),
            surplus >> ignore,
        );
        let audit = audited(topology, batch);
        assert!(audit.is_balanced(), "{audit}");
        let into = edge(&audit, "numbers", "slow");
        assert_eq!(
            (into.emitted, into.received + into.dropped, into.in_flight),
            (EVENTS, EVENTS, 0)
        );
        assert_eq!(edge(&audit, "slow.overflow", "surplus").received, into.dropped);
    }
}

#[test]
fn late_events_are_counted_where_they_are_refused_and_those_that_wait_where_they_wait() {
    for (instances, batch) in shapes() {
        let seconds = (0..EVENTS).map(|number| if number % 10 == 9 { 0 } else { 100 + number });
        let topology = topology!(
            numbers = source(from_iter(seconds)) >> event_time(at, lateness(5.secs())),
            ordered = numbers >> in_order(|number| *number),
            sums = ordered
                >> by(|number| number % 7)
                >> window(tumbling(10.secs()))
                >> aggregate(|number| *number, count()) * instances,
            sums >> ignore,
            sums.late >> ignore,
            late = ordered.late >> sink(for_each(drop::<Late<u64>>)),
        );
        let audit = audited(topology, batch);
        assert!(audit.is_balanced(), "{audit}");
        let ordered = node(&audit, "ordered");
        assert_eq!((ordered.received, ordered.processed, ordered.late), (500, 450, 50));
        assert_eq!((node(&audit, "late").received, node(&audit, "sums").processed), (50, 450));
    }
}

#[test]
fn a_job_that_runs_is_not_at_rest_and_reports_nothing() {
    let topology =
        topology!(numbers = source(from_iter(0..EVENTS)), numbers >> buffer(7) >> ignore);
    let mut job = simulation::start(3, topology, Config::default().batch(7)).unwrap();
    while job.job.audit().edges()[0].in_flight == 0 {
        assert!(job.step(), "the edge was never filled");
    }
    let audit = job.job.audit();
    assert!(!audit.is_exact() && audit.is_balanced());
    assert!(audit.to_string().ends_with("batches in progress count as in flight.\n"), "{audit}");
    let audit = ended(job);
    assert!(audit.is_exact() && audit.is_balanced(), "{audit}");
    assert_eq!(audit.edges()[0].in_flight, 0);
}

#[test]
fn a_job_that_was_aborted_is_not_at_rest() {
    let topology = topology!(source(from_iter(0_u64..)) >> buffer(7) >> ignore);
    let mut job = simulation::start(3, topology, Config::default().batch(7)).unwrap();
    for _ in 0..20 {
        let _ = job.step();
    }
    job.job.abort();
    job.work();
    let ended = futures::FutureExt::now_or_never(job.job.wait());
    assert!(ended.is_some_and(|ended| ended.is_err()));
    assert!(!job.job.audit().is_exact() && job.job.audit().is_balanced());
}

#[test]
fn calls_that_are_repeated_or_take_too_long_are_counted() {
    #[operator(in_flight = 4, retry = fixed(2, "10ms"), timeout = "5ms")]
    async fn never(number: u64) -> Result<u64, millstream::operator::TimedOut> {
        std::future::pending::<()>().await;
        Ok(number)
    }
    for (instances, batch) in shapes() {
        let topology = topology!(
            asked = source(from_iter(0..20_u64)) >> shuffle >> never * instances,
            asked >> ignore,
            asked.errors >> ignore,
        );
        let clock = simulation::Virtual::default();
        let config = Config::default().batch(batch);
        let metrics = simulation::run_by(&clock, 5, topology, config).unwrap();
        let total = metrics.node("asked").unwrap().total();
        assert_eq!((total.errors, total.retries, total.timeouts), (20, 40, 60));
        assert!(metrics.to_string().contains("40 retries  60 timeouts"), "{metrics}");
    }
}
