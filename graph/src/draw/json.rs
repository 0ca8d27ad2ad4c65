//! A topology as an object of JSON.

use crate::shape::{Edge, Node, Shape};

/// The topology as an object of JSON.
///
/// The keys are the fields of the shape, in order; an edge has the names of its nodes. What is not
/// declared is `null`.
#[must_use]
pub fn json(shape: &Shape) -> String {
    let nodes = shape.nodes.iter().map(node);
    let edges = shape.connections().map(|(along, from, to)| edge(along, from, to));
    format!(
        "{{\n  \"name\": {},\n  \"delivery\": {},\n  \"nodes\": {},\n  \"edges\": {}\n}}\n",
        quoted(&shape.name),
        quoted(&shape.delivery),
        list(nodes),
        list(edges),
    )
}

fn node(node: &Node) -> String {
    object(&[
        ("name", quoted(&node.name)),
        ("kind", quoted(node.kind.name())),
        ("operator", quoted(&node.operator)),
        ("instances", quoted(&node.instances)),
        ("location", quoted(&node.location)),
    ])
}

fn edge(edge: &Edge, from: &Node, to: &Node) -> String {
    let or_null = |text: Option<String>| text.unwrap_or_else(|| "null".to_owned());
    object(&[
        ("from", quoted(&from.name)),
        ("output", or_null(edge.output.as_deref().map(quoted))),
        ("to", quoted(&to.name)),
        ("grouping", quoted(&edge.grouping)),
        ("events", quoted(&edge.events)),
        ("buffer", or_null(edge.buffer.map(|events| events.to_string()))),
        ("window", or_null(edge.window.as_deref().map(quoted))),
    ])
}

/// The objects, indented one step further than their key.
fn list(objects: impl Iterator<Item = String>) -> String {
    let objects: Vec<String> = objects.collect();
    if objects.is_empty() {
        return "[]".to_owned();
    }
    format!("[\n{}\n  ]", objects.join(",\n"))
}

fn object(fields: &[(&str, String)]) -> String {
    let fields: Vec<String> =
        fields.iter().map(|(key, value)| format!("      \"{key}\": {value}")).collect();
    format!("    {{\n{}\n    }}", fields.join(",\n"))
}

/// The text in quotes, as JSON and YAML read it.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            letter if letter.is_control() => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::{json, quoted};
    use crate::draw::samples::{edge, node};
    use crate::shape::{Edge, Kind, Node, Shape};

    #[test]
    fn all_fields_are_there_in_their_order() {
        let mut shape = Shape::new("copy", "at least once");
        shape.nodes = vec![
            node("lines", Kind::Source, "file", "1"),
            Node { location: "src/copy.rs:7".into(), ..node("out", Kind::Sink, "", "2") },
        ];
        shape.edges = vec![
            Edge {
                buffer: Some(64),
                window: Some("fixed 5 s".into()),
                ..edge(0, 1, "shuffle", "String")
            },
            Edge { output: Some("late".into()), ..Edge::new(0, 1) },
            Edge::new(0, 2),
        ];
        assert_eq!(
            json(&shape),
            r#"{
  "name": "copy",
  "delivery": "at least once",
  "nodes": [
    {
      "name": "lines",
      "kind": "source",
      "operator": "file",
      "instances": "1",
      "location": ""
    },
    {
      "name": "out",
      "kind": "sink",
      "operator": "",
      "instances": "2",
      "location": "src/copy.rs:7"
    }
  ],
  "edges": [
    {
      "from": "lines",
      "output": null,
      "to": "out",
      "grouping": "shuffle",
      "events": "String",
      "buffer": 64,
      "window": "fixed 5 s"
    },
    {
      "from": "lines",
      "output": "late",
      "to": "out",
      "grouping": "forward",
      "events": "",
      "buffer": null,
      "window": null
    }
  ]
}
"#
        );
    }

    #[test]
    fn nothing_is_an_object_too() {
        assert_eq!(
            json(&Shape::default()),
            "{\n  \"name\": \"\",\n  \"delivery\": \"\",\n  \"nodes\": [],\n  \"edges\": []\n}\n"
        );
    }

    #[test]
    fn what_json_does_not_allow_in_a_text_is_escaped() {
        assert_eq!(quoted("a\"b\\c\nd\te\r\u{1}\u{7f}é"), r#""a\"b\\c\nd\te\r\u0001\u007fé""#);
    }
}
