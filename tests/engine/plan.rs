//! What can be known of a topology before it runs: its graph, its plan, the memory of its buffers.

use crate::simulation;
use crate::support::refused;
use millstream::ErrorKind;
use millstream::plan::Reason;
use millstream::prelude::*;
use millstream_graph::sentence::outcome;

#[derive(Debug, Clone)]
struct Reading {
    sensor: u32,
    value: f64,
}

#[operator]
async fn total(reading: Reading, sum: &mut f64) -> f64 {
    *sum += reading.value;
    *sum
}

#[operator]
async fn size(window: Window<u32, Reading>) -> usize {
    window.len()
}

#[operator]
async fn looked_up(sum: f64) -> f64 {
    tokio::task::yield_now().await;
    sum
}

/// A topology with an edge of each kind.
fn readings(instances: usize) -> Topology {
    topology!(
        job("readings", at_most_once),
        all = source(from_iter([Reading { sensor: 1, value: 2.0 }]))
            >> event_time(|_| EventTime::from_secs(1), lateness(1.secs())),
        sums = all >> by(|r| r.sensor) >> buffer(100) >> total * instances,
        sizes = all >> by(|r| r.sensor) >> window(sliding(10.mins(), 1.mins())) >> size * instances,
        sums >> looked_up >> sink(for_each(drop::<f64>)),
        sizes >> sink(for_each(drop::<usize>)),
        sizes.late >> ignore,
    )
}

fn plan(topology: &Topology) -> millstream::plan::Plan {
    topology.plan(&Config::default().buffer(1_000).batch(10)).unwrap()
}

#[test]
fn the_graph_has_every_node_and_edge_with_all_that_is_declared() {
    let graph = readings(2).graph();
    assert_eq!((&*graph.name, &*graph.delivery), ("readings", "at_most_once"));
    let nodes: Vec<_> =
        graph.nodes.iter().map(|n| (&*n.name, &*n.operator, &*n.instances)).collect();
    let expected = [
        ("all", "FromIter", "1"),
        ("sums", "total", "2"),
        ("sizes", "size", "2"),
        ("looked_up", "looked_up", "1"),
        ("looked_up_sink", "ForEach", "1"),
        ("sizes_sink", "ForEach", "1"),
        ("sizes_late_ignored", "ignore", "1"),
    ];
    assert_eq!(nodes, expected);
    let window = &graph.edges[1];
    assert_eq!((&*window.events, &*window.grouping), ("Reading", "by key"));
    assert_eq!(window.window.as_deref(), Some("sliding 10m by 1m"));
    let late = graph.edges.iter().find(|edge| edge.output.is_some()).unwrap();
    assert_eq!((late.output.as_deref(), &*late.events), (Some("late"), "Late<Reading>"));
    assert!(graph.nodes.iter().all(|node| node.location.starts_with("tests/engine/plan.rs:")));
}

#[test]
fn each_way_to_write_the_graph_names_every_node() {
    let graph = readings(2).graph();
    for text in [graph.mermaid(), graph.dot(), graph.json(), graph.svg()] {
        for node in &graph.nodes {
            assert!(text.contains(&node.name), "{} in {text}", node.name);
        }
        assert!(text.contains("Late") && text.contains("sliding 10m by 1m"), "{text}");
    }
}

#[test]
fn the_plan_says_of_every_edge_what_it_is_and_why() {
    let reasons = |instances| -> Vec<Reason> {
        plan(&readings(instances)).edges().iter().map(|edge| edge.reason).collect()
    };
    use Reason::{Awaits, Buffer, Grouping, Instances, SingleInstances};
    let one = [Buffer, SingleInstances, SingleInstances, Awaits, SingleInstances, SingleInstances];
    assert_eq!(reasons(1), one);
    let two = [Buffer, Grouping, Instances, Awaits, Instances, Instances];
    assert_eq!(reasons(2), two);
}

#[test]
fn the_plan_is_a_table_to_read() {
    let text = plan(&readings(2)).to_string();
    for line in [
        "readings (at_most_once): 9 tasks, 0 calls, 6 channels",
        "all >> sums                       channel  a buffer is declared",
        "buffers: 225 KiB when all are full",
    ] {
        assert!(text.contains(line), "no `{line}` in\n{text}");
    }
}

#[test]
fn the_memory_of_an_edge_is_that_of_all_its_channels() {
    let plan = plan(&readings(2));
    let buffer = |at: usize| plan.edges()[at].buffer.unwrap();
    // A reading takes 16 bytes, its time and the hash of its key 8 each.
    assert_eq!((buffer(0).channels, buffer(0).events, buffer(0).bytes), (2, 100, Bytes(6_400)));
    assert_eq!((buffer(1).channels, buffer(1).events, buffer(1).bytes), (2, 1_000, Bytes(64_000)));
    let sum: u64 = plan.edges().iter().filter_map(|edge| edge.buffer).map(|b| b.bytes.0).sum();
    assert_eq!(plan.memory(), Bytes(sum));
    // Where all is one task, only what is asked for is a buffer.
    let calls =
        self::plan(&readings(1)).edges().iter().filter(|edge| edge.buffer.is_none()).count();
    assert_eq!(calls, 4);
}

