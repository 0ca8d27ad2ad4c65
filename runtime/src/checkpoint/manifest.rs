//! What a checkpoint is of: the job, its nodes and settings.

use crate::error::{Error, ErrorKind, Result};
use crate::time::EventTime;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// Describes the job at a checkpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The name of the job.
    pub job: String,
    /// The number of the checkpoint, at least 1 and never used again.
    pub epoch: u64,
    /// How many times the job had been started; set by the directory that writes the checkpoint.
    pub generation: u64,
    /// The number of key groups.
    pub key_groups: u16,
    /// The delivery guarantee, as it is written in a topology.
    pub delivery: String,
    /// All nodes of the job, in the order of the topology.
    pub nodes: Vec<NodeSaved>,
    /// When the checkpoint was taken, in microseconds since the epoch.
    pub created: i64,
    /// Whether the job has ended: there is nothing to do if it is started again.
    pub finished: bool,
    /// The instances that have ended.
    pub ended: Vec<(String, u32)>,
    /// Room for what other parts of the engine record, by a name of their own.
    pub notes: Vec<(String, Vec<u8>)>,
}

/// The names of a sink and of a file that it writes.
pub(crate) type SinkFile = (String, String);

/// The note with all of them.
const SINK_FILES: &str = "sink files";

/// The names of sinks, and what they continue from before their first cut.
pub(crate) type FirstCuts = Vec<(String, Vec<u8>)>;

/// The note with all of them.
const FIRST_CUTS: &str = "first cuts";

/// A node of a job at a checkpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeSaved {
    /// Its name.
    pub name: String,
    /// What it is, in one word.
    pub kind: String,
    /// The number of its instances.
    pub instances: u32,
    /// Whether it saves anything.
    pub stateful: bool,
    /// The shape of each type that it saves, in lines such as `rows state: Mean { n: u64 }`; empty
    /// if unknown.
    pub shape: String,
}

impl Manifest {
    /// The node of a name.
    #[must_use]
    pub fn node(&self, name: &str) -> Option<&NodeSaved> {
        self.nodes.iter().find(|node| node.name == name)
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>> {
        postcard::to_allocvec(self).map_err(|error| {
            Error::new(ErrorKind::Checkpoint, "cannot encode the manifest").caused_by(error)
        })
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        match postcard::take_from_bytes(bytes) {
            Ok((manifest, [])) => Some(manifest),
            _ => None,
        }
    }

    /// The files that the sinks of the job write, each with the name of its sink: a start may
    /// replace those.
    pub(crate) fn sink_files(&self) -> Vec<SinkFile> {
        let note = self.notes.iter().find(|(name, _)| name == SINK_FILES);
        note.and_then(|(_, bytes)| postcard::from_bytes(bytes).ok()).unwrap_or_default()
    }

    pub(crate) fn set_sink_files(&mut self, files: &[SinkFile]) -> Result<()> {
        self.note(SINK_FILES, files)
    }

    /// What a sink continues from that has no cut yet.
    pub(crate) fn first_cut(&self, sink: &str) -> Option<Vec<u8>> {
        let mut cuts = self.first_cuts().into_iter();
        cuts.find(|(name, _)| name == sink).map(|(_, cut)| cut)
    }

    /// Adds those of new sinks.
    pub(crate) fn add_first_cuts(&mut self, cuts: FirstCuts) -> Result<()> {
        let mut all = self.first_cuts();
        all.retain(|(name, _)| !cuts.iter().any(|(new, _)| new == name));
        all.extend(cuts);
        if all.is_empty() { Ok(()) } else { self.note(FIRST_CUTS, &all) }
    }

    fn first_cuts(&self) -> FirstCuts {
        let note = self.notes.iter().find(|(name, _)| name == FIRST_CUTS);
        note.and_then(|(_, bytes)| postcard::from_bytes(bytes).ok()).unwrap_or_default()
    }

    fn note<V: Serialize + ?Sized>(&mut self, name: &str, value: &V) -> Result<()> {
        let bytes = postcard::to_allocvec(value).map_err(|error| {
            let message = format!("cannot encode the note of {name}");
            Error::new(ErrorKind::Checkpoint, message).caused_by(error)
        })?;
        self.notes.retain(|(other, _)| other != name);
        self.notes.push((name.to_owned(), bytes));
        Ok(())
    }

    /// The manifest for people.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let finished = if self.finished { "\nfinished    yes" } else { "" };
        let written = write!(
            text,
            "job         {}\ncheckpoint  {}\ngeneration  {}\ncreated     {}\ndelivery    {}\n\
             key groups  {}{finished}\n\nnode                      kind        instances  state\n",
            self.job,
            self.epoch,
            self.generation,
            EventTime::from_micros(self.created),
            self.delivery,
            self.key_groups,
        );
        let rows = self.nodes.iter().map(|node| {
            let state = if node.stateful { "yes" } else { "no" };
            writeln!(text, "{:<24}  {:<10}  {:>9}  {state}", node.name, node.kind, node.instances)
        });
        // Writing to a `String` does not fail.
        debug_assert!(rows.chain([written]).all(|written| written.is_ok()));
        for node in self.nodes.iter().filter(|node| !node.shape.is_empty()) {
            text.extend(["\n", &node.name, "\n"]);
            text.extend(node.shape.lines().flat_map(|line| ["  ", line, "\n"]));
        }
        text
    }
}
