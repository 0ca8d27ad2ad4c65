//! A graph as a file of JSON.

use crate::error::{Error, ErrorKind, Result};
use millstream_graph::draw::JSON_VERSION;
use serde::Deserialize;
use std::io;

/// A topology, as `graph --json` prints it.
#[derive(Debug, Deserialize)]
pub(super) struct GraphFile {
    pub(super) name: String,
    pub(super) delivery: String,
    pub(super) cores: Option<usize>,
    pub(super) key_groups: Option<usize>,
    pub(super) nodes: Vec<NodeLine>,
    pub(super) edges: Vec<EdgeLine>,
    /// Unknown if there is no plan.
    pub(super) paths: Option<Vec<PathLine>>,
}

/// A node of the graph.
#[derive(Debug, Deserialize)]
pub(super) struct NodeLine {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) operator: String,
    pub(super) instances: String,
    pub(super) location: String,
    pub(super) count: Option<usize>,
    pub(super) keeps: Option<String>,
}

/// An edge of the graph.
#[derive(Debug, Deserialize)]
pub(super) struct EdgeLine {
    pub(super) from: String,
    pub(super) output: Option<String>,
    pub(super) to: String,
    pub(super) grouping: String,
    pub(super) events: String,
    pub(super) window: Option<String>,
    pub(super) policy: Option<String>,
    pub(super) how: Option<String>,
    pub(super) capacity: Option<usize>,
}

/// A path of the graph.
#[derive(Debug, Deserialize)]
pub(super) struct PathLine {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) guarantee: String,
    pub(super) weaker: Vec<String>,
}

/// The version alone.
#[derive(Debug, Deserialize)]
struct VersionLine {
    version: Option<u32>,
}

impl GraphFile {
    /// Reads a graph of before.
    ///
    /// # Errors
    /// If the file cannot be read, or is no graph of this version.
    pub(super) fn read(path: &str) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            let missing = error.kind() == io::ErrorKind::NotFound;
            let error = wrong(format!("cannot read `{path}`")).caused_by(error);
            let help = "write it with the program of before: `graph --json > OLD.json`";
            if missing { error.help(help) } else { error }
        })?;
        Self::parse(path, &text)
    }

    /// # Errors
    /// If the text is no graph of this version.
    pub(super) fn parse(path: &str, text: &str) -> Result<Self> {
        let no_graph = |error: serde_json::Error| {
            let help = "write it once more: `graph --json > OLD.json`";
            wrong(format!("`{path}` is no graph in JSON")).caused_by(error).help(help)
        };
        if text.trim().is_empty() {
            let help = "`graph --json > OLD.json` writes it, with the program of before";
            return Err(wrong(format!("`{path}` is empty")).help(help));
        }
        let VersionLine { version } = serde_json::from_str(text).map_err(no_graph)?;
        match version {
            Some(JSON_VERSION) => serde_json::from_str(text).map_err(no_graph),
            None => Err(wrong(format!(
                "`{path}` has no version: an older millstream has written it, and it lacks what is \
                 compared"
            ))
            .help("build the program of before with this millstream, and write it once more")),
            Some(other) => Err(wrong(format!(
                "`{path}` is of version {other}, and this millstream compares version \
                 {JSON_VERSION}"
            ))
            .help("write it once more with this millstream")),
        }
    }
}

fn wrong(message: String) -> Error {
    Error::new(ErrorKind::Config, message)
}
