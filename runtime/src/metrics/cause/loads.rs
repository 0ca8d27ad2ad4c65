//! How loaded the tasks of each stage are, and what leads from one stage to the next.
//!
//! Nodes that are fused share their tasks, so the limit of a job is a stage first.

use crate::metrics::{LiveEdge, LiveInstance, LiveMetrics, LiveNode, Share};
use millstream_graph::shape::Kind;
use std::collections::BTreeMap;

/// The stages of a job under their load.
pub(super) struct StageLoads<'a> {
    pub(super) live: &'a LiveMetrics,
    pub(super) stages: Vec<StageLoad>,
}

/// A stage under its load.
#[derive(Debug, Default)]
pub(super) struct StageLoad {
    /// Its nodes, in the order of their declaration.
    pub(super) nodes: Vec<usize>,
    /// The edges into it from tasks.
    pub(super) inputs: Vec<usize>,
    /// The places of the stages downstream.
    downstream: Vec<usize>,
    /// How full its fullest input is.
    pub(super) fill: f64,
    /// Its tasks, one for each instance.
    pub(super) tasks: Vec<TaskLoad>,
}

/// What a task spends its time on, in shares of it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct TaskLoad {
    pub(super) busy: f64,
    pub(super) awaiting: f64,
    /// It waits for its turn at a declared rate.
    pub(super) held: f64,
    /// It waits for room downstream.
    pub(super) blocked: f64,
    /// How full its fullest input is.
    pub(super) fill: f64,
}

impl TaskLoad {
    /// The share of time for which its input waits for it.
    pub(super) fn at_work(self) -> f64 {
        (self.busy + self.awaiting + self.held).min(1.0)
    }
}

impl<'a> StageLoads<'a> {
    pub(super) fn of(live: &'a LiveMetrics) -> Self {
        let mut places = BTreeMap::new();
        let mut stages: Vec<StageLoad> = Vec::new();
        for (node, stage) in live.nodes.iter().map(|node| node.stage).enumerate() {
            let next = places.len();
            let place = *places.entry(stage).or_insert(next);
            stages.resize_with(places.len(), StageLoad::default);
            if let Some(stage) = stages.get_mut(place) {
                stage.nodes.push(node);
            }
        }
        let place = |node: usize| places.get(&live.nodes.get(node)?.stage).copied();
        for (at, edge) in live.edges.iter().enumerate() {
            let (Some(from), Some(to)) = (place(edge.from), place(edge.to)) else { continue };
            if let Some(stage) = stages.get_mut(to).filter(|_| edge.is_channel) {
                stage.inputs.push(at);
                stage.fill = stage.fill.max(edge.fill.0);
            }
            if let Some(stage) = stages.get_mut(from).filter(|_| from != to) {
                stage.downstream.push(to);
            }
        }
        for stage in &mut stages {
            stage.tasks = tasks(live, &stage.nodes, stage.fill);
        }
        Self { live, stages }
    }

    pub(super) fn stage(&self, at: usize) -> Option<&StageLoad> {
        self.stages.get(at)
    }

    /// A task, by the place of its stage and its instance.
    pub(super) fn task(&self, stage: usize, instance: usize) -> TaskLoad {
        let task = self.stage(stage).and_then(|stage| stage.tasks.get(instance));
        task.copied().unwrap_or_default()
    }

    /// All tasks, each with the place of its stage and its instance.
    pub(super) fn tasks(&self) -> impl Iterator<Item = (usize, usize, TaskLoad)> {
        self.stages.iter().enumerate().flat_map(|(at, stage)| {
            stage.tasks.iter().enumerate().map(move |(instance, task)| (at, instance, *task))
        })
    }

    pub(super) fn nodes(&self, stage: usize) -> impl Iterator<Item = (usize, &'a LiveNode)> {
        let live = self.live;
        let nodes = self.stage(stage).map(|stage| stage.nodes.as_slice()).unwrap_or_default();
        nodes.iter().filter_map(move |at| Some((*at, live.nodes.get(*at)?)))
    }

    /// The edges into a stage that are channels.
    pub(super) fn inputs(&self, stage: usize) -> impl Iterator<Item = &'a LiveEdge> {
        let live = self.live;
        let inputs = self.stage(stage).map(|stage| stage.inputs.as_slice()).unwrap_or_default();
        inputs.iter().filter_map(move |at| live.edges.get(*at))
    }

    /// The stages that a stage leads to, and not the stage itself.
    pub(super) fn reached(&self, from: usize) -> Vec<usize> {
        let mut reached = Vec::new();
        let mut next = vec![from];
        while let Some(at) = next.pop() {
            for to in self.stage(at).map(|stage| stage.downstream.as_slice()).unwrap_or_default() {
                if *to != from && !reached.contains(to) {
                    reached.push(*to);
                    next.push(*to);
                }
            }
        }
        reached
    }

    /// The stages with sources.
    pub(super) fn sources(&self) -> impl Iterator<Item = usize> {
        let is_source = |at: &usize| self.nodes(*at).any(|(_, node)| node.kind == Kind::Source);
        (0..self.stages.len()).filter(is_source)
    }
}

/// The tasks of the nodes of a stage. `fill` is how full its fullest input is, for those whose own
/// inputs are not measured apart.
fn tasks(live: &LiveMetrics, nodes: &[usize], fill: f64) -> Vec<TaskLoad> {
    let all = || nodes.iter().filter_map(|at| live.nodes.get(*at));
    let Some(node) = all().max_by_key(|node| node.instances.len()) else { return Vec::new() };
    let is_held = all().any(|node| node.limit.is_some());
    let leaves = |edge: &&LiveEdge| edge.is_channel && nodes.contains(&edge.from);
    let waits = Share::greatest(live.edges.iter().filter(leaves).map(|edge| edge.wait));
    let is_apart = node.instances.iter().any(|instance| instance.fill.0 > 0.0);
    let task = |instance: &LiveInstance| {
        let phases = instance.phases;
        // Of a throttle, what is no wait for room is a wait for its turn.
        let blocked = if is_held { phases.blocked.0.min(waits.0) } else { phases.blocked.0 };
        let held = phases.blocked.0 - blocked;
        let fill = if is_apart { instance.fill.0 } else { fill };
        TaskLoad { busy: phases.busy.0, awaiting: phases.awaiting.0, held, blocked, fill }
    };
    node.instances.iter().map(task).collect()
}
