//! `diff`: what a change of a topology does, compared with a graph of before.

use crate::asked::answer;
use crate::durable::{Upto, config};
use crate::support::run;
use millstream::ErrorKind;
use millstream::job::StateFate;
use millstream::prelude::*;
use serde::{Deserialize, Serialize};

/// Compares the second topology with the graph of the first, each with its configuration.
fn diff((before, old): (&Topology, &Config), (after, new): (&Topology, &Config)) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.json");
    let path = path.to_str().unwrap();
    std::fs::write(path, answer(before, old, &["graph", "--json"]).unwrap()).unwrap();
    answer(after, new, &["diff", path]).unwrap().replace(path, "OLD")
}

/// For two cores, as on every machine.
fn two() -> Config {
    Config::default().cores(2)
}

#[derive(Default, Serialize, Deserialize)]
pub struct Sum {
    sum: u32,
}

#[derive(Default, Serialize, Deserialize)]
pub struct Mean {
    sum: u64,
    #[serde(default)]
    count: u64,
}

mod before {
    use super::*;

    #[operator]
    pub async fn total(number: u64, kept: &mut Sum) -> u64 {
        kept.sum += number as u32;
        kept.sum.into()
    }
}

mod after {
    use super::*;

    #[operator]
    pub async fn total(number: u64, kept: &mut Mean) -> u64 {
        (kept.sum, kept.count) = (kept.sum + number, kept.count + 1);
        kept.sum
    }
}

fn upto() -> Upto {
    Upto { end: 100, pause: None }
}

fn old() -> Topology {
    topology!(
        job("sums", exactly_once),
        numbers = source(upto()),
        sums = numbers >> by(|number| number % 7) >> before::total,
        small = sums >> filter(|sum| *sum < 100),
        small >> sink(idempotent(for_each(drop::<u64>))),
        large = sums >> filter(|sum| *sum >= 100),
        large >> sink(idempotent(for_each(drop::<u64>))),
    )
}

#[test]
fn what_has_not_changed_is_not_listed() {
    assert_eq!(diff((&old(), &two()), (&old(), &two())), "sums: nothing has changed since OLD\n");
}

const CHANGES: &str = "\
sums: 30 changes since OLD

job
  ~ the job promises `at_least_once`, and promised `exactly_once`
  ~ its keys are in 64 groups, and were in 256

nodes
  - `small` is gone: an operator (`filter`)
  - `small_sink` is gone: a sink (`Once`)
  - `large` is gone: an operator (`filter`)
  - `large_sink` is gone: a sink (`Once`)
  + `little` is new: an operator (`filter`)
  + `little_sink` is new: a sink (`Once`)
  + `all` is new: an operator (`map`)
  + `all_sink` is new: a sink (`ForEach`)
  + `all_overflow_ignored` is new: the end of an ignored stream (`ignore`)
  ~ `sums` has 2 instances, and had 1

edges
  - `sums >> small` is gone
  - `small >> small_sink` is gone
  - `sums >> large` is gone
  - `large >> large_sink` is gone
  + `sums >> little` is new: a channel of 32768 events, forward, with `u64`
  + `little >> little_sink` is new: a call, forward, with `u64`
  + `sums >> all` is new: a channel of 32768 events, forward, with `u64`
  + `all >> all_sink` is new: a call, forward, with `u64`
  + `all.overflow >> all_overflow_ignored` is new: a channel of 32768 events, forward, with `u64`
  ~ `numbers >> sums` is a channel, since a buffer is declared, and was a call

state
  - checkpoints are refused: their keys are in another number of groups, which cannot change
  - the progress of `small_sink` has no node any more: a checkpoint with it is refused, unless \
   `Config::forget(\"small_sink\")` gives it up or a node has the name
  - the progress of `large_sink` has no node any more: a checkpoint with it is refused, unless \
   `Config::forget(\"large_sink\")` gives it up or a node has the name
  ~ the state of `sums` is migrated, and moves from 1 to 2 instances: state changed: `Sum` is \
   called `Mean` now; state changed: field `count: u64` is new; state changed: `sum` was `u32` and \
   is `u64`

