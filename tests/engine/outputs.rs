//! Nodes whose outputs are the variants of an enum.

use crate::simulation;
use crate::support::{BATCHES, INSTANCES, awaited, numbered, refused, run, sorted};
use millstream::metrics::Metrics;
use millstream::prelude::*;

const EVENTS: u64 = 3_000;

/// A number, in the variant of its remainder by three.
#[derive(Debug, Clone, PartialEq, Outputs)]
enum Kind {
    Small(u64),
    MiddleSized(String),
    Large((u64, u64)),
}

fn kind(number: u64) -> Kind {
    match number % 3 {
        0 => Kind::Small(number),
        1 => Kind::MiddleSized(number.to_string()),
        _ => Kind::Large((number, number)),
    }
}

#[operator]
async fn told(number: u64) -> Kind {
    kind(number)
}

#[operator]
async fn told_later(number: u64) -> Kind {
    tokio::task::yield_now().await;
    kind(number)
}

/// Where the outputs of a [`Kind`] are collected.
#[derive(Default)]
struct Kinds {
    small: Collected<u64>,
    middle_sized: Collected<String>,
    large: Collected<(u64, u64)>,
}

impl Kinds {
    fn take(&self) -> [Vec<u64>; 3] {
        let texts = self.middle_sized.take();
        let middle_sized = texts.iter().map(|text| text.parse().unwrap());
        let large = self.large.take().into_iter().map(|(number, _)| number);
        [self.small.take(), middle_sized.collect(), large.collect()]
    }
}

/// The numbers of each remainder, in order.
fn expected() -> [Vec<u64>; 3] {
    [0, 1, 2].map(|rest| (0..EVENTS).filter(|number| number % 3 == rest).collect())
}

fn given(metrics: &Metrics, node: &str) -> (u64, u64) {
    let total = metrics.node(node).unwrap().total();
    (total.events_in, total.events_out)
}

#[test]
fn every_event_goes_to_the_output_of_its_variant_in_order() {
    for batch in BATCHES {
        let kinds = Kinds::default();
        let topology = topology!(
            kind = source(from_iter(0..EVENTS)) >> told,
            kind.small >> sink(kinds.small.sink()),
            kind.middle_sized >> sink(kinds.middle_sized.sink()),
            large = kind.large,
            large >> sink(kinds.large.sink()),
        );
        let metrics = simulation::run(1, topology, Config::default().batch(batch)).unwrap();
        assert_eq!(kinds.take(), expected(), "batch {batch}");
        assert_eq!(given(&metrics, "kind"), (EVENTS, EVENTS));
    }
}

#[test]
fn an_operator_that_awaits_has_outputs_too() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let kinds = Kinds::default();
        let topology = topology!(
            kind = source(from_iter(0..EVENTS)) >> shuffle >> told_later * instances,
            kind.small >> sink(kinds.small.sink()),
            kind.middle_sized >> sink(kinds.middle_sized.sink()),
            kind.large >> sink(kinds.large.sink()),
        );
        let metrics = simulation::run(2, topology, Config::default().batch(batch)).unwrap();
        assert_eq!(kinds.take().map(sorted), expected());
        assert_eq!(given(&metrics, "kind"), (EVENTS, EVENTS));
    }
}

#[test]
fn no_event_is_lost_or_doubled_between_instances() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (small, middle_sized, large) = (Collected::new(), Collected::new(), Collected::new());
        let topology = topology!(
            kind = source(from_iter(0..EVENTS)) >> shuffle >> told * instances,
            kind.small >> by(|number| number % 10) >> numbered * 3 >> sink(small.sink()),
            kind.middle_sized >> awaited * instances >> sink(middle_sized.sink()),
            kind.large >> to_one >> map(|(number, _)| number) >> sink(large.sink()),
        );
        let config = Config::default().batch(batch).buffer(64);
        let metrics = simulation::run(3, topology, config).unwrap();
        let [all_small, all_middle_sized, all_large] = expected();
        let small: Vec<u64> = small.take().into_iter().map(|(number, _)| number).collect();
        assert_eq!(sorted(small), all_small);
        let texts = all_middle_sized.into_iter().map(|number| number.to_string());
        assert_eq!(sorted(middle_sized.take()), sorted(texts.collect()));
        assert_eq!(sorted(large.take()), all_large);
        assert_eq!(given(&metrics, "kind"), (EVENTS, EVENTS));
        assert_eq!(metrics.node("kind").unwrap().total().dropped, 0);
    }
}

