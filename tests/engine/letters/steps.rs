//! Letters of operators that never await.

use crate::simulation;
use crate::support::{BATCHES, INSTANCES};
use millstream::operator::DeadLetter;
use millstream::prelude::*;
use millstream::{Error, ErrorKind};
use std::collections::BTreeMap;
use std::num::ParseIntError;

/// Every tenth is no number.
fn texts() -> impl Iterator<Item = String> + Clone + Send {
    (0..1_000_u64).map(|n| if n % 10 == 3 { format!("no {n}") } else { n.to_string() })
}

#[operator(errors = letters)]
async fn parsed(text: String) -> Result<u64, ParseIntError> {
    text.parse()
}

#[test]
fn a_letter_says_which_event_has_failed_where_and_why() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (good, bad) = (Collected::new(), Collected::new());
        let topology = topology!(
            parsed = source(from_iter(texts()))
                >> by(|text| text.len() as u64 % 2)
                >> parsed * instances,
            parsed >> sink(good.sink()),
            parsed.errors >> sink(bad.sink()),
        );
        let config = Config::default().batch(batch);
        let metrics = simulation::run(7, topology, config).unwrap();
        let mut letters: Vec<DeadLetter<String>> = bad.take();
        let total = metrics.node("parsed").unwrap().total();
        assert_eq!((total.events_in, total.events_out, total.errors), (1_000, 900, 100));
        let mut numbers = good.take();
        numbers.sort();
        assert_eq!(numbers, (0..1_000).filter(|n| n % 10 != 3).collect::<Vec<_>>());
        letters.sort_by_key(|letter| letter.event[3..].parse::<u64>().unwrap());
        // What each instance receives, counted by hand: the events of its keys, in their order.
        let mut received: BTreeMap<String, u64> = BTreeMap::new();
        let mut counts: BTreeMap<usize, u64> = BTreeMap::new();
        let instance_of: BTreeMap<usize, usize> =
            letters.iter().map(|letter| (letter.event.len() % 2, letter.instance)).collect();
        let spare = instances; // A key without a letter is on an instance of its own, or no matter.
        for text in texts() {
            let instance = instance_of.get(&(text.len() % 2)).copied().unwrap_or(spare);
            let count = counts.entry(instance).or_default();
            *count += 1;
            received.insert(text, *count);
        }
        for (letter, text) in letters.iter().zip(texts().filter(|text| text.starts_with("no"))) {
            assert_eq!(letter.position, received[&text], "{instances}, {batch}: {text}");
            assert!(letter.instance < instances);
            let expected = DeadLetter {
                node: "parsed".to_owned(),
                instance: letter.instance,
                event: text,
                error: "invalid digit found in string".to_owned(),
                attempts: 1,
                position: letter.position,
                time: letter.time,
            };
            assert_eq!(*letter, expected);
            assert!(letter.time >= EventTime::from_secs(0), "by the clock of the simulation");
        }
    }
}

#[test]
fn letters_that_are_to_fail_end_the_job_with_the_error_itself() {
    let topology = topology!(
        parsed = source(from_iter(texts())) >> parsed,
        parsed >> ignore,
        parsed.errors >> fail,
    );
    let error: Error = simulation::run(7, topology, Config::default()).unwrap_err();
    assert!(error.downcast_ref::<ParseIntError>().is_some());
    assert_eq!(
        error.to_string(),
        "operator `parsed` failed at its event 4: invalid digit found in string"
    );
}

/// Counts the events of a key, in any case.
#[operator(errors = letters)]
async fn counted(event: u64, seen: &mut u64) -> Result<(u64, u64), &'static str> {
    *seen += 1;
    if event.is_multiple_of(5) { Err("five") } else { Ok((event, *seen)) }
}

