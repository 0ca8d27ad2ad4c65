//! From a plan to segments, grouped into tasks.

use super::Plan;
use crate::control::JobControl;
use crate::env::Env;
use crate::error::Result;
use crate::metrics::{InstanceCounters, NodeCounters};
use crate::stage::Run;
use crate::topology::{Last, Lowering, NodeId, Placed, Route, Topology};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

/// The segments of one instance of a stage, from the first to the last.
pub struct PlannedTask {
    /// The stage, from 0.
    pub stage: usize,
    /// Which of its instances, from 0.
    pub instance: usize,
    /// Its segments, in the order in which data flows.
    pub segments: Vec<Box<dyn Run>>,
}

impl fmt::Debug for PlannedTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stage {}#{} ({} segments)", self.stage, self.instance, self.segments.len())
    }
}

/// All tasks of a job, and what they count.
#[derive(Debug)]
pub struct Tasks {
    /// The tasks.
    pub tasks: Vec<PlannedTask>,
    /// The counters of every node.
    pub counters: Vec<NodeCounters>,
}

/// How much travels together and waits on an edge.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// How many events travel together at most.
    pub batch: usize,
    /// How many events an edge holds unless it says otherwise.
    pub buffer: usize,
}

/// Segments, each with its last node.
type Segments = Vec<(NodeId, Box<dyn Run>)>;

impl Plan {
    /// Opens sources and sinks and makes the tasks.
    ///
    /// # Errors
    /// If a source or sink cannot be opened.
    pub fn lay_out(
        &self,
        topology: Topology,
        sizes: Sizes,
        env: &Env,
        control: &JobControl,
    ) -> Result<Tasks> {
        let counters: Vec<_> = self.nodes.iter().map(counters_of).collect();
        let routes = self.edges.iter().map(|edge| {
            let route = if edge.reason.is_call() { Route::Call } else { Route::Channel };
            ((edge.from, edge.to), route)
        });
        let mut lowering = Lowering {
            routes: routes.collect(),
            edges: topology.edges().to_vec(),
            counters: counters.clone(),
            batch: sizes.batch,
            buffer: sizes.buffer,
            env: env.clone(),
            control: control.clone(),
            placed: Vec::new(),
            targets: HashMap::new(),
            last: Last::default(),
        };
        for layout in topology.into_layouts() {
            layout(&mut lowering)?;
        }
        lowering.finish()?;
        Ok(Tasks { tasks: self.group(lowering.placed), counters })
    }

    /// The segments of each instance of a stage: a node's number tells the order of data flow.
    fn group(&self, placed: Vec<Placed>) -> Vec<PlannedTask> {
        let mut tasks: BTreeMap<(usize, usize), Segments> = BTreeMap::new();
        for Placed { node, instance, segment } in placed {
            let stage = self.node(node).map_or(0, |node| node.stage);
            tasks.entry((stage, instance)).or_default().push((node, segment));
        }
        let task = |((stage, instance), mut segments): (_, Segments)| {
            segments.sort_by_key(|(node, _)| *node);
            let segments = segments.into_iter().map(|(_, segment)| segment).collect();
            PlannedTask { stage, instance, segments }
        };
        tasks.into_iter().map(task).collect()
    }
}

fn counters_of(node: &super::PlannedNode) -> NodeCounters {
    let instances = (0..node.instances).map(|_| Arc::new(InstanceCounters::default())).collect();
    NodeCounters { name: node.name.as_str().into(), instances }
}
