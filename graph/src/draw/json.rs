//! A topology as an object of JSON.

use crate::shape::{Edge, GuaranteedPath, Node, Shape};

/// The version of the objects. A later version has more keys, and all of these.
pub const JSON_VERSION: u32 = 2;

/// The topology as an object of JSON.
///
/// The keys are the fields of the shape, in order; an edge and a path have the names of their
/// nodes. What is not declared, or not planned, is `null`.
#[must_use]
pub fn json(shape: &Shape) -> String {
    let planned = shape.planned.as_ref();
    let paths = planned.map(|planned| list(planned.paths.iter().map(|along| path(along, shape))));
    let nodes = shape.nodes.iter().map(node);
    let edges = shape.connections().map(|(along, from, to)| edge(along, from, to));
    let fields = [
        ("version", JSON_VERSION.to_string()),
        ("name", quoted(&shape.name)),
        ("delivery", quoted(&shape.delivery)),
        ("cores", or_null(planned.map(|planned| planned.cores))),
        ("key_groups", or_null(planned.map(|planned| planned.key_groups))),
        ("nodes", list(nodes)),
        ("edges", list(edges)),
        ("paths", or_null(paths)),
    ];
    let fields = fields.map(|(key, value)| format!("  \"{key}\": {value}"));
    format!("{{\n{}\n}}\n", fields.join(",\n"))
}

fn node(node: &Node) -> String {
    object(&[
        ("name", quoted(&node.name)),
        ("kind", quoted(node.kind.name())),
        ("operator", quoted(&node.operator)),
        ("instances", quoted(&node.instances)),
        ("location", quoted(&node.location)),
        ("count", or_null(node.count)),
        ("keeps", or_null(node.keeps.as_deref().map(quoted))),
    ])
}

fn edge(edge: &Edge, from: &Node, to: &Node) -> String {
    object(&[
        ("from", quoted(&from.name)),
        ("output", or_null(edge.output.as_deref().map(quoted))),
        ("to", quoted(&to.name)),
        ("grouping", quoted(&edge.grouping)),
        ("events", quoted(&edge.events)),
        ("buffer", or_null(edge.buffer)),
        ("window", or_null(edge.window.as_deref().map(quoted))),
        ("policy", or_null(edge.policy.as_deref().map(quoted))),
        ("how", or_null(edge.how.as_deref().map(quoted))),
        ("capacity", or_null(edge.capacity)),
    ])
}

fn path(path: &GuaranteedPath, shape: &Shape) -> String {
    let name = |at: usize| or_null(shape.nodes.get(at).map(|node| quoted(&node.name)));
    let weaker: Vec<String> = path.weaker.iter().map(|reason| quoted(reason)).collect();
    object(&[
        ("from", name(path.from)),
        ("to", name(path.to)),
        ("guarantee", quoted(&path.guarantee)),
        ("weaker", format!("[{}]", weaker.join(", "))),
    ])
}

fn or_null(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "null".to_owned(), |value| value.to_string())
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
    use crate::shape::{Edge, GuaranteedPath, Kind, Node, Planned, Shape};

    const ALL: &str = r#"{
  "version": 2,
  "name": "copy",
  "delivery": "at least once",
  "cores": 4,
  "key_groups": 256,
  "nodes": [
    {
      "name": "lines",
      "kind": "source",
      "operator": "file",
      "instances": "1",
      "location": "",
      "count": null,
      "keeps": null
    },
    {
      "name": "out",
      "kind": "sink",
      "operator": "",
      "instances": "2",
      "location": "src/copy.rs:7",
      "count": 2,
      "keeps": "sink"
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
      "window": "fixed 5 s",
      "policy": "drop_oldest",
      "how": "channel: a buffer is declared",
      "capacity": 64
    },
    {
      "from": "lines",
      "output": "late",
      "to": "out",
      "grouping": "forward",
      "events": "",
      "buffer": null,
      "window": null,
      "policy": null,
      "how": null,
      "capacity": null
    }
  ],
  "paths": [
    {
      "from": "lines",
      "to": "out",
      "guarantee": "once",
      "weaker": ["it \"drops\"", "it repeats"]
    }
  ]
}
"#;

    #[test]
    fn all_fields_are_there_in_their_order() {
        let mut shape = Shape::new("copy", "at least once");
        shape.nodes = vec![
            node("lines", Kind::Source, "file", "1"),
            Node {
                location: "src/copy.rs:7".into(),
                count: Some(2),
                keeps: Some("sink".into()),
                ..node("out", Kind::Sink, "", "2")
            },
        ];
        shape.edges = vec![
            Edge {
                buffer: Some(64),
                window: Some("fixed 5 s".into()),
                policy: Some("drop_oldest".into()),
                how: Some("channel: a buffer is declared".into()),
                capacity: Some(64),
                ..edge(0, 1, "shuffle", "String")
            },
            Edge { output: Some("late".into()), ..Edge::new(0, 1) },
            Edge::new(0, 2),
        ];
        let path = GuaranteedPath { to: 1, guarantee: "once".into(), ..Default::default() };
        let weaker = vec!["it \"drops\"".into(), "it repeats".into()];
        let paths = vec![GuaranteedPath { weaker, ..path }];
        shape.planned = Some(Planned { cores: 4, key_groups: 256, paths });
        assert_eq!(json(&shape), ALL);
    }

    #[test]
    fn nothing_is_an_object_too() {
        assert_eq!(
            json(&Shape::default()),
            r#"{
  "version": 2,
  "name": "",
  "delivery": "",
  "cores": null,
  "key_groups": null,
  "nodes": [],
  "edges": [],
  "paths": null
}
"#
        );
    }

    #[test]
    fn what_json_does_not_allow_in_a_text_is_escaped() {
        assert_eq!(quoted("a\"b\\c\nd\te\r\u{1}\u{7f}é"), r#""a\"b\\c\nd\te\r\u0001\u007fé""#);
    }
}