#[test]
fn letters_alone_leave_the_state_as_the_call_has_left_it() {
    for batch in BATCHES {
        let (good, bad) = (Collected::new(), Collected::new());
        let topology = topology!(
            counted = source(from_iter(1..=10_u64)) >> by(|_| ()) >> counted,
            counted >> sink(good.sink()),
            counted.errors >> map(|letter| letter.event) >> sink(bad.sink()),
        );
        simulation::run(7, topology, Config::default().batch(batch)).unwrap();
        let expected: Vec<_> = (1..=10).filter(|n| n % 5 != 0).map(|n| (n, n)).collect();
        assert_eq!((good.take(), bad.take()), (expected, vec![5, 10]));
    }
}

/// An operator that is a type, with a limit.
#[derive(Debug, Clone)]
struct Bounded {
    most: u64,
}

#[operator(errors = letters)]
impl Bounded {
    async fn process(&self, event: u64) -> Result<u64, String> {
        if event > self.most { Err(format!("{event} > {}", self.most)) } else { Ok(event) }
    }
}

#[test]
fn letters_of_a_type_with_methods_and_of_the_builder_are_the_same() {
    let (by_macro, by_hand) = (Collected::new(), Collected::new());
    let topology = topology!(
        bounded = source(from_iter(0..10_u64)) >> Bounded { most: 6 },
        bounded >> ignore,
        bounded.errors >> sink(by_macro.sink()),
    );
    simulation::run(7, topology, Config::default()).unwrap();
    let job = Builder::new("job");
    let bounded = job.source(from_iter(0..10_u64)).then(Bounded { most: 6 }).named("bounded");
    let bounded = bounded.outputs();
    bounded.stream.ignore();
    bounded.errors.sink(by_hand.sink());
    simulation::run(7, job.build(), Config::default()).unwrap();
    let plain = |letters: Vec<DeadLetter<u64>>| {
        letters.into_iter().map(|letter| (letter.event, letter.error, letter.position))
    };
    let found: Vec<_> = plain(by_macro.take()).collect();
    assert_eq!(found, plain(by_hand.take()).collect::<Vec<_>>());
    assert_eq!(found[0], (7, "7 > 6".to_owned(), 8));
}

#[test]
fn letters_go_round_a_loop_until_their_events_are_processed() {
    /// Halves what is even.
    #[operator(errors = letters)]
    async fn halved(number: u64) -> Result<u64, &'static str> {
        if number.is_multiple_of(2) { Ok(number / 2) } else { Err("odd") }
    }
    for batch in BATCHES {
        let halves = Collected::new();
        let topology = topology!(
            numbers = source(from_iter(0..100_u64)),
            again = feedback(1_000, drop_newest),
            halved = [numbers, again] >> halved,
            halved >> sink(halves.sink()),
            halved.errors >> map(|letter| letter.event + 1) >> feedback(again),
        );
        simulation::run(7, topology, Config::default().batch(batch)).unwrap();
        let mut halves = halves.take();
        halves.sort();
        let mut expected: Vec<u64> = (0..100).map(|n: u64| n.div_ceil(2)).collect();
        expected.sort();
        assert_eq!(halves, expected);
    }
}

#[test]
fn an_operator_by_hand_without_copies_ends_the_job_with_its_error() {
    use millstream::operator::{Context, EmitsLetters, Operator, Shape, Step, Stepping, Unkeyed};
    #[derive(Clone)]
    struct Forgetful;
    impl Operator<u64> for Forgetful {
        type Out = u64;
        type State = ();
        type Error = &'static str;
        type Keying = Unkeyed;
        type Mode = Stepping<EmitsLetters>;
        const NAME: &'static str = "forgetful";
        const SHAPE: Shape = Shape::OneToOne;
    }
    impl Step<u64> for Forgetful {
        fn step(
            &mut self,
            event: u64,
            (): &mut (),
            _: &mut Context,
        ) -> Result<impl IntoIterator<Item = u64>, &'static str> {
            if event == 3 { Err("three") } else { Ok(Some(event)) }
        }
    }
    let job = Builder::new("job");
    let outputs = job.source(from_iter(0..9)).then(Forgetful).outputs();
    outputs.stream.ignore();
    outputs.errors.ignore();
    let error = simulation::run(7, job.build(), Config::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Operator);
    assert_eq!(error.to_string(), "operator `forgetful` failed at its event 4: three");
}
