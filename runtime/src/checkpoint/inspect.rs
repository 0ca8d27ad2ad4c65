//! What a directory of checkpoints holds, without the types of the job.

use super::fault;
use super::folder::{FileName, Folder};
use super::manifest::Manifest;
use super::part::PartKind;
use crate::env::{Env, FileKind};
use crate::error::{Error, Result};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// Shows what a directory of checkpoints holds: print the result.
///
/// It may be in use by a job, which is not disturbed.
///
/// # Errors
/// If there is no directory at the path, or it cannot be read. A damaged checkpoint is no error: it
/// is shown as such.
pub fn inspect(directory: impl AsRef<Path>) -> Result<Inspection> {
    inspect_in(&Env::system(), directory.as_ref())
}

pub(crate) fn inspect_in(env: &Env, path: &Path) -> Result<Inspection> {
    let folder = Folder { env: env.clone(), path: path.to_owned() };
    let status = folder.files().status(path);
    let status = status.map_err(|error| folder.cannot("open", path, error))?;
    if status.kind != FileKind::Directory {
        return Err(fault(format!("{} is not a directory", path.display())));
    }
    let names = folder.names()?;
    let names = names.iter().filter_map(|name| FileName::parse(name));
    let mut newest = None;
    let mut files = Vec::new();
    for name in names {
        let file = InspectedFile::of(&folder, name);
        match file {
            Ok((manifest, file)) => {
                newest = Some(manifest);
                files.push(file);
            }
            Err(fault) => files.push(InspectedFile {
                name: name.to_string(),
                epoch: name.epoch,
                base: None,
                bytes: 0,
                nodes: Vec::new(),
                fault: Some(fault),
            }),
        }
    }
    Ok(Inspection { manifest: newest, files })
}

/// What a directory of checkpoints holds: what [`inspect`] returns. It prints as a table.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// The manifest of the newest file that is good.
    pub manifest: Option<Manifest>,
    /// The files, the oldest first.
    pub files: Vec<InspectedFile>,
}

/// A file of a checkpoint.
#[derive(Debug, Clone)]
pub struct InspectedFile {
    /// Its name.
    pub name: String,
    /// The number of the checkpoint.
    pub epoch: u64,
    /// The checkpoint on which it builds; none if it stands alone.
    pub base: Option<u64>,
    /// Its length.
    pub bytes: u64,
    /// What it holds, by node and kind.
    pub nodes: Vec<InspectedNode>,
    /// Why it cannot be used, if so.
    pub fault: Option<Error>,
}

/// What a file holds of a node, of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectedNode {
    /// The name of the node.
    pub node: String,
    /// The kind, in words.
    pub kind: String,
    /// The number of instances that have saved something.
    pub instances: usize,
    /// The number of key groups with rows.
    pub groups: usize,
    /// The number of rows and wholes, removals included.
    pub records: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl InspectedFile {
    fn of(folder: &Folder, name: FileName) -> Result<(Manifest, Self)> {
        let file = folder.open(name)?;
        let mut nodes: BTreeMap<(&str, u8), InspectedNode> = BTreeMap::new();
        for part in &file.index {
            let node = nodes.entry((&part.node, part.kind)).or_insert_with(|| InspectedNode {
                node: part.node.clone(),
                kind: PartKind::of(part.kind).map_or("unknown".into(), |kind| kind.to_string()),
                instances: 0,
                groups: 0,
                records: 0,
                bytes: 0,
            });
            node.instances += 1;
            for section in &part.sections {
                node.groups += usize::from(section.group.is_some());
                node.records += section.records;
                node.bytes += section.length;
            }
        }
        let inspected = Self {
            name: name.to_string(),
            epoch: name.epoch,
            base: file.header.base.map(|base| base.epoch),
            bytes: file.bytes,
            nodes: nodes.into_values().collect(),
            fault: None,
        };
        Ok((file.manifest, inspected))
    }
}

impl fmt::Display for Inspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.manifest {
            Some(manifest) => write!(f, "{}", manifest.text())?,
            None => writeln!(f, "no checkpoint")?,
        }
        self.files.iter().try_for_each(|file| write!(f, "\n{file}"))
    }
}

impl fmt::Display for InspectedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(fault) = &self.fault {
            return writeln!(f, "{}: {fault}", self.name);
        }
        match self.base {
            Some(base) => write!(f, "{}: {} bytes, builds on {base}", self.name, self.bytes)?,
            None => write!(f, "{}: {} bytes, stands alone", self.name, self.bytes)?,
        }
        writeln!(f)?;
        if self.nodes.is_empty() {
            return Ok(());
        }
        let [node, kind] = ["node", "kind"];
        writeln!(f, "  {node:<24}  {kind:<10}  instances  groups     records         bytes")?;
        self.nodes.iter().try_for_each(|saved| {
            let InspectedNode { node, kind, instances, groups, records, bytes } = saved;
            writeln!(
                f,
                "  {node:<24}  {kind:<10}  {instances:>9}  {groups:>6}  {records:>10}  {bytes:>12}"
            )
        })
    }
}
