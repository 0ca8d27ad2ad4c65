//! What a directory of checkpoints holds, without the types of the job.

use super::directory::find;
use super::fault;
use super::folder::{FileName, Folder};
use super::manifest::Manifest;
use super::part::PartKind;
use super::restored::RestoredCheckpoint;
use crate::env::{Env, FileKind};
use crate::error::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

/// How often a directory is read again that changes meanwhile.
const ATTEMPTS: usize = 8;

/// Shows what a directory of checkpoints holds: print the result.
///
/// It may be in use by a job, which is not disturbed. Reads all bytes of the directory.
///
/// # Errors
/// If there is no directory at the path, or it cannot be read. A damaged checkpoint is no error: it
/// is shown as such.
pub fn inspect(directory: impl AsRef<Path>) -> Result<Inspection> {
    inspect_in(&Env::system(), directory.as_ref())
}

/// Shows what the checkpoints in an object store hold: see [`inspect`].
///
/// The store and the prefix are those of
/// [`Config::checkpoint_store`](crate::job::Config::checkpoint_store). Blocks its thread until the
/// store has answered.
///
/// # Errors
/// If the store cannot be read, or if the machine has no thread left. A damaged checkpoint is no
/// error: it is shown as such.
///
/// # Examples
/// ```
/// use millstream::checkpoint::inspect_store;
/// use millstream::prelude::*;
/// use object_store::memory::InMemory;
/// use std::sync::Arc;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let store = Arc::new(InMemory::new());
/// topology!(
///     job("numbers", at_least_once),
///     numbers = source(from_iter_again(0..3)),
///     numbers >> ignore,
/// )
/// .run(Config::default().checkpoint_store(store.clone(), "jobs/numbers"))
/// .await?;
/// let found = inspect_store(store, "jobs/numbers")?;
/// assert_eq!(found.manifest.map(|manifest| manifest.job).as_deref(), Some("numbers"));
/// # Ok(())
/// # }
/// ```
#[cfg(feature = "object-store")]
pub fn inspect_store(
    store: std::sync::Arc<dyn object_store::ObjectStore>,
    prefix: impl AsRef<str>,
) -> Result<Inspection> {
    let (env, root) = (Env::system(), Path::new(prefix.as_ref()));
    let files = super::ObjectFiles::open(store, root, env.random());
    let files = files
        .map_err(|error| fault("cannot start the thread of the object store").caused_by(error))?;
    inspect_in(&env.with_files(files), root)
}

pub(super) fn inspect_in(env: &Env, path: &Path) -> Result<Inspection> {
    let folder = Folder { env: env.clone(), path: path.to_owned() };
    let status = folder.files().status(path);
    let status = status.map_err(|error| folder.cannot("open", path, error))?;
    if status.kind != FileKind::Directory {
        return Err(fault(format!("{} is not a directory", path.display())));
    }
    let mut names = folder.checkpoints()?;
    for _ in 0..ATTEMPTS {
        let inspected = inspect_files(&folder, &names);
        // A job may have merged files meanwhile, and deleted them.
        let now = folder.checkpoints()?;
        if names.iter().all(|name| now.contains(name)) {
            return inspected;
        }
        names = now;
    }
    inspect_files(&folder, &names)
}

fn inspect_files(folder: &Folder, names: &[FileName]) -> Result<Inspection> {
    let mut newest: Option<Manifest> = None;
    let mut files = Vec::new();
    for name in names.iter().copied() {
        let file = InspectedFile::of(folder, name);
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
    let start = match &newest {
        Some(manifest) => InspectedStart::of(folder, &manifest.job, names)?,
        None => None,
    };
    Ok(Inspection { manifest: newest, start, files })
}

/// What a directory of checkpoints holds: what [`inspect`] returns. It prints as a table.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// The manifest of the newest file that is good.
    pub manifest: Option<Manifest>,
    /// What a job that is started with the directory continues from; none if it would be refused,
    /// or begin from nothing.
    pub start: Option<InspectedStart>,
    /// The files, the oldest first.
    pub files: Vec<InspectedFile>,
}

