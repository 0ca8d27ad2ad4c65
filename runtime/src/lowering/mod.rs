//! Turns declared chains into running ones.
//!
//! The plan has decided which edges are calls and which are channels. Lowering follows the
//! declaration upstream, from sinks to sources: for each of its instances, a consumer asks the
//! chain upstream of it for its running form. An output with several consumers is lowered after all
//! of them, once they have added their targets to it.
//!
//! The words: a [`ChainSpec`] is a chain as declared; its running form is a
//! [`Chain`](crate::stage::Chain). A [`Layout`] lowers one chain and places the segments that end
//! in it. [`Lowering`] has what all of them need and collects what they make.

mod chain;
mod committing;
mod edge;
mod flows;
mod keeping;
mod layouts;
mod names;
mod order;
mod reopen;
mod tasks;
mod tunables;

pub use chain::{
    AsCall, AsChannel, At, AwaitingSpec, ChainSpec, DiamondSpec, DropKeySpec, EventTimeSpec,
    FeedbackSpec, ForkMark, Fused, Fusing, InOrderSpec, KeyBySpec, LinkSpec, LinkedSpec, Links,
    OperatorSpec, OutputRef, PathSpec, PathSpecs, PathTo, ReceivedSpec, Routed, SidesSpec,
    SourceSpec, StoreSpec, ThrottleSpec,
};
pub(crate) use committing::CommitterOf;
pub use edge::{Copying, Route, Wiring};
pub(crate) use flows::{edge_counters_between, edge_counters_of, phases_of};
pub(crate) use keeping::{Keeping, OldRows, OldRowsByNode, RowBytes, unnamed};
pub(crate) use layouts::SinkLayout;
pub use layouts::{Layout, Layouts};
pub(crate) use order::in_order;
pub(crate) use reopen::{Attempts, Open, another, opening};
pub(crate) use tasks::{InCheckpoints, counters_of, lay_out};
pub use tasks::{PlannedTask, Tasks};
pub(crate) use tunables::{TunableNode, Tunables};

use crate::control::JobControl;
use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Carrying, SplitsReceived, Times};
use crate::exchange::{Target, Tee};
use crate::metrics::{EdgeCounters, NodeCounters, TaskPhases};
use crate::plan::{Plan, Sizes};
use crate::stage::Run;
use crate::topology::{EdgeDeclared, Endpoint, NodeId};
use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// A finished segment, and the instance whose task runs it.
pub struct Placed {
    /// The last node of the segment; its stage is the task's.
    pub node: NodeId,
    /// The instance of the node, from 0.
    pub instance: usize,
    /// The segment.
    pub segment: Box<dyn Run>,
}

impl fmt::Debug for Placed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}#{}", self.node, self.instance)
    }
}

/// The consumers of each instance of an output.
type Targets<T> = Vec<Vec<Box<dyn Target<T>>>>;

/// The counters of nodes and edges, and the phases of the tasks of each node.
type LoweredCounters = (Vec<NodeCounters>, Vec<Arc<EdgeCounters>>, Vec<Vec<Arc<TaskPhases>>>);

/// Environment and control of the job, what it keeps in checkpoints, and what can be changed.
type SharedByAttempts = (Env, JobControl, Option<Keeping>, Tunables);

/// The state of lowering: the decisions of the plan, what tasks share, and the segments made so
/// far.
pub struct Lowering {
    /// How each edge runs.
    routes: HashMap<(Endpoint, NodeId), Route>,
    /// The edges as declared.
    edges: Vec<EdgeDeclared>,
    /// The sources whose errors are declared to fail the job.
    failing: Vec<NodeId>,
    /// The counters of each node, one set per instance.
    counters: Vec<NodeCounters>,
    /// The counters of each edge.
    edge_counters: Vec<Arc<EdgeCounters>>,
    /// The phases of the tasks of each node, by instance.
    phases: Vec<Vec<Arc<TaskPhases>>>,
    /// The sizes of batches and channels that the job sets.
    pub(crate) sizes: Sizes,
    /// Clock, files and task spawning, for sources, sinks and timers.
    pub(crate) env: Env,
    /// Which events carry what their split had passed.
    pub(crate) carrying: Carrying,
    /// From how many splits each instance of each node receives events.
    splits: Vec<SplitsReceived>,
    /// Shared by all tasks of the job.
    pub(crate) control: JobControl,
    /// What the job keeps in checkpoints; `None` if it has none.
    keeping: Option<Keeping>,
    /// What can be changed while the job runs.
    tunables: Tunables,
    /// The segments made so far.
    placed: Vec<Placed>,
    /// Consumers that are laid out, waiting for their output to be. Each is a `Vec<Box<dyn
    /// Target<T>>>`, one target per instance of the output.
    targets: HashMap<Endpoint, Vec<Box<dyn Any + Send>>>,
    /// What makes the epochs of sinks visible.
    committers: Vec<CommitterOf>,
    /// Runs after all other layouts: sinks. Opening one may truncate a file, which must not happen
    /// if a source fails to open.
    last: Vec<SinkLayout>,
}

impl fmt::Debug for Lowering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lowering").field("placed", &self.placed).finish_non_exhaustive()
    }
}

