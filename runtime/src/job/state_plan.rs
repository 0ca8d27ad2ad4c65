//! What becomes of the state in a checkpoint when a job starts.

use super::description::{KeptByNode, manifest};
use super::{Config, skipped};
use crate::builder::Topology;
use crate::checkpoint::{
    CheckpointDirectory, Manifest, NodeChange, NodeSaved, NodeTypes, PartKind,
    compare as compare_shapes,
};
use crate::error::{Error, ErrorKind, Result};
use crate::lowering::{OldRows, OldRowsByNode};
use crate::state::TypeFate;
use crate::time::EventTime;
use crate::topology::{Delivery, NodeId};
use std::fmt;

/// What becomes of the state of each node when a job starts on its directory of checkpoints.
///
/// Returned by [`Topology::state_plan`](crate::Topology::state_plan). Prints as a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatePlan {
    /// The number of the checkpoint.
    pub checkpoint: u64,
    /// When it was taken.
    pub created: EventTime,
    /// Whether the job had ended with it: it ends at once, unless there is more to read.
    pub finished: bool,
    /// The newer checkpoints, which are damaged: why each cannot be used. The job would go back
    /// behind them.
    pub damaged: Vec<String>,
    /// Why the job would be refused as a whole; none if it would not. The newer checkpoints are
    /// damaged, and a sink that commits may have made visible what would be written again; or its
    /// number of key groups is another one.
    pub refusal: Option<String>,
    /// The nodes with state, and those that are new.
    pub nodes: Vec<PlannedState>,
}

/// A node, and what becomes of its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedState {
    /// The name of the node.
    pub node: String,
    /// What becomes of its state.
    pub fate: StateFate,
    /// What has changed in the types that it keeps, in words.
    pub changes: Vec<String>,
}

/// What becomes of the state of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateFate {
    /// The node continues with it.
    Kept,
    /// The node continues with it in another number of instances.
    Moved {
        /// The instances that have saved it.
        from: usize,
        /// The instances that take it over.
        to: usize,
    },
    /// A type has changed since: the node continues with its state, in the present type.
    Migrated {
        /// The instances that have saved it.
        from: usize,
        /// The instances that take it over.
        to: usize,
    },
    /// A type has changed so that its values cannot be read: the job is refused.
    Unreadable,
    /// The checkpoint does not know the node, which begins without state.
    New,
    /// The topology does not have the node, or cannot read its state, which is given up as asked.
    Forgotten,
    /// The topology does not have the node: the job is refused.
    Lost,
}

impl fmt::Display for StateFate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kept => f.write_str("kept"),
            Self::Moved { from, to } => write!(f, "moved from {from} to {to} instances"),
            Self::Migrated { from, to } if from == to => f.write_str("migrated"),
            Self::Migrated { from, to } => {
                write!(f, "migrated, and moved from {from} to {to} instances")
            }
            Self::Unreadable => f.write_str("cannot be read, so the job is refused"),
            Self::New => f.write_str("new: begins without state"),
            Self::Forgotten => f.write_str("given up"),
            Self::Lost => f.write_str("lost, so the job is refused: the node is gone"),
        }
    }
}

impl fmt::Display for StatePlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { checkpoint, created, finished, damaged, refusal, nodes } = self;
        write!(f, "state, from checkpoint {checkpoint} of {created}")?;
        if *finished {
            f.write_str(", with which the job had ended")?;
        }
        writeln!(f)?;
        damaged.iter().try_for_each(|newer| writeln!(f, "  damaged: {newer}"))?;
        refusal.iter().try_for_each(|refusal| writeln!(f, "  refused: {refusal}"))?;
        let width = nodes.iter().map(|state| state.node.chars().count()).max().unwrap_or(0);
        nodes.iter().try_for_each(|PlannedState { node, fate, changes }| {
            writeln!(f, "  {node:<width$}  {fate}")?;
            changes.iter().try_for_each(|change| writeln!(f, "  {:<width$}    {change}", ""))
        })
    }
}

/// A job as it is now, to be compared with a checkpoint.
#[derive(Debug, Clone, Copy)]
pub(super) struct Present<'a> {
    pub(super) manifest: &'a Manifest,
    pub(super) kept: &'a KeptByNode,
    /// The nodes whose state may be given up.
    pub(super) forgotten: &'a [String],
}

/// A node of a checkpoint, and what has changed in the types that it keeps.
struct Compared<'a> {
    saved: &'a NodeSaved,
    /// The node as it is now.
    now: Option<(NodeId, &'a NodeSaved, NodeChange)>,
    is_forgotten: bool,
}

