//! Lowers a topology and groups its segments into tasks.

use super::{CommitterOf, Keeping, Layout, Lowering, Placed, Tunables};
use crate::checkpoint::FirstCuts;
use crate::control::JobControl;
use crate::env::Env;
use crate::error::Result;
use crate::metrics::{EdgeCounters, InstanceCounters, NodeCounters, TaskPhases};
use crate::plan::{Plan, PlannedNode, Sizes};
use crate::stage::Run;
use crate::time::Monotonic;
use crate::topology::{EdgeDeclared, NodeId};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// One task to be spawned: the segments of one instance of a stage.
pub struct PlannedTask {
    /// The number of the stage, from 0.
    pub stage: usize,
    /// The instance of the stage, from 0.
    pub instance: usize,
    /// The segments, in the order in which data flows.
    pub segments: Vec<Box<dyn Run>>,
    /// How it spends its time.
    pub phases: Arc<TaskPhases>,
}

impl fmt::Debug for PlannedTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stage {}#{} ({} segments)", self.stage, self.instance, self.segments.len())
    }
}

/// All tasks of a job, ready to be spawned.
#[derive(Debug)]
pub struct Tasks {
    /// By stage and instance.
    pub tasks: Vec<PlannedTask>,
    /// What takes part in the checkpoints of the job.
    pub(crate) kept: InCheckpoints,
}

/// What takes part in the checkpoints of a job.
pub(crate) struct InCheckpoints {
    /// The nodes that keep something, once for each place.
    pub(crate) places: Vec<NodeId>,
    /// What makes the epochs of sinks visible.
    pub(crate) committers: Vec<CommitterOf>,
}

impl fmt::Debug for InCheckpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InCheckpoints").field("places", &self.places).finish_non_exhaustive()
    }
}

/// Segments of one task, each with its last node.
type Segments = Vec<(NodeId, Box<dyn Run>)>;

/// The edges, the sources whose errors fail the job, the chains in order, and what to do once the
/// sources are open, with the first cuts of new sinks.
type ToLayOut<'a, C> = (Vec<EdgeDeclared>, Vec<NodeId>, &'a mut [Layout], C);

/// The counters of each node, in the order of nodes, those of each edge, and the phases of the
/// tasks of each node.
type JobCounters<'a> = (&'a [NodeCounters], &'a [Arc<EdgeCounters>], &'a [Vec<Arc<TaskPhases>>]);

/// Opens sources, then sinks, and makes the tasks of a job, which count into `counters`.
///
/// # Errors
/// If a source or sink cannot be opened.
pub(crate) fn lay_out(
    plan: &Plan,
    (counters, edge_counters, phases): JobCounters<'_>,
    (edges, failing, layouts, before_sinks): ToLayOut<'_, impl FnOnce(FirstCuts) -> Result<()>>,
    sizes: Sizes,
    (env, control, keeping, tunables): (&Env, &JobControl, Option<Keeping>, &Tunables),
) -> Result<Tasks> {
    let shared = (env.clone(), control.clone(), keeping, tunables.clone());
    counters.iter().flat_map(|node| &node.instances).for_each(|instance| instance.begin_flow());
    edge_counters.iter().for_each(|edge| edge.begin());
    let counted = (counters.to_vec(), edge_counters.to_vec(), phases.to_vec());
    let mut lowering = Lowering::new(plan, (edges, failing), counted, sizes, shared);
    layouts.iter_mut().try_for_each(|layout| layout(&mut lowering))?;
    before_sinks(lowering.take_first_cuts())?;
    let (placed, kept) = lowering.finish()?;
    Ok(Tasks { tasks: group((plan, phases), placed), kept })
}

/// Groups segments by stage and instance. Nodes are numbered in the order in which data flows.
fn group(
    (plan, phases): (&Plan, &[Vec<Arc<TaskPhases>>]),
    placed: Vec<Placed>,
) -> Vec<PlannedTask> {
    let mut tasks: BTreeMap<(usize, usize), Segments> = BTreeMap::new();
    for Placed { node, instance, segment } in placed {
        let stage = plan.node(node).map_or(0, |node| node.stage);
        tasks.entry((stage, instance)).or_default().push((node, segment));
    }
    let task = |((stage, instance), mut segments): (_, Segments)| {
        segments.sort_by_key(|(node, _)| *node);
        let node = segments.first().map(|(node, _)| *node);
        let phases = node.and_then(|node| phases.get(node.0)?.get(instance).cloned());
        let phases = phases.unwrap_or_else(|| Arc::new(TaskPhases::new(Monotonic::default())));
        let segments = segments.into_iter().map(|(_, segment)| segment).collect();
        PlannedTask { stage, instance, segments, phases }
    };
    tasks.into_iter().map(task).collect()
}

/// New counters for each instance of a node.
pub(crate) fn counters_of(node: &PlannedNode) -> NodeCounters {
    let name: Arc<str> = node.name.as_str().into();
    let of = |instance| Arc::new(InstanceCounters::of(Arc::clone(&name), instance));
    NodeCounters { instances: (0..node.instances).map(of).collect(), name }
}
