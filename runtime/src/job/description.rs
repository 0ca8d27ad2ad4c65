//! What checkpoints say of their job, and whether it is the one that starts.

use crate::checkpoint::{Manifest, NodeSaved, SinkFile};
use crate::error::{Error, ErrorKind, Result};
use crate::plan::Plan;
use crate::topology::Declaration;

/// Describes a job in its checkpoints.
pub(super) fn manifest(declaration: &Declaration, plan: &Plan) -> Manifest {
    let nodes = declaration.nodes().iter().zip(plan.nodes());
    let nodes = nodes.map(|(declared, planned)| NodeSaved {
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

/// Compares the job with the one that wrote the checkpoint.
///
/// # Errors
/// If state would be lost, or would reach the wrong instance.
pub(super) fn compare(
    saved: &Manifest,
    (declaration, plan): (&Declaration, &Plan),
    forgotten: &[String],
) -> Result<()> {
    let now = manifest(declaration, plan);
    if saved.key_groups != now.key_groups {
        let message = format!(
            "the checkpoint is of a job with {} key groups, and this one has {}",
            saved.key_groups, now.key_groups
        );
        let help = "restore the number by `key_groups(…)`; it cannot change";
        return Err(Error::new(ErrorKind::Checkpoint, message).help(help));
    }
    let lost = saved.nodes.iter().find(|node| {
        node.stateful && now.node(&node.name).is_none() && !forgotten.contains(&node.name)
    });
    if let Some(node) = lost {
        let message = format!(
            "the checkpoint has the state of a node `{}`, which this topology has not",
            node.name
        );
        let help = "give a renamed node its old name, or give up its state by `Config::forget`";
        return Err(Error::new(ErrorKind::Checkpoint, message).help(help));
    }
    Ok(())
}