#[test]
fn buffers_that_take_more_than_they_may_are_refused_before_anything_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.csv");
    let topology = |budget: Bytes| {
        topology!(
            job("wide").memory(budget),
            numbers = source(from_iter(0..10_u64)),
            numbers >> shuffle >> map(|number| number) * 4 >> sink(csv_file(&path)),
        )
    };
    // Two edges of four channels, eight batches of 4,096 numbers of 8 bytes in each.
    assert_eq!(topology(2.mib()).plan(&Config::default()).unwrap().memory(), 2.mib());
    let error = refused(topology(Bytes(2 * 1024 * 1024 - 1)));
    assert_eq!(error.kind(), ErrorKind::Topology);
    assert!(!path.exists());
    let largest = "`map >> map_sink` with 1 MiB (4 × 32768 events)";
    let sentence = outcome::over_budget("2 MiB", "1.9 MiB", largest);
    let expected = format!(
        "topology `wide` cannot run:\n  {} [{}]\n    help: {}",
        sentence.wrong, sentence.code, sentence.help
    );
    assert_eq!(error.to_string(), expected);
}

#[test]
fn arguments_can_ask_for_the_graph_and_the_plan() {
    let topology = readings(1);
    let asked = |arguments: &[&str]| {
        let arguments = std::iter::once("program").chain(arguments.iter().copied());
        topology.answer_cli(arguments.map(str::to_owned), &Config::default())
    };
    assert_eq!(asked(&[]).unwrap(), None);
    assert_eq!(asked(&["--input", "graph"]).unwrap(), None);
    let graph = topology.graph();
    assert_eq!(asked(&["graph"]).unwrap(), Some(graph.mermaid()));
    assert_eq!(asked(&["graph", "--svg"]).unwrap(), Some(graph.svg()));
    assert_eq!(asked(&["graph", "--dot"]).unwrap(), Some(graph.dot()));
    let json = asked(&["graph", "--json"]).unwrap().unwrap();
    assert!(json.starts_with("{\n  \"version\": 2,\n  \"name\": \"readings\","), "{json}");
    // What the plan adds is unknown to the graph alone.
    assert!(
        json.contains("\"how\": \"channel: ") && !graph.json().contains("\"how\": \"channel: ")
    );
    assert!(asked(&["plan"]).unwrap().unwrap().starts_with("readings (at_most_once): 3 tasks"));
    let error = asked(&["graph", "--svgg"]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let message = error.to_string();
    assert!(
        message.starts_with("`graph` has no option `--svgg`; did you mean `--svg`?"),
        "{message}"
    );
}

#[test]
fn a_misspelt_question_is_refused_and_other_words_are_left_to_the_program() {
    let topology = readings(1);
    let asked = |word: &str| {
        let arguments = ["program", word].map(str::to_owned);
        topology.answer_cli(arguments, &Config::default())
    };
    for (word, meant) in
        [("grph", "graph"), ("--graph", "graph"), ("Graph", "graph"), ("plann", "plan")]
    {
        let error = asked(word).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        let said = format!("there is no question `{word}`; did you mean `{meant}`?");
        assert_eq!(error.to_string(), said);
    }
    for word in ["data.csv", "--verbose", "", "-", "3"] {
        assert_eq!(asked(word).unwrap(), None, "{word}");
    }
}

#[test]
fn an_edge_that_may_drop_is_a_channel() {
    let topology = topology!(
        numbers = source(from_iter(0..9_u64)),
        shown = numbers >> overflow(drop_oldest) >> map(|number| number),
        shown >> ignore,
        shown.overflow >> ignore,
        numbers >> overflow(block) >> ignore,
    );
    let plan = plan(&topology);
    let reasons: Vec<_> = plan.edges().iter().map(|edge| edge.reason).collect();
    let expected =
        [Reason::Overflow, Reason::SingleInstances, Reason::Dropped, Reason::SingleInstances];
    assert_eq!(reasons, expected);
    assert_eq!(reasons[0].to_string(), "channel: a policy for overflow is declared");
}

/// As one type this chain would be too deep for the compiler.
#[test]
fn a_chain_of_ninety_stages_compiles_and_runs_as_one_task() {
    let kept = Collected::new();
    let topology = topology!(
        job("long"),
        l0 = source(from_iter(0..3_u64)),
        l1 = l0 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l2 = l1 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l3 = l2 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l4 = l3 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l5 = l4 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l6 = l5 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l7 = l6 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l8 = l7 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l9 = l8 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l10 = l9 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l11 = l10 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l12 = l11 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l13 = l12 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l14 = l13 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l15 = l14 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l16 = l15 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l17 = l16 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l18 = l17 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l19 = l18 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l20 = l19 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l21 = l20 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l22 = l21 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l23 = l22 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l24 = l23 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l25 = l24 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l26 = l25 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l27 = l26 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l28 = l27 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l29 = l28 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l30 = l29 >> shuffle >> map(|n| n + 1) >> filter(|_| true),
        l30 >> sink(kept.sink()),
    );
    assert_eq!(topology.plan(&Config::default()).unwrap().tasks(), 1);
    simulation::run(1, topology, Config::default()).unwrap();
    assert_eq!(kept.take(), [30, 31, 32]);
}
