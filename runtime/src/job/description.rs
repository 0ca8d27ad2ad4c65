//! What checkpoints say of their job.

use crate::checkpoint::{Manifest, NodeSaved, NodeTypes, SinkFile, text_of};
use crate::plan::Plan;
use crate::topology::{Declaration, NodeId};
use std::collections::BTreeMap;

/// The types that the nodes of a job keep in checkpoints.
pub(super) type KeptByNode = BTreeMap<NodeId, NodeTypes>;

/// Describes a job in its checkpoints.
pub(super) fn manifest(declaration: &Declaration, plan: &Plan, kept: &KeptByNode) -> Manifest {
    let nodes = declaration.nodes().iter().zip(plan.nodes()).enumerate();
    let nodes = nodes.map(|(at, (declared, planned))| NodeSaved {
        shape: kept.get(&NodeId(at)).map(text_of).unwrap_or_default(),
        name: planned.name.clone(),
        kind: declared.kind.word().to_owned(),
        instances: u32::try_from(planned.instances).unwrap_or(u32::MAX),
        ..NodeSaved::default()
    });
    Manifest {
        job: declaration.name().to_owned(),
        key_groups: u16::try_from(declaration.key_groups().count()).unwrap_or(u16::MAX),
        delivery: declaration.delivery().to_string(),
        nodes: nodes.collect(),
        ..Manifest::default()
    }
}

/// The files that the sinks of a job write.
pub(super) fn sink_files(declaration: &Declaration) -> Vec<SinkFile> {
    let nodes = declaration.nodes().iter();
    let files = nodes.flat_map(|node| node.files.iter().map(move |file| (node, file)));
    let written = files.filter(|(_, file)| file.is_written());
    written.map(|(node, file)| (node.name.clone(), file.name())).collect()
}