/// The checkpoint from which a job continues: the newest that is good, with all files on which it
/// builds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectedStart {
    /// The number of the checkpoint.
    pub epoch: u64,
    /// The names of its files, the newest first.
    pub files: Vec<String>,
    /// What is restored, by node and kind.
    pub nodes: Vec<InspectedState>,
}

/// What a node continues with, of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectedState {
    /// The name of the node.
    pub node: String,
    /// The kind, in words.
    pub kind: String,
    /// The number of rows, one for each key of an operator; 0 for what is no rows.
    pub rows: u64,
    /// The bytes of their keys and values, or of what is no rows.
    pub bytes: u64,
    /// The [position](crate::source::Position) of a source.
    pub position: Option<Vec<u8>>,
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

impl InspectedStart {
    /// Finds the checkpoint as a start does.
    fn of(folder: &Folder, job: &str, names: &[FileName]) -> Result<Option<Self>> {
        let Ok(Some((line, _))) = find(folder, job, names) else { return Ok(None) };
        let files = line.iter().map(|(name, _)| name.to_string()).collect();
        let restored = line.into_iter().map(|(_, file)| file);
        let Some(restored) = RestoredCheckpoint::new(restored, Vec::new()) else {
            return Ok(None);
        };
        let saved: BTreeSet<(&str, u8)> = restored
            .files()
            .flat_map(|file| &file.index)
            .map(|part| (&*part.node, part.kind))
            .filter(|(node, _)| restored.manifest().node(node).is_some())
            .collect();
        let known = saved.into_iter().filter_map(|(node, kind)| Some((node, PartKind::of(kind)?)));
        let nodes = known.map(|(node, kind)| InspectedState::of(&restored, node, kind));
        Ok(Some(Self { epoch: restored.epoch(), files, nodes: nodes.collect::<Result<_>>()? }))
    }
}

impl InspectedState {
    fn of(checkpoint: &RestoredCheckpoint, node: &str, kind: PartKind) -> Result<Self> {
        let mut state = Self {
            node: node.to_owned(),
            kind: kind.to_string(),
            rows: 0,
            bytes: 0,
            position: None,
        };
        checkpoint.rows(node, kind, &|_| true, &mut |_, key, value| {
            state.rows += 1;
            state.bytes += (key.len() + value.len()) as u64;
            Ok(())
        })?;
        for (_, whole) in checkpoint.whole(node, kind)? {
            state.bytes += whole.len() as u64;
            if kind == PartKind::Source {
                state.position = Some(whole);
            }
        }
        Ok(state)
    }
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
        match &self.start {
            Some(start) => write!(f, "\n{start}")?,
            None if self.files.is_empty() => {}
            None => {
                writeln!(f, "\na job cannot continue: none of these checkpoints can be restored")?
            }
        }
        self.files.iter().try_for_each(|file| write!(f, "\n{file}"))
    }
}

impl fmt::Display for InspectedStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = self.files.join(", ");
        writeln!(f, "a job continues from checkpoint {}: {files}", self.epoch)?;
        let [node, kind] = ["node", "kind"];
        writeln!(f, "  {node:<24}  {kind:<10}        rows         bytes  position")?;
        self.nodes.iter().try_for_each(|state| {
            let InspectedState { node, kind, rows, bytes, position } = state;
            write!(f, "  {node:<24}  {kind:<10}  {rows:>10}  {bytes:>12}")?;
            match position {
                Some(position) => writeln!(f, "  {}", shown(position)),
                None => writeln!(f),
            }
        })
    }
}

/// A position for people: its bytes, and the number if they are one as [`Position::of`] encodes
/// it.
///
/// [`Position::of`]: crate::source::Position::of
fn shown(position: &[u8]) -> String {
    let first = position.iter().take(SHOWN);
    let mut text: String = first.map(|byte| format!("{byte:02x}")).collect();
    if position.len() > SHOWN {
        text.push('…');
    }
    if let Ok((number, [])) = postcard::take_from_bytes::<u64>(position) {
        text.push_str(&format!(" ({number})"));
    }
    text
}

/// The most bytes of a position that are shown.
const SHOWN: usize = 16;

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