#[tokio::test]
async fn outputs_keep_their_order_on_tokio() {
    let kinds = Kinds::default();
    let topology = topology!(
        kind = source(from_iter(0..EVENTS)) >> told,
        kind.small >> buffer(8) >> sink(kinds.small.sink()),
        kind.middle_sized >> awaited >> sink(kinds.middle_sized.sink()),
        kind.large >> sink(kinds.large.sink()),
    );
    run(topology, Config::default().batch(5)).await.unwrap();
    assert_eq!(kinds.take(), expected());
}

#[test]
fn sources_stages_and_merged_streams_have_outputs() {
    let of = |topology: Topology, kinds: &Kinds| {
        simulation::run(4, topology, Config::default().batch(7)).unwrap();
        assert_eq!(kinds.take().map(sorted), expected());
    };
    let kinds = Kinds::default();
    let topology = topology!(
        kind = source(from_iter((0..EVENTS).map(kind))),
        kind.small >> sink(kinds.small.sink()),
        kind.middle_sized >> sink(kinds.middle_sized.sink()),
        kind.large >> sink(kinds.large.sink()),
    );
    of(topology, &kinds);
    let topology = topology!(
        even = source(from_iter(0..EVENTS)) >> filter(|number| number % 2 == 0) >> map(kind),
        odd = source(from_iter(0..EVENTS)) >> filter(|number| number % 2 == 1) >> told_later,
        kind = [even, odd],
        kind.small >> sink(kinds.small.sink()),
        kind.middle_sized >> sink(kinds.middle_sized.sink()),
        kind.large >> sink(kinds.large.sink()),
    );
    of(topology, &kinds);
}

#[operator]
async fn some(number: u64) -> Option<Kind> {
    number.is_multiple_of(2).then(|| kind(number))
}

#[operator]
async fn twice(number: u64) -> Vec<Kind> {
    vec![kind(number), kind(number)]
}

#[operator]
async fn fallible(number: u64) -> Result<Kind, String> {
    if number.is_multiple_of(5) { Err(number.to_string()) } else { Ok(kind(number)) }
}

#[operator]
async fn fallible_later(number: u64, out: &mut Output<Kind>) -> Result<(), String> {
    if number.is_multiple_of(5) {
        return Err(number.to_string());
    }
    out.send(kind(number)).await;
    Ok(())
}

#[test]
fn an_operator_may_give_on_none_or_many_of_them() {
    for instances in INSTANCES {
        let kinds = Kinds::default();
        let topology = topology!(
            some = source(from_iter(0..30_u64)) >> shuffle >> some * instances,
            some.small >> sink(kinds.small.sink()),
            some.middle_sized >> ignore,
            some.large >> sink(kinds.large.sink()),
            twice = source(from_iter(0..6_u64)) >> shuffle >> twice * instances,
            twice.middle_sized >> sink(kinds.middle_sized.sink()),
            twice.small >> ignore,
            twice.large >> ignore,
        );
        let metrics = simulation::run(5, topology, Config::default().batch(4)).unwrap();
        let expected = [vec![0, 6, 12, 18, 24], vec![1, 1, 4, 4], vec![2, 8, 14, 20, 26]];
        assert_eq!(kinds.take().map(sorted), expected);
        assert_eq!(given(&metrics, "some"), (30, 15));
        assert_eq!(given(&metrics, "twice"), (6, 12));
    }
}

#[test]
fn errors_stand_beside_the_variants() {
    for instances in INSTANCES {
        let (kinds, failed) = (Kinds::default(), Collected::new());
        let topology = topology!(
            soon = source(from_iter(0..15_u64)) >> shuffle >> fallible * instances,
            later = source(from_iter(15..30_u64)) >> shuffle >> fallible_later * instances,
            [soon.errors, later.errors] >> sink(failed.sink()),
            [soon.small, later.small] >> sink(kinds.small.sink()),
            [soon.middle_sized, later.middle_sized] >> sink(kinds.middle_sized.sink()),
            [later.large, soon.large] >> sink(kinds.large.sink()),
        );
        let metrics = simulation::run(6, topology, Config::default().batch(4)).unwrap();
        let [small, middle_sized, large] = kinds.take().map(sorted);
        assert_eq!(small, [3, 6, 9, 12, 18, 21, 24, 27]);
        assert_eq!(middle_sized, [1, 4, 7, 13, 16, 19, 22, 28]);
        assert_eq!(large, [2, 8, 11, 14, 17, 23, 26, 29]);
        assert_eq!(sorted(failed.take()), ["0", "10", "15", "20", "25", "5"]);
        assert_eq!(given(&metrics, "soon"), (15, 12));
        assert_eq!(given(&metrics, "later"), (15, 12));
    }
}

#[operator]
async fn sized(window: Window<u64, u64>) -> Kind {
    kind(window.events().iter().sum())
}

