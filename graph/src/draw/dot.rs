//! A topology in the language of Graphviz.

use crate::draw::caption::{along, heading, made_of};
use crate::shape::{Edge, Kind, Node, Shape};

/// The graph of a topology in the language of Graphviz.
///
/// The outline of a node shows its kind: a source is an ellipse, an operator a box, with tabs if it
/// awaits, a sink a cylinder, an ignored end a small circle. A node with several instances has a
/// double outline. Edges from side outputs, and those that feed back, are dashed.
#[must_use]
pub fn dot(shape: &Shape) -> String {
    let mut text = String::from("digraph {\n    rankdir=LR;\n");
    let heading = heading(shape);
    if !heading.is_empty() {
        text.push_str(&format!("    label={};\n    labelloc=t;\n", quoted(&heading)));
    }
    text.push_str("    node [fontname=\"sans-serif\", fontsize=12];\n");
    text.push_str("    edge [fontname=\"sans-serif\", fontsize=10];\n");
    for (index, node) in shape.nodes.iter().enumerate() {
        text.push_str(&format!("    n{index} [{}];\n", attributes_of_node(node)));
    }
    for (edge, _, _) in shape.connections() {
        let attributes = match attributes_of_edge(edge) {
            nothing if nothing.is_empty() => nothing,
            attributes => format!(" [{attributes}]"),
        };
        text.push_str(&format!("    n{} -> n{}{attributes};\n", edge.from, edge.to));
    }
    text.push_str("}\n");
    text
}

fn attributes_of_node(node: &Node) -> String {
    let outline = match node.kind {
        Kind::Source => "ellipse",
        Kind::Operator => "box",
        Kind::Awaiting => "component",
        Kind::Sink => "cylinder",
        Kind::Ignored => "circle",
    };
    let made_of = made_of(node);
    let lines = if made_of.is_empty() {
        node.name.clone()
    } else {
        format!("{}\n{made_of}", one_line(&node.name))
    };
    let mut attributes = match node.kind {
        // The text is beside the circle, which would grow with it.
        Kind::Ignored => format!("shape=circle, width=0.2, label=\"\", xlabel={}", quoted(&lines)),
        _ => format!("shape={outline}, label={}", quoted(&lines)),
    };
    if !matches!(node.instances.as_str(), "" | "1") {
        attributes.push_str(", peripheries=2");
    }
    if !node.location.is_empty() {
        attributes.push_str(&format!(", tooltip={}", quoted(&node.location)));
    }
    attributes
}

fn attributes_of_edge(edge: &Edge) -> String {
    let mut attributes = Vec::new();
    let along = along(edge);
    if !along.is_empty() {
        attributes.push(format!("label={}", quoted(&along)));
    }
    let back = edge.from >= edge.to;
    if back || edge.output.is_some() {
        attributes.push("style=dashed".to_owned());
    }
    if back {
        attributes.push("constraint=false".to_owned());
    }
    attributes.join(", ")
}

fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// The text in quotes, escaped for Graphviz.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            // In a label Graphviz reads the entities of HTML.
            '&' => quoted.push_str("&amp;"),
            '\n' => quoted.push_str("\\n"),
            letter if letter.is_control() => quoted.push(' '),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::dot;
    use crate::draw::samples::{edge, node, small};
    use crate::shape::{Edge, Kind, Shape};

    #[test]
    fn each_kind_has_an_outline_of_its_own() {
        assert_eq!(
            dot(&small()),
            r#"digraph {
    rankdir=LR;
    label="enrich · at least once";
    labelloc=t;
    node [fontname="sans-serif", fontsize=12];
    edge [fontname="sans-serif", fontsize=10];
    n0 [shape=ellipse, label="orders\nkafka"];
    n1 [shape=component, label="priced\nprice<Eur> × 2", peripheries=2, tooltip="src/enrich.rs:12"];
    n2 [shape=cylinder, label="table"];
    n3 [shape=circle, width=0.2, label="", xlabel="ignored"];
    n0 -> n1 [label="by key · Order · buffer 64"];
    n1 -> n2 [label="Priced"];
    n1 -> n3 [label="errors · PriceError", style=dashed];
}
"#
        );
    }

    #[test]
    fn nothing_that_is_written_is_read_as_dot() {
        let mut shape = Shape::new("", "");
        shape.nodes = vec![node("a\"\\N", Kind::Operator, "&lt;", "1")];
        shape.edges = vec![edge(0, 0, "forward", "\"]; x"), Edge::new(0, 1)];
        let text = dot(&shape);
        assert!(text.contains(r#"n0 [shape=box, label="a\"\\N\n&amp;lt;"];"#), "{text}");
        assert!(
            text.contains(r#"n0 -> n0 [label="\"]; x", style=dashed, constraint=false];"#),
            "{text}"
        );
        assert_eq!(text.matches("->").count(), 1);
    }
}