impl Lowering {
    /// Begins lowering a planned topology.
    pub(crate) fn new(
        plan: &Plan,
        (edges, failing): (Vec<EdgeDeclared>, Vec<NodeId>),
        (counters, edge_counters, phases): LoweredCounters,
        sizes: Sizes,
        (env, control, keeping, tunables): SharedByAttempts,
    ) -> Self {
        let route = |is_call| if is_call { Route::Call } else { Route::Channel };
        let routes = plan.edges().iter();
        let routes = routes.map(|edge| ((edge.from, edge.to), route(edge.reason.is_call())));
        Self {
            routes: routes.collect(),
            edges,
            failing,
            counters,
            edge_counters,
            phases,
            sizes,
            env,
            carrying: plan.carrying(),
            splits: plan.splits().to_vec(),
            control,
            keeping,
            tunables,
            placed: Vec::new(),
            targets: HashMap::new(),
            committers: Vec::new(),
            last: Vec::new(),
        }
    }

    /// Opens the sinks, and returns all segments, and what takes part in checkpoints.
    ///
    /// # Errors
    /// If a sink cannot be opened, or an output is used that its node does not have.
    pub(crate) fn finish(mut self) -> Result<(Vec<Placed>, InCheckpoints)> {
        // Its consumer would wait forever.
        if let Some(Endpoint { node, port }) = self.targets.keys().next() {
            let message = format!("nothing comes from `{}.{port}`; leave it out", self.name(*node));
            return Err(Error::new(ErrorKind::Topology, message));
        }
        let last = std::mem::take(&mut self.last);
        last.into_iter().try_for_each(|layout| layout(&mut self))?;
        let places = self.keeping.as_ref().map_or(Vec::new(), Keeping::places);
        Ok((self.placed, InCheckpoints { places, committers: self.committers }))
    }

    /// From how many splits each instance of a node receives events.
    pub(crate) fn splits(&self, node: NodeId) -> SplitsReceived {
        self.splits.get(node.0).copied().unwrap_or(SplitsReceived::Several)
    }

    /// Whether the sinks of the job commit.
    pub(crate) fn is_exactly_once(&self) -> bool {
        self.keeping.as_ref().is_some_and(Keeping::is_exactly_once)
    }

    /// Adds what makes the epochs of a sink visible.
    pub(crate) fn add_committer(&mut self, committer: CommitterOf) {
        self.committers.push(committer);
    }

    /// How often the job may be run: one without checkpoints never restarts.
    pub(crate) fn attempts(&self) -> Attempts {
        if self.keeping.is_some() { Attempts::Several } else { Attempts::One }
    }

    /// Defers a layout until all others have run.
    pub(crate) fn lay_out_last(&mut self, layout: SinkLayout) {
        self.last.push(layout);
    }

    /// Calls `make` for each instance of a node, in order.
    ///
    /// # Errors
    /// The first error of `make`.
    pub(crate) fn each_instance(
        &mut self,
        node: NodeId,
        make: &mut dyn FnMut(&mut At<'_>) -> Result<()>,
    ) -> Result<()> {
        let instances = 0..self.instances(node);
        instances
            .into_iter()
            .try_for_each(|instance| make(&mut At { lowering: self, node, instance }))
    }

    /// Adds a segment to the task of an instance.
    pub(crate) fn place(&mut self, node: NodeId, instance: usize, segment: Box<dyn Run>) {
        self.placed.push(Placed { node, instance, segment });
    }

    /// How an edge runs.
    pub(crate) fn route(&self, from: Endpoint, to: NodeId) -> Route {
        self.routes.get(&(from, to)).copied().unwrap_or(Route::Channel)
    }

    /// Adds a consumer to an output that is laid out later.
    pub(crate) fn add_targets<T: Send + 'static>(
        &mut self,
        output: Endpoint,
        targets: Vec<Box<dyn Target<T>>>,
    ) {
        self.targets.entry(output).or_default().push(Box::new(targets));
    }

    /// Removes the consumers of an output, for each of its instances.
    pub(crate) fn take_targets<T: Send + 'static>(&mut self, output: Endpoint) -> Targets<T> {
        self.take_first_targets(output, self.instances(output.node))
    }

    /// Removes the consumers of the first `instances` instances of an output that still has them.
    /// Those of an overflow output belong to the edges into its node, one edge after the other.
    fn take_first_targets<T: Send + 'static>(
        &mut self,
        output: Endpoint,
        instances: usize,
    ) -> Targets<T> {
        let mut all: Targets<T> = (0..instances).map(|_| Vec::new()).collect();
        let Some(consumers) = self.targets.get_mut(&output) else {
            return all;
        };
        consumers.retain_mut(|consumer| {
            let Some(targets) = consumer.downcast_mut::<Vec<Box<dyn Target<T>>>>() else {
                return true;
            };
            let count = instances.min(targets.len());
            for (instance, target) in all.iter_mut().zip(targets.drain(..count)) {
                instance.push(target);
            }
            !targets.is_empty()
        });
        if consumers.is_empty() {
            self.targets.remove(&output);
        }
        all
    }

    /// The side output of an instance of a node, if it is connected. Call it for the instances in
    /// order: each call removes the targets of one.
    pub(crate) fn side<T: Send + 'static>(
        &mut self,
        output: Endpoint,
        instance: usize,
        times: Times,
    ) -> Option<Tee<T>> {
        let target = self.take_first_targets(output, 1).pop()?.pop()?;
        let counters = self.counters(output.node, instance);
        Some(Tee::one(Some(target), self.sizes.batch(), times, counters))
    }
}