#[test]
fn event_time_goes_on_behind_an_output() {
    for instances in INSTANCES {
        let (sums, late) = (Collected::new(), Collected::new());
        let numbers = (0..60_u64).chain([0]);
        let topology = topology!(
            kind = source(from_iter(numbers))
                >> event_time(|number| EventTime::from_secs(*number as i64), lateness(0.secs()))
                >> shuffle
                >> told * instances,
            windows =
                kind.small >> by(|_| 0_u64) >> window(tumbling(30.secs())) >> sized * instances,
            windows.small >> sink(sums.sink()),
            windows.late >> sink(late.sink()),
            windows.middle_sized >> ignore,
            windows.large >> ignore,
            kind.middle_sized >> ignore,
            kind.large >> ignore,
        );
        simulation::run(7, topology, Config::default().batch(1)).unwrap();
        // 0 + 3 + … + 27, and 30 + 33 + … + 57.
        assert_eq!(sorted(sums.take()), [135, 435]);
        let late: Vec<u64> = late.take().into_iter().map(|late: Late<u64>| late.event).collect();
        // Between instances a watermark may take longer than an event.
        assert!(late == [0] || (late.is_empty() && instances > 1), "{late:?} × {instances}");
    }
}

#[test]
fn a_slow_output_holds_the_others_back_and_loses_nothing() {
    let kinds = Kinds::default();
    let topology = topology!(
        kind = source(from_iter(0..EVENTS)) >> told,
        kind.small >> buffer(1) >> awaited >> sink(kinds.small.sink()),
        kind.middle_sized >> buffer(2) >> map(|text| text) >> sink(kinds.middle_sized.sink()),
        kind.large >> overflow(block) >> map(|large| large) >> sink(kinds.large.sink()),
    );
    simulation::run(8, topology, Config::default().batch(16)).unwrap();
    assert_eq!(kinds.take(), expected());
}

#[test]
fn the_builder_splits_what_the_macro_does() {
    let (by_macro, by_hand) = (Kinds::default(), Kinds::default());
    let one = topology!(
        kind = source(from_iter(0..EVENTS)) >> fallible,
        kind.small >> sink(by_macro.small.sink()),
        kind.middle_sized >> sink(by_macro.middle_sized.sink()),
        kind.large >> sink(by_macro.large.sink()),
        kind.errors >> ignore,
    );
    let job = Builder::new("job");
    let kind = job.source(from_iter(0..EVENTS)).then(fallible {}).named("kind").outputs();
    kind.errors.ignore();
    let kind = kind.stream.split();
    kind.small.sink(by_hand.small.sink());
    kind.middle_sized.sink(by_hand.middle_sized.sink());
    kind.large.sink(by_hand.large.sink());
    let two = job.build();
    let edges = |topology: &Topology| {
        let text = topology.to_string();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(edges(&one), edges(&two));
    assert!(
        one.to_string().contains("\n  kind.middle_sized >> kind_middle_sized_sink (forward)\n")
    );
    for topology in [one, two] {
        simulation::run(9, topology, Config::default()).unwrap();
    }
    assert_eq!(by_macro.take(), by_hand.take());
}

#[test]
fn an_output_that_goes_nowhere_is_refused() {
    for operator in ["steps", "awaits"] {
        let job = Builder::new("job");
        let numbers = job.source(from_iter(0..EVENTS));
        let kind = match operator {
            "steps" => numbers.then(told {}).named("kind").split(),
            _ => numbers.then(told_later {}).named("kind").split(),
        };
        kind.small.ignore();
        let error = refused(job.build()).to_string();
        for output in ["middle_sized", "large"] {
            let told = format!("the output `{output}` of `kind` goes nowhere [M0408]");
            assert!(error.contains(&told), "{error}");
            assert!(error.contains(&format!("`kind.{output} >> ignore`")), "{error}");
        }
        assert!(!error.contains("`small`") && !error.contains("M0107"), "{error}");
    }
}

#[test]
fn an_enum_with_outputs_is_an_event_like_any_other() {
    let seen = Collected::new();
    let small = Collected::new();
    let topology = topology!(
        all = source(from_iter(0..9_u64)) >> told,
        all >> sink(seen.sink()),
        kind = all >> map(|kind| kind),
        kind.small >> sink(small.sink()),
        kind.middle_sized >> ignore,
        kind.large >> ignore,
    );
    simulation::run(10, topology, Config::default()).unwrap();
    assert_eq!(seen.take(), (0..9).map(kind).collect::<Vec<_>>());
    assert_eq!(small.take(), [0, 3, 6]);
}