guarantees
  - `numbers >> small_sink` is gone
  - `numbers >> large_sink` is gone
  + `numbers >> little_sink` is new: once by key
  + `numbers >> all_sink` is new: missing or twice (`sums >> all` may drop: to watch)";

#[test]
fn each_change_is_a_sentence() {
    let new = topology!(
        job("sums", at_least_once).key_groups(64),
        numbers = source(upto()),
        sums = numbers >> by(|number| number % 7) >> buffer(100) >> after::total * 2,
        little = sums >> filter(|sum| *sum < 100),
        little >> sink(idempotent(for_each(drop::<u64>))),
        all = sums >> weaken("to watch") >> overflow(drop_oldest) >> map(|sum| sum),
        all >> sink(for_each(drop::<u64>)),
        all.overflow >> ignore,
    );
    let text = diff((&old(), &two()), (&new, &two()));
    let at = |line: &str| line.split(", at ").next().unwrap().to_owned();
    let lines: Vec<String> = text.lines().map(at).collect();
    assert_eq!(lines.join("\n"), CHANGES);
}

#[test]
fn every_part_of_an_edge_is_compared() {
    #[operator]
    async fn slow(number: u64) -> u64 {
        tokio::task::yield_now().await;
        number
    }
    let old = topology!(
        job("edges", at_most_once),
        numbers = source(from_iter(0..9_u64))
            >> event_time(|n| EventTime::from_secs(*n as i64), lateness(1.secs())),
        sizes = numbers >> by(|n| *n) >> window(tumbling(1.mins())) >> aggregate(|n| *n, sum()) * 2,
        sizes >> ignore,
        sizes.late >> ignore,
        same = numbers >> shuffle >> buffer(100) >> map(|n| n) * 2,
        same >> ignore,
        shed = numbers >> overflow(drop_newest) >> map(|n| n),
        shed >> ignore,
        shed.overflow >> ignore,
    );
    let new = topology!(
        job("edges", at_most_once),
        numbers = source(from_iter(0..9_u64))
            >> event_time(|n| EventTime::from_secs(*n as i64), lateness(1.secs())),
        sizes =
            numbers >> by(|n| *n) >> window(tumbling(1.hours())) >> aggregate(|n| *n, count()) * 2,
        sizes >> ignore,
        sizes.late >> ignore,
        same = numbers >> by(|n| *n) >> buffer(200) >> map(|n| n as u32) * 2,
        same >> ignore,
        shed = numbers >> overflow(sample(3)) >> slow,
        shed >> ignore,
        shed.overflow >> ignore,
    );
    let expected = "\
edges: 8 changes since OLD

nodes
  ~ `shed` is an operator that awaits, and was an operator
  ~ `shed` runs `slow`, and ran `map`

edges
  ~ `numbers >> sizes` has the windows tumbling 1h, and had tumbling 1m
  ~ `numbers >> same` is grouped `by key`, and was `shuffle`
  ~ `numbers >> same` holds 200 events in each channel, and held 100
  ~ `same >> same_ignored` carries `u32`, and carried `u64`
  ~ `numbers >> shed` has the policy `sample(3)` when full, and had `drop_newest`
  ~ `shed >> shed_ignored` is a channel, since the operator upstream awaits, and was a call
";
    assert_eq!(diff((&old, &two()), (&new, &two())), expected);
}

#[test]
fn a_node_with_another_name_is_the_same_if_it_does_the_same_behind_the_same_nodes() {
    let named = |name: &'static str, last: &'static str| {
        let job = Builder::new("renamed").delivery(Delivery::AtLeastOnce);
        let numbers = job.source(upto()).named("numbers");
        let sums = numbers.by(|number| *number).then(before::total {}).named(name);
        let last = sums.map(|sum| sum).named(last);
        last.filter(|_| true).named("rows").sink(for_each(drop::<u64>));
        job.build()
    };
    let text = diff((&named("sums", "last"), &two()), (&named("totals", "end"), &two()));
    let expected = "renamed: 3 changes since OLD\n\nnodes\n  ~ `totals` was called `sums`: metrics \
                    have the new name\n  ~ `end` was called `last`: metrics have the new name\n\n\
                    state\n  - the state of `sums` is not found by `totals`: a checkpoint with it is \
                    refused, unless `Config::forget(\"sums\")` gives it up or a node has the name\n";
    assert_eq!(text, expected);
}