impl<'a> Present<'a> {
    /// Compares each node that has saved something.
    fn compared(self, saved: &'a Manifest) -> Vec<Compared<'a>> {
        let saved = saved.nodes.iter().filter(|node| node.stateful).map(|saved| {
            let nodes = self.manifest.nodes.iter();
            let now = nodes.enumerate().find(|(_, now)| now.name == saved.name);
            let none = NodeTypes::new();
            let now = now.map(|(at, now)| {
                let types = self.kept.get(&NodeId(at)).unwrap_or(&none);
                (NodeId(at), now, compare_shapes(&saved.shape, types))
            });
            Compared { saved, now, is_forgotten: self.forgotten.contains(&saved.name) }
        });
        saved.collect()
    }
}

impl Compared<'_> {
    fn planned(&self) -> PlannedState {
        let count = |node: &NodeSaved| usize::try_from(node.instances).unwrap_or(usize::MAX);
        let from = count(self.saved);
        let fate = match &self.now {
            None if self.is_forgotten => StateFate::Forgotten,
            None => StateFate::Lost,
            Some((_, now, change)) => match (change.fate, count(now)) {
                (TypeFate::Refused, _) if self.is_forgotten => StateFate::Forgotten,
                (TypeFate::Refused, _) => StateFate::Unreadable,
                (TypeFate::ByName, to) => StateFate::Migrated { from, to },
                (TypeFate::Kept, to) if from == to => StateFate::Kept,
                (TypeFate::Kept, to) => StateFate::Moved { from, to },
            },
        };
        let changes = self.now.as_ref().map(|(.., change)| change.words.clone());
        PlannedState { node: self.saved.name.clone(), fate, changes: changes.unwrap_or_default() }
    }

    /// The rows that are not taken back as they are.
    fn old_rows(self) -> OldRowsByNode {
        let Some((node, _, change)) = self.now else { return OldRowsByNode::new() };
        if change.fate == TypeFate::Refused && self.is_forgotten {
            let kinds = [PartKind::Rows, PartKind::Store, PartKind::Sorter];
            return kinds.map(|kind| ((node, kind), OldRows::Forgotten)).into();
        }
        let written = change.written.into_iter();
        written.map(|(kind, shapes)| ((node, kind), OldRows::Written(shapes))).collect()
    }
}

impl StatePlan {
    /// Compares a job with the one that wrote a checkpoint.
    fn of(saved: &Manifest, now: Present<'_>, compared: &[Compared<'_>]) -> Self {
        let saved_nodes = compared.iter().map(Compared::planned);
        let new = now.manifest.nodes.iter().filter(|node| saved.node(&node.name).is_none());
        let new = new.map(|node| PlannedState {
            node: node.name.clone(),
            fate: StateFate::New,
            changes: Vec::new(),
        });
        Self {
            checkpoint: saved.epoch,
            created: EventTime::from_micros(saved.created),
            finished: saved.finished,
            damaged: Vec::new(),
            refusal: None,
            nodes: saved_nodes.chain(new).collect(),
        }
    }

    /// The error of each node whose state would be lost.
    fn lost(&self) -> impl Iterator<Item = Error> {
        self.nodes.iter().filter_map(|PlannedState { node, fate, changes }| {
            let (message, help) = match fate {
                StateFate::Lost => (
                    format!(
                        "the checkpoint has the state of a node `{node}`, which this topology has \
                         not"
                    ),
                    "give a renamed node its old name, or give up its state by `Config::forget`",
                ),
                StateFate::Unreadable => (
                    format!(
                        "the checkpoint has state of `{node}` that its types cannot read: {}",
                        changes.join("; ")
                    ),
                    "restore the type, give new fields a `#[serde(default)]`, upgrade it by \
                     `#[derive(State)]`, or give up the state by `Config::forget`",
                ),
                _ => return None,
            };
            Some(Error::new(ErrorKind::Checkpoint, message).help(help))
        })
    }

    /// All reasons for which the job would be refused.
    pub(super) fn refused(&self) -> Vec<Error> {
        let refusal = self.refusal.iter().map(|text| Error::new(ErrorKind::Checkpoint, text));
        refusal.chain(self.lost()).collect()
    }

    /// Logs what changes.
    fn log(&self) {
        for PlannedState { node, fate, .. } in &self.nodes {
            if *fate != StateFate::Kept {
                tracing::info!(%node, %fate, "the state of a node");
            }
        }
        let changes = self
            .nodes
            .iter()
            .flat_map(|state| state.changes.iter().map(|change| (&*state.node, change.as_str())));
        changes.for_each(|(node, change)| tracing::info!(node, change, "a type of a node"));
    }
}

