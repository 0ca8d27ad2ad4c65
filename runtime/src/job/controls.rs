//! The handle that changes a job while it runs.

use super::tuned::{Tuned, listed, suggestion};
use crate::control::PauseSwitch;
use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::lowering::{TunableNode, Tunables};
use crate::metrics::NodeCounters;

/// Changes a job while it runs. Cheap to clone.
///
/// Returned by [`Job::controls`](crate::Job::controls). It does not keep the job running: that is
/// up to the [`Job`](crate::Job). What is changed holds until the job ends, over restarts after
/// failures too, and is not part of checkpoints: a job that is started again begins as declared.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let topology = topology!(
///     frames = source(from_iter(0..100)),
///     shown = frames >> overflow(drop_newest) >> buffer(8) >> sink(for_each(drop::<i32>)),
/// );
/// let mut job = topology.start(Config::default())?;
/// let controls = job.controls();
/// controls.tune("shown")?.overflow(Overflow::DropOldest)?;
/// assert_eq!(controls.paused(), [""; 0]);
/// job.wait().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Controls {
    tunables: Tunables,
    /// Where it is seen that a source is paused.
    counters: Vec<NodeCounters>,
    env: Env,
}

impl Controls {
    pub(super) fn new(tunables: Tunables, counters: Vec<NodeCounters>, env: Env) -> Self {
        Self { tunables, counters, env }
    }

    /// Looks up a node, as [`Job::tune`](crate::Job::tune) does.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if the job has no such node.
    pub fn tune(&self, node: &str) -> Result<Tuned> {
        match self.find(node) {
            Some(at) => Ok(Tuned::new(self.tunables.clone(), at, self.env.clone())),
            None => Err(self.unknown("tune", node, &|_| true)),
        }
    }

    /// Stops reading a source, as [`Job::pause`](crate::Job::pause) does.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if the job has no source of this name.
    pub fn pause(&self, source: &str) -> Result<()> {
        let at = self.source("pause", source)?;
        if !self.set_paused(at, true) {
            tracing::info!(source, "the source is paused");
        }
        Ok(())
    }

    /// Reads a paused source again, as [`Job::resume`](crate::Job::resume) does.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if the job has no source of this name.
    pub fn resume(&self, source: &str) -> Result<()> {
        let at = self.source("resume", source)?;
        if self.set_paused(at, false) {
            tracing::info!(source, "the source is resumed");
        }
        Ok(())
    }

    /// The names of the sources that are paused, in the order of their declaration.
    #[must_use]
    pub fn paused(&self) -> Vec<&str> {
        let is_paused =
            |node: &&TunableNode| node.pause.as_ref().is_some_and(PauseSwitch::is_paused);
        self.tunables.nodes().iter().filter(is_paused).map(|node| &*node.name).collect()
    }

    /// Pauses or resumes a source; returns whether it was paused.
    fn set_paused(&self, at: usize, paused: bool) -> bool {
        if let Some(switch) = self.tunables.nodes().get(at).and_then(|node| node.pause.as_ref()) {
            if paused { switch.pause() } else { switch.resume() }
        }
        let counters = self.counters.get(at).and_then(|node| node.instances.first());
        counters.is_some_and(|counters| counters.set_paused(paused))
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.tunables.nodes().iter().position(|node| &*node.name == name)
    }

    /// The place of a source.
    ///
    /// # Errors
    /// If there is none of this name.
    fn source(&self, verb: &str, name: &str) -> Result<usize> {
        let is_source = |node: &TunableNode| node.pause.is_some();
        let Some(at) = self.find(name) else {
            return Err(self.unknown(verb, name, &is_source));
        };
        match self.tunables.nodes().get(at) {
            Some(node) if !is_source(node) => {
                let what = match node.kind.word() {
                    word @ "operator" => format!("an {word}"),
                    word => format!("a {word}"),
                };
                let sources = listed(self.tunables.nodes(), &is_source);
                let message = format!(
                    "cannot {verb} `{name}`: it is {what}, and only sources are paused; the \
                     sources of the job are {sources}"
                );
                Err(Error::new(ErrorKind::Config, message))
            }
            _ => Ok(at),
        }
    }

    /// The error of a name that no node has; nodes that `fit` are suggested.
    pub(super) fn unknown(
        &self,
        verb: &str,
        name: &str,
        fit: &dyn Fn(&TunableNode) -> bool,
    ) -> Error {
        let nodes = self.tunables.nodes();
        let end = suggestion(nodes, name, fit);
        let message = format!("cannot {verb} `{name}`: the job has no node of this name; {end}");
        Error::new(ErrorKind::Config, message)
    }
}