#[test]
fn numbers_that_follow_from_the_cores_are_no_change_of_the_topology() {
    let topology = || {
        topology!(
            job("wide", at_most_once),
            numbers = source(from_iter(0..9_u64)),
            numbers >> shuffle >> map(|number| number) * auto >> ignore,
        )
    };
    let text = diff((&topology(), &two()), (&topology(), &two().cores(8)));
    let expected = "wide: 1 change since OLD\n\njob\n  ~ it is planned for 8 cores, and was for 2: \
                    what follows from `auto` differs by that\n";
    assert_eq!(text, expected);
}

#[test]
fn a_change_of_the_promise_is_one_of_all_state() {
    let promised = |delivery: Delivery| {
        topology!(
            job("sums", delivery),
            numbers = source(upto()),
            sums = numbers >> by(|number| number % 7) >> before::total,
            sums >> sink(idempotent(for_each(drop::<u64>))),
        )
    };
    let compared = |before, after| diff((&promised(before), &two()), (&promised(after), &two()));
    let text = compared(Delivery::AtMostOnce, Delivery::ExactlyOnce);
    let expected = "sums: 3 changes since OLD\n\njob\n  ~ the job promises `exactly_once`, and \
                    promised `at_most_once`\n\nstate\n  + the job keeps checkpoints now, and begins \
                    without one\n\nguarantees\n  ~ `numbers >> sums_sink` guarantees once by key, \
                    and guaranteed at most once\n";
    assert_eq!(text, expected);
    let text = compared(Delivery::AtLeastOnce, Delivery::AtMostOnce);
    assert!(text.contains("\n  - the job keeps no checkpoints any more: "), "{text}");
    assert_eq!(compared(Delivery::AtMostOnce, Delivery::AtMostOnce).lines().count(), 1);
}

/// The changed topologies, each with the nodes whose state may be given up.
fn changed() -> Vec<(Topology, &'static [&'static str])> {
    let moved = topology!(
        job("sums", exactly_once),
        numbers = source(upto()),
        sums = numbers >> by(|number| number % 7) >> before::total * 3,
        sums >> sink(idempotent(for_each(drop::<u64>))),
    );
    let migrated = |instances: usize| {
        topology!(
            job("sums", exactly_once),
            numbers = source(upto()),
            sums = numbers >> by(|number| number % 7) >> after::total * instances,
            small = sums >> filter(|sum| *sum < 100),
            small >> sink(idempotent(for_each(drop::<u64>))),
            large = sums >> filter(|sum| *sum >= 100),
            large >> sink(idempotent(for_each(drop::<u64>))),
        )
    };
    let other_key = || {
        topology!(
            job("sums", exactly_once),
            numbers = source(upto()),
            sums = numbers >> by(|number| *number as u8 % 7) >> before::total,
            sums >> sink(idempotent(for_each(drop::<u64>))),
        )
    };
    let renamed = || {
        topology!(
            job("sums", exactly_once),
            input = source(upto()),
            totals = input >> by(|number| number % 7) >> before::total,
            totals >> sink(idempotent(for_each(drop::<u64>))),
        )
    };
    let stateless = topology!(
        job("sums", exactly_once),
        numbers = source(upto()),
        sums = numbers >> map(|number| number),
        small = sums >> filter(|sum| *sum < 100),
        sums >> by(|sum| *sum) >> before::total >> sink(idempotent(for_each(drop::<u64>))),
        small >> sink(idempotent(for_each(drop::<u64>))),
    );
    vec![
        (old(), &[]),
        (moved, &[]),
        (migrated(1), &[]),
        (migrated(4), &[]),
        (other_key(), &[]),
        (other_key(), &["sums"]),
        (renamed(), &[]),
        (renamed(), &["numbers", "sums", "small_sink", "large_sink"]),
        (stateless, &[]),
    ]
}

