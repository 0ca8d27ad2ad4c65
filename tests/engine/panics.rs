//! A panic names the node whose code it was, its instance and its event, wherever that code runs.

use crate::simulation;
use crate::support::{BATCHES, INSTANCES, awaited, numbered, tagged};
use millstream::prelude::*;
use millstream::window::Aggregate;
use millstream::{Error, ErrorKind};
use std::time::Duration;

/// Numbers of which the 301st is 300, which `heavy` does not bear.
fn numbers() -> impl Iterator<Item = u64> + Clone + Send {
    0..1_000
}

fn heavy(number: u64) -> u64 {
    assert!(number != 300, "300 is too heavy");
    number
}

fn at(number: &u64) -> EventTime {
    EventTime::from_secs(*number as i64)
}

fn late() -> impl millstream::time::Watermarks<u64> {
    lateness(Duration::from_secs(10))
}

/// The error of a job that panics, checked for its node and for one cause.
#[track_caller]
fn panic_in(node: &str, topology: Topology, batch: usize) -> Error {
    let Err(error) = simulation::run(1, topology, Config::default().batch(batch)) else {
        panic!("the job went well");
    };
    assert_eq!((error.kind(), error.node()), (ErrorKind::Panic, Some(node)), "{error}");
    assert!(error.instance().is_some());
    error
}

fn everywhere() -> impl Iterator<Item = (usize, usize)> {
    INSTANCES.into_iter().flat_map(|instances| BATCHES.map(|batch| (instances, batch)))
}

#[test]
fn a_panic_in_a_key_function_names_the_node_downstream_and_the_event_upstream() {
    for (instances, batch) in everywhere() {
        let error = panic_in(
            "counts",
            topology!(
                numbers = source(from_iter(numbers())),
                counts = numbers >> by(|number| heavy(*number)) >> numbered * instances,
                counts >> ignore,
            ),
            batch,
        );
        let said = "the key function of `counts` panicked at event 301 of `numbers`: \
            300 is too heavy";
        assert_eq!(error.to_string(), said);
    }
}

#[test]
fn a_panic_in_a_key_function_names_the_instance_that_emitted_the_event() {
    for batch in BATCHES {
        let error = panic_in(
            "counts",
            topology!(
                spread = source(from_iter(numbers())) >> by(|number| number % 7) >> tagged * 2,
                counts =
                    spread >> by(|event: &(u64, usize)| heavy(event.0)) >> map(|event| event) * 4,
                counts >> ignore,
            ),
            batch,
        );
        let instance = error.instance().unwrap();
        assert_eq!(instance.count(), 2);
        let of = format!(" of `spread` ({instance}): 300 is too heavy");
        assert!(error.to_string().ends_with(&of), "{error}");
    }
}

#[test]
fn a_panic_in_event_time_or_its_strategy_names_the_node() {
    #[derive(Debug, Clone)]
    struct Fragile;
    impl millstream::time::Watermarks<u64> for Fragile {
        fn observe(&mut self, number: &u64, _: EventTime) {
            heavy(*number);
        }
        fn watermark(&mut self) -> EventTime {
            EventTime::MIN
        }
    }
    for batch in BATCHES {
        let source = || from_iter(numbers());
        let time = topology!(
            timed = source(source())
                >> map(|number| number)
                >> event_time(|number| at(&heavy(*number)), late()),
            timed >> ignore,
        );
        let strategy = topology!(
            timed = source(source()) >> map(|number| number) >> event_time(at, Fragile),
            timed >> ignore,
        );
        for (topology, event) in [(time, ""), (strategy, " at an event of 1970-01-01T00:05:00Z")] {
            let error = panic_in("timed", topology, batch);
            let said = format!("operator `timed` panicked{event}: 300 is too heavy");
            assert_eq!(error.to_string(), said);
        }
    }
}

#[test]
fn a_panic_in_the_order_of_equal_times_names_the_node_and_the_event() {
    for batch in BATCHES {
        let error = panic_in(
            "sorted",
            topology!(
                numbers = source(from_iter(numbers())) >> event_time(at, late()),
                sorted = numbers >> shuffle >> in_order(|number| heavy(*number)),
                sorted >> ignore,
                sorted.late >> ignore,
            ),
            batch,
        );
        assert!(error.to_string().contains("`sorted` panicked at its event "), "{error}");
        assert!(error.to_string().ends_with(", of 1970-01-01T00:05:00Z: 300 is too heavy"));
    }
}

/// The parts of an aggregate at which it may fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Add,
    Merge,
    Finish,
}

#[derive(Debug, Clone)]
struct FailsIn(Part);

impl FailsIn {
    fn at(&self, part: Part, sum: u64) {
        assert!(self.0 != part || sum < 300, "300 is too heavy");
    }
}

impl Aggregate<u64> for FailsIn {
    type State = u64;
    type Out = u64;

    fn create(&self) -> u64 {
        0
    }

    fn add(&self, sum: &mut u64, value: u64) {
        *sum += value;
        self.at(Part::Add, *sum);
    }

    fn merge(&self, sum: &mut u64, other: &u64) {
        *sum += other;
        self.at(Part::Merge, *sum);
    }

