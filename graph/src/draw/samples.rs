//! Topologies for the tests of this folder.

use crate::shape::{Edge, Kind, Node, Shape};

/// A node with an operator and a number of instances.
pub(super) fn node(name: &str, kind: Kind, operator: &str, instances: &str) -> Node {
    Node { operator: operator.into(), instances: instances.into(), ..Node::new(name, kind) }
}

/// An edge with a grouping and a type of events.
pub(super) fn edge(from: usize, to: usize, grouping: &str, events: &str) -> Edge {
    Edge { grouping: grouping.into(), events: events.into(), ..Edge::new(from, to) }
}

/// An edge from a side output.
pub(super) fn side(from: usize, output: &str, to: usize, events: &str) -> Edge {
    Edge { output: Some(output.into()), ..edge(from, to, "forward", events) }
}

/// A source, an operator that awaits, a sink, and an ignored end for errors.
pub(super) fn small() -> Shape {
    let mut shape = Shape::new("enrich", "at least once");
    shape.nodes = vec![
        node("orders", Kind::Source, "kafka", "1"),
        Node {
            location: "src/enrich.rs:12".into(),
            ..node("priced", Kind::Awaiting, "price<Eur>", "2")
        },
        node("table", Kind::Sink, "", "1"),
        node("ignored", Kind::Ignored, "", "1"),
    ];
    shape.edges = vec![
        Edge { buffer: Some(64), ..edge(0, 1, "by key", "Order") },
        edge(1, 2, "forward", "Priced"),
        side(1, "errors", 3, "PriceError"),
    ];
    shape
}

/// The detection of fraud, of the book.
pub(super) fn fraud() -> Shape {
    let mut shape = Shape::new("fraud", "exactly once");
    shape.nodes = vec![
        Node { location: "src/fraud.rs:28".into(), ..node("tx", Kind::Source, "csv", "1") },
        node("avg", Kind::Operator, "average_ticket", "2"),
        node("near", Kind::Operator, "proximity", "2"),
        node("count", Kind::Operator, "transaction_count", "2"),
        node("scores", Kind::Operator, "merge_scores", "2"),
        node("suspicious", Kind::Operator, "filter", "1"),
        node("alerts", Kind::Sink, "csv", "1"),
        node("ignored", Kind::Ignored, "", "1"),
        node("ignored", Kind::Ignored, "", "1"),
    ];
    shape.edges = vec![
        edge(0, 1, "by key", "Transaction"),
        Edge { window: Some("sliding 10 min".into()), ..edge(0, 2, "by key", "Transaction") },
        edge(0, 3, "by key", "Transaction"),
        edge(1, 4, "by key", "Score"),
        edge(2, 4, "by key", "Score"),
        edge(3, 4, "by key", "Score"),
        edge(4, 5, "forward", "Scores"),
        edge(5, 6, "to one", "Scores"),
        side(2, "late", 7, "Transaction"),
        side(0, "errors", 8, "CsvError"),
    ];
    shape
}
