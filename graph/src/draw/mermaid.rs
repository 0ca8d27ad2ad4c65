//! A topology as a flowchart in the language of Mermaid.

use crate::draw::caption::{along, heading, made_of};
use crate::draw::json::quoted;
use crate::shape::{Kind, Node, Shape};

/// The flowchart of a topology in the language of Mermaid.
///
/// The outline of a node shows its kind: a source is a stadium, an operator a rectangle, with bars
/// at its sides if it awaits, a sink a cylinder, an ignored end a small circle. Edges from side
/// outputs are dashed.
#[must_use]
pub fn mermaid(shape: &Shape) -> String {
    let mut text = String::new();
    let heading = heading(shape);
    if !heading.is_empty() {
        text.push_str(&format!("---\ntitle: {}\n---\n", quoted(&heading)));
    }
    text.push_str("flowchart LR\n");
    for (index, node) in shape.nodes.iter().enumerate() {
        text.push_str(&format!("    n{index}{}\n", outline(node)));
    }
    for (edge, _, _) in shape.connections() {
        let arrow = if edge.output.is_some() { "-.->" } else { "-->" };
        let along = match along(edge) {
            nothing if nothing.is_empty() => nothing,
            along => format!("|\"{}\"|", escaped(&along)),
        };
        text.push_str(&format!("    n{} {arrow}{along} n{}\n", edge.from, edge.to));
    }
    if shape.nodes.iter().any(|node| node.kind == Kind::Ignored) {
        text.push_str("    classDef ignored font-size:10px,opacity:0.7\n");
    }
    text
}

/// The text of a node, in the brackets that set its outline.
fn outline(node: &Node) -> String {
    let (open, close) = match node.kind {
        Kind::Source => ("([", "])"),
        Kind::Operator => ("[", "]"),
        Kind::Awaiting => ("[[", "]]"),
        Kind::Sink => ("[(", ")]"),
        Kind::Ignored => ("((", ")):::ignored"),
    };
    let lines: Vec<String> = [node.name.clone(), made_of(node)]
        .iter()
        .filter(|line| !line.is_empty())
        .map(|line| escaped(line))
        .collect();
    // Mermaid does not read a node whose text is empty.
    let lines = if lines.is_empty() { " ".to_owned() } else { lines.join("<br/>") };
    format!("{open}\"{lines}\"{close}")
}

/// The text, escaped for Mermaid and HTML.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '"' => escaped.push_str("#quot;"),
            '<' => escaped.push_str("#lt;"),
            '>' => escaped.push_str("#gt;"),
            '&' => escaped.push_str("#amp;"),
            '#' | '|' | '`' | '\\' => {
                escaped.push_str(&format!("#{};", u32::from(letter)));
            }
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::mermaid;
    use crate::draw::samples::{edge, fraud, node, small};
    use crate::shape::{Edge, Kind, Shape};

    #[test]
    fn each_kind_has_an_outline_of_its_own() {
        assert_eq!(
            mermaid(&small()),
            r#"---
title: "enrich · at least once"
---
flowchart LR
    n0(["orders<br/>kafka"])
    n1[["priced<br/>price#lt;Eur#gt; × 2"]]
    n2[("table")]
    n3(("ignored")):::ignored
    n0 -->|"by key · Order · buffer 64"| n1
    n1 -->|"Priced"| n2
    n1 -.->|"errors · PriceError"| n3
    classDef ignored font-size:10px,opacity:0.7
"#
        );
    }

    #[test]
    fn the_edges_of_side_outputs_are_dashed() {
        let text = mermaid(&fraud());
        assert!(text.contains("n0 -->|\"by key · Transaction · sliding 10 min\"| n2\n"), "{text}");
        assert!(text.contains("n2 -.->|\"late · Transaction\"| n7\n"), "{text}");
        assert_eq!(text.matches(" -.->").count(), 2);
    }

    #[test]
    fn nothing_that_is_written_is_read_as_mermaid() {
        let mut shape = Shape::new("a \"b\"\n---", "");
        shape.nodes = vec![node("x|\"#]", Kind::Operator, "f<A & B>\n`", "1")];
        shape.edges = vec![edge(0, 0, "forward", "Vec<[u8; 4]>"), Edge::new(0, 1)];
        assert_eq!(
            mermaid(&shape),
            r#"---
title: "a \"b\"\n---"
---
flowchart LR
    n0["x#124;#quot;#35;]<br/>f#lt;A #amp; B#gt; #96;"]
    n0 -->|"Vec#lt;[u8; 4]#gt;"| n0
"#
        );
    }

    #[test]
    fn nothing_is_a_flowchart_too() {
        assert_eq!(mermaid(&Shape::default()), "flowchart LR\n");
        let mut shape = Shape::default();
        shape.nodes.push(node("", Kind::Source, "", ""));
        assert_eq!(mermaid(&shape), "flowchart LR\n    n0([\" \"])\n");
    }
}