#[tokio::test(start_paused = true)]
async fn what_is_said_of_state_is_what_becomes_of_it_at_a_start() {
    let directory = tempfile::tempdir().unwrap();
    run(old(), config(&directory)).await.unwrap();
    for (at, (new, forgotten)) in changed().into_iter().enumerate() {
        let config = forgotten.iter().fold(config(&directory), |config, node| config.forget(*node));
        let states = new.state_plan(&config).unwrap().unwrap();
        let text = diff((&old(), &config), (&new, &config));
        let section = text.split("\nstate\n").nth(1).unwrap_or_default();
        let section = section.split("\n\n").next().unwrap_or_default();
        let mut lines: Vec<&str> = section.lines().collect();
        for state in &states.nodes {
            let said: Vec<&[&str]> = match state.fate {
                StateFate::Kept => continue,
                StateFate::New => {
                    lines.retain(|line| !line.starts_with(&format!("  + `{}` begins", state.node)));
                    continue;
                }
                StateFate::Moved { .. } => vec![&["~", "moves from"]],
                StateFate::Migrated { .. } => vec![&["~", "is migrated"]],
                StateFate::Unreadable => vec![&["-", "cannot be read"]],
                StateFate::Forgotten => vec![&["~", "is given up, as `Config::forget` asks"]],
                StateFate::Lost => {
                    vec![&["-", "has no node any more"], &["-", "is not found by `"]]
                }
            };
            let of = format!(" of `{}` ", state.node);
            let found = lines.iter().position(|line| {
                let is =
                    |parts: &&[&str]| line[2..].starts_with(parts[0]) && line.contains(parts[1]);
                line.contains(&of) && said.iter().any(is)
            });
            let found = found.unwrap_or_else(|| panic!("{at}: nothing of {state:?} in\n{text}"));
            let line = lines.remove(found);
            for change in &state.changes {
                let untold = matches!(state.fate, StateFate::Lost | StateFate::Forgotten);
                assert!(untold || line.contains(change.as_str()), "{at}: {change} in {line}");
            }
        }
        assert!(lines.is_empty(), "{at}: {lines:?} of {states}");
    }
}

#[test]
fn a_file_that_cannot_be_compared_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.json");
    let path = path.to_str().unwrap();
    let refused = |text: Option<&str>| {
        match text {
            Some(text) => std::fs::write(path, text).unwrap(),
            None => drop(std::fs::remove_file(path)),
        }
        let error = answer(&old(), &two(), &["diff", path]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        error.to_string().replace(path, "OLD")
    };
    assert!(refused(None).starts_with("cannot read `OLD`: No such file"), "{}", refused(None));
    assert!(
        refused(None).ends_with("; write it with the program of before: `graph --json > OLD.json`")
    );
    assert!(refused(Some("")).starts_with("`OLD` is empty; "));
    assert!(refused(Some("flowchart LR")).starts_with("`OLD` is no graph in JSON: expected "));
    let graph = answer(&old(), &two(), &["graph", "--json"]).unwrap();
    assert!(refused(Some(&graph[..graph.len() / 2])).starts_with("`OLD` is no graph in JSON: EOF"));
    let unversioned = graph.replace("  \"version\": 2,\n", "");
    let expected = "`OLD` has no version: an older millstream has written it, and it lacks what is \
                    compared; build the program of before with this millstream, and write it once \
                    more";
    assert_eq!(refused(Some(&unversioned)), expected);
    let newer = graph.replace("\"version\": 2", "\"version\": 3");
    let expected = "`OLD` is of version 3, and this millstream compares version 2; write it once \
                    more with this millstream";
    assert_eq!(refused(Some(&newer)), expected);
}

#[test]
fn what_is_added_to_the_graph_later_is_no_matter() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.json");
    let path = path.to_str().unwrap();
    let graph = answer(&old(), &two(), &["graph", "--json"]).unwrap();
    let more = graph.replace("  \"version\": 2,\n", "  \"version\": 2,\n  \"more\": [1],\n");
    assert_ne!(graph, more);
    std::fs::write(path, more).unwrap();
    let text = answer(&old(), &two(), &["diff", path]).unwrap();
    assert!(text.starts_with("sums: nothing has changed since "), "{text}");
    // A graph without a plan says less, and what it says is compared.
    std::fs::write(path, old().graph().json()).unwrap();
    let text = answer(&old(), &two(), &["diff", path]).unwrap();
    assert!(!text.contains("edges") && !text.contains("guarantees"), "{text}");
}