/// Checks that the keys are divided as they were.
fn same_key_groups(saved: &Manifest, now: &Manifest) -> Result<()> {
    if saved.key_groups == now.key_groups {
        return Ok(());
    }
    let message = format!(
        "the checkpoint is of a job with {} key groups, and this one has {}",
        saved.key_groups, now.key_groups
    );
    let help = "restore the number by `key_groups(…)`; it cannot change";
    Err(Error::new(ErrorKind::Checkpoint, message).help(help))
}

/// Compares the job with the one that wrote the checkpoint, logs what becomes of its state, and
/// returns what is not taken back as it is.
///
/// # Errors
/// If state would be lost, or would reach the wrong instance.
pub(super) fn compare(saved: &Manifest, now: Present<'_>) -> Result<OldRowsByNode> {
    same_key_groups(saved, now.manifest)?;
    let compared = now.compared(saved);
    let states = StatePlan::of(saved, now, &compared);
    states.lost().next().map_or(Ok(()), Err)?;
    states.log();
    Ok(compared.into_iter().flat_map(Compared::old_rows).collect())
}

impl Topology {
    /// Returns what would become of the state of each node, if the job started with a configuration
    /// now; `None` if it has no checkpoint to continue from.
    ///
    /// A type that has changed since is compared with its shape in the checkpoint, and each change
    /// is shown in words. Nothing is changed, and the directory may be in use. `plan` on the
    /// command line ([`answer_cli`](Self::answer_cli)) prints it too.
    ///
    /// # Errors
    /// [`ErrorKind::Topology`] if the topology breaks a rule, [`ErrorKind::Checkpoint`] if the
    /// directory cannot be read, or if it is that of another job.
    ///
    /// # Examples
    /// ```
    /// use millstream::job::StateFate;
    /// use millstream::prelude::*;
    ///
    /// #[operator]
    /// async fn counted(number: u64, seen: &mut u64) -> u64 {
    ///     *seen += number;
    ///     *seen
    /// }
    ///
    /// fn counting(instances: usize) -> Topology {
    ///     topology!(
    ///         job("counting", at_least_once),
    ///         numbers = source(from_iter_again(0..100)),
    ///         numbers >> by(|number| number % 7) >> counted * instances >> ignore,
    ///     )
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// # let name = format!("millstream-state-plan-{}", std::process::id());
    /// # let directory = std::env::temp_dir().join(name);
    /// let config = Config::default().checkpoints(&directory);
    /// assert!(counting(2).state_plan(&config)?.is_none());
    /// counting(2).run(config.clone()).await?;
    /// let plan = counting(4).state_plan(&config)?.unwrap();
    /// let counted = plan.nodes.iter().find(|state| state.node == "counted").unwrap();
    /// assert_eq!(counted.fate, StateFate::Moved { from: 2, to: 4 });
    /// # std::fs::remove_dir_all(directory).ok();
    /// # Ok(())
    /// # }
    /// ```
    pub fn state_plan(&self, config: &Config) -> Result<Option<StatePlan>> {
        let (plan, declaration) = (self.plan(config)?, self.declaration());
        let Some(path) = config.checkpoints.as_deref() else { return Ok(None) };
        let env = config.checkpoint_env()?;
        let is_there = env.files().status(path).is_ok();
        if declaration.delivery() == Delivery::AtMostOnce || !is_there {
            return Ok(None);
        }
        let restored = CheckpointDirectory::peek(&env, path, declaration.name())?;
        let kept = declaration.kept_types();
        let manifest = manifest(declaration, &plan, &kept);
        let now = Present { manifest: &manifest, kept: &kept, forgotten: &config.forgotten };
        Ok(restored.map(|restored| {
            let saved = restored.manifest();
            let damaged = restored.skipped().iter().map(ToString::to_string).collect();
            let refusal = skipped::check(declaration, &restored);
            let refusal = refusal.and_then(|()| same_key_groups(saved, &manifest)).err();
            let refusal = refusal.map(|error| error.to_string());
            StatePlan { damaged, refusal, ..StatePlan::of(saved, now, &now.compared(saved)) }
        }))
    }
}
