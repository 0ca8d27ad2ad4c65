//! What becomes of the state in a checkpoint when a job starts.

use super::Config;
use super::description::manifest;
use crate::builder::Topology;
use crate::checkpoint::{CheckpointDirectory, Manifest};
use crate::error::{Error, ErrorKind, Result};
use crate::time::EventTime;
use crate::topology::Delivery;
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
    /// The checkpoint does not know the node, which begins without state.
    New,
    /// The topology does not have the node, and its state is given up as asked.
    Forgotten,
    /// The topology does not have the node: the job is refused.
    Lost,
}

impl fmt::Display for StateFate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kept => f.write_str("kept"),
            Self::Moved { from, to } => write!(f, "moved from {from} to {to} instances"),
            Self::New => f.write_str("new: begins without state"),
            Self::Forgotten => f.write_str("given up, since the node is gone"),
            Self::Lost => f.write_str("lost, so the job is refused: the node is gone"),
        }
    }
}

impl fmt::Display for StatePlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { checkpoint, created, finished, nodes } = self;
        write!(f, "state, from checkpoint {checkpoint} of {created}")?;
        if *finished {
            f.write_str(", with which the job had ended")?;
        }
        writeln!(f)?;
        let width = nodes.iter().map(|state| state.node.chars().count()).max().unwrap_or(0);
        nodes.iter().try_for_each(|state| writeln!(f, "  {:<width$}  {}", state.node, state.fate))
    }
}

impl StatePlan {
    /// Compares a job with the one that wrote a checkpoint.
    pub(super) fn of(saved: &Manifest, now: &Manifest, forgotten: &[String]) -> Self {
        let instances = |instances: u32| usize::try_from(instances).unwrap_or(usize::MAX);
        let saved_nodes = saved.nodes.iter().filter(|node| node.stateful).map(|node| {
            let fate = match now.node(&node.name) {
                Some(same) if same.instances == node.instances => StateFate::Kept,
                Some(other) => StateFate::Moved {
                    from: instances(node.instances),
                    to: instances(other.instances),
                },
                None if forgotten.contains(&node.name) => StateFate::Forgotten,
                None => StateFate::Lost,
            };
            PlannedState { node: node.name.clone(), fate }
        });
        let new = now.nodes.iter().filter(|node| saved.node(&node.name).is_none());
        let new = new.map(|node| PlannedState { node: node.name.clone(), fate: StateFate::New });
        Self {
            checkpoint: saved.epoch,
            created: EventTime::from_micros(saved.created),
            finished: saved.finished,
            nodes: saved_nodes.chain(new).collect(),
        }
    }

    /// The first node whose state would be lost.
    pub(super) fn lost(&self) -> Option<&str> {
        let lost = self.nodes.iter().find(|state| state.fate == StateFate::Lost);
        lost.map(|state| &*state.node)
    }

    /// Logs what changes.
    pub(super) fn log(&self) {
        for PlannedState { node, fate } in &self.nodes {
            if *fate != StateFate::Kept {
                tracing::info!(%node, %fate, "the state of a node");
            }
        }
    }
}

/// Compares the job with the one that wrote the checkpoint, and logs what becomes of its state.
///
/// # Errors
/// If state would be lost, or would reach the wrong instance.
pub(super) fn compare(saved: &Manifest, now: &Manifest, forgotten: &[String]) -> Result<()> {
    if saved.key_groups != now.key_groups {
        let message = format!(
            "the checkpoint is of a job with {} key groups, and this one has {}",
            saved.key_groups, now.key_groups
        );
        let help = "restore the number by `key_groups(…)`; it cannot change";
        return Err(Error::new(ErrorKind::Checkpoint, message).help(help));
    }
    let states = StatePlan::of(saved, now, forgotten);
    if let Some(node) = states.lost() {
        let message =
            format!("the checkpoint has the state of a node `{node}`, which this topology has not");
        let help = "give a renamed node its old name, or give up its state by `Config::forget`";
        return Err(Error::new(ErrorKind::Checkpoint, message).help(help));
    }
    states.log();
    Ok(())
}

impl Topology {
    /// Returns what would become of the state of each node, if the job started with a configuration
    /// now; `None` if it has no checkpoint to continue from.
    ///
    /// Nothing is changed, and the directory may be in use. `plan` on the command line
    /// ([`answer_cli`](Self::answer_cli)) prints it too.
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
        let is_there = config.env.files().status(path).is_ok();
        if declaration.delivery() == Delivery::AtMostOnce || !is_there {
            return Ok(None);
        }
        let restored = CheckpointDirectory::peek(&config.env, path, declaration.name())?;
        let now = manifest(declaration, &plan);
        Ok(restored.map(|saved| StatePlan::of(saved.manifest(), &now, &config.forgotten)))
    }
}
