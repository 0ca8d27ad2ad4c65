//! The captions of a drawing: its title, and the texts on nodes and along edges.

use crate::shape::{Edge, Node, Shape};

/// The name of the job and its delivery.
pub(super) fn heading(shape: &Shape) -> String {
    joined([shape.name.as_str(), shape.delivery.as_str()])
}

/// The operator and the number of instances of a node, unless the name implies them.
pub(super) fn made_of(node: &Node) -> String {
    let operator = if node.operator == node.name { "" } else { node.operator.as_str() };
    match node.instances.as_str() {
        "" | "1" => operator.to_owned(),
        many if many.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{operator} × {many}").trim_start().to_owned()
        }
        many => joined([operator, many]),
    }
}

/// The output and the grouping of an edge.
pub(super) fn route(edge: &Edge) -> String {
    let grouping = if edge.grouping == "forward" { "" } else { edge.grouping.as_str() };
    joined([edge.output.as_deref().unwrap_or_default(), grouping])
}

/// The window and the capacity of an edge.
pub(super) fn setting(edge: &Edge) -> String {
    let buffer = edge.buffer.map(|events| format!("buffer {events}")).unwrap_or_default();
    joined([edge.window.as_deref().unwrap_or_default(), &buffer])
}

/// The whole caption of an edge, in a line.
pub(super) fn along(edge: &Edge) -> String {
    joined([route(edge).as_str(), &edge.events, &setting(edge)])
}

/// The parts that are not empty, separated by dots.
pub(super) fn joined<const N: usize>(parts: [&str; N]) -> String {
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::{along, heading, made_of};
    use crate::shape::{Edge, Kind, Node, Shape};

    #[test]
    fn the_heading_leaves_out_what_is_not_known() {
        assert_eq!(heading(&Shape::new("fraud", "exactly once")), "fraud · exactly once");
        assert_eq!(heading(&Shape::new("fraud", "")), "fraud");
        assert_eq!(heading(&Shape::default()), "");
    }

    #[test]
    fn a_node_says_what_its_name_does_not() {
        for (operator, instances, expected) in [
            ("", "1", ""),
            ("avg", "1", ""),
            ("average_ticket", "", "average_ticket"),
            ("average_ticket", "2", "average_ticket × 2"),
            ("avg", "2", "× 2"),
            ("map", "one on each core", "map · one on each core"),
            ("", "one on each core", "one on each core"),
        ] {
            let node = Node {
                operator: operator.into(),
                instances: instances.into(),
                ..Node::new("avg", Kind::Operator)
            };
            assert_eq!(made_of(&node), expected);
        }
    }

    #[test]
    fn an_edge_says_nothing_of_going_forward() {
        assert_eq!(along(&Edge::new(0, 1)), "");
        let edge = Edge {
            output: Some("late".into()),
            grouping: "by key".into(),
            events: "Transaction".into(),
            buffer: Some(64),
            window: Some("sliding".into()),
            ..Edge::default()
        };
        assert_eq!(along(&edge), "late · by key · Transaction · sliding · buffer 64");
    }
}