    fn finish(&self, sum: &u64) -> u64 {
        self.at(Part::Finish, *sum);
        *sum
    }
}

#[test]
fn a_panic_in_an_aggregate_names_the_node_its_instance_and_where_it_was() {
    for (instances, batch) in everywhere() {
        for part in [Part::Add, Part::Merge, Part::Finish] {
            let error = panic_in(
                "sums",
                topology!(
                    numbers = source(from_iter(numbers())) >> event_time(at, late()),
                    sums = numbers
                        >> by(|number| number % 3)
                        >> window(sliding(1.mins(), 20.secs()))
                        >> aggregate(|number| *number, FailsIn(part)) * instances,
                    sums >> ignore,
                    sums.late >> ignore,
                ),
                batch,
            );
            assert_eq!(error.instance().unwrap().count(), instances);
            let where_it_was: &[&str] = match part {
                Part::Add => {
                    &["` panicked at an event of 1970-01-01T", ") panicked at an event of"]
                }
                Part::Merge => &["panicked: 300 is too heavy"],
                Part::Finish => &[" panicked in its window that ends at 1970-01-01T"],
            };
            let message = error.to_string();
            assert!(where_it_was.iter().any(|place| message.contains(place)), "{message}");
        }
    }
}

#[test]
fn a_panic_in_a_trailing_aggregate_names_the_node_and_its_watermark() {
    for (instances, batch) in everywhere() {
        let error = panic_in(
            "sums",
            topology!(
                numbers = source(from_iter(numbers())) >> event_time(at, late()),
                sums = numbers
                    >> by(|number| number % 3)
                    >> window(trailing(1.mins()))
                    >> aggregate(|number| heavy(*number), sum()) * instances,
                sums >> ignore,
                sums.late >> ignore,
            ),
            batch,
        );
        assert!(error.to_string().contains("panicked at "), "{error}");
    }
}

#[test]
fn a_sum_that_overflows_names_the_node_and_the_event() {
    let topology = topology!(
        numbers = source(from_iter([1_u8, 200, 100])) >> event_time(|_| at(&60), late_u8()),
        sums = numbers >> by(|_| ()) >> window(tumbling(1.mins())) >> aggregate(|n| *n, sum()),
        sums >> ignore,
        sums.late >> ignore,
    );
    let error = panic_in("sums", topology, 1_024);
    let said = "operator `sums` panicked at an event of 1970-01-01T00:01:00Z: ";
    assert!(error.to_string().starts_with(said), "{error}");
    assert!(error.to_string().contains("overflow"), "{error}");
}

fn late_u8() -> impl millstream::time::Watermarks<u8> {
    lateness(Duration::from_secs(10))
}

#[test]
fn a_panic_in_a_source_names_it() {
    for batch in BATCHES {
        let topology = topology!(
            numbers = source(from_iter(numbers().map(heavy))),
            numbers >> by(|number| *number) >> tagged * 2 >> awaited >> ignore,
        );
        let error = panic_in("numbers", topology, batch);
        let said = "source `numbers`: panicked: 300 is too heavy";
        assert_eq!(error.to_string(), said);
    }
}

#[test]
fn a_panic_in_a_sink_names_it() {
    for batch in BATCHES {
        let topology = topology!(
            numbers = source(from_iter(numbers())),
            out = numbers >> sink(for_each(|number| assert!(heavy(number) < 300))),
        );
        let error = panic_in("out", topology, batch);
        assert_eq!(error.to_string(), "sink `out`: panicked: 300 is too heavy");
    }
}

/// An event that does not bear to be copied.
#[derive(Debug)]
struct Fragile(u64);

impl Clone for Fragile {
    fn clone(&self) -> Self {
        Self(heavy(self.0))
    }
}

#[test]
fn a_panic_while_an_event_is_copied_names_the_node_that_emitted_it() {
    for batch in BATCHES {
        let topology = topology!(
            events = source(from_iter(numbers())) >> map(Fragile),
            events >> ignore,
            events >> map(|event: Fragile| event.0) >> ignore,
        );
        let error = panic_in("events", topology, batch);
        assert_eq!(error.to_string(), "the output of `events` panicked: 300 is too heavy");
    }
}

/// State whose first value cannot be made.
#[derive(Debug)]
struct Unmade;

impl Default for Unmade {
    fn default() -> Self {
        panic!("300 is too heavy")
    }
}

#[operator]
async fn remembering(number: u64, _state: &mut Unmade) -> u64 {
    number
}

#[operator]
async fn remembering_awaiting(number: u64, _state: &mut Unmade) -> u64 {
    tokio::task::yield_now().await;
    number
}

#[test]
fn a_panic_while_state_is_made_names_its_type() {
    for (instances, batch) in everywhere() {
        let source = || from_iter(numbers());
        for topology in [
            topology!(source(source()) >> by(|n| *n) >> remembering * instances >> ignore),
            topology!(source(source()) >> by(|n| *n) >> remembering_awaiting * instances >> ignore),
        ] {
            let Err(error) = simulation::run(1, topology, Config::default().batch(batch)) else {
                panic!("the job went well");
            };
            let said = "panics::Unmade::default` panicked: 300 is too heavy";
            assert!(error.to_string().ends_with(said), "{error}");
        }
    }
}
