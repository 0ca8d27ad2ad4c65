//! All totals of a job at one moment.

use super::Sight;
use super::edges::SeenEdge;
use crate::metrics::{FlowOutput, InstanceMetrics, Metrics, PhaseTimes};
use crate::time::Monotonic;

/// All totals of a job at one moment.
#[derive(Debug)]
pub(in crate::job) struct JobReading {
    pub(super) at: Monotonic,
    pub(super) metrics: Metrics,
    /// What each instance has received, by node: that of its windows or its join, if it has any.
    received: Vec<Vec<u64>>,
    /// What has passed each edge, in the order of their declaration.
    pub(super) edges: Vec<EdgeTotals>,
    /// How the tasks of each stage have spent their time, by instance.
    pub(super) stages: Vec<Vec<PhaseTimes>>,
}

/// The totals of an instance.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct InstanceTotals {
    pub(super) counts: InstanceMetrics,
    pub(super) received: u64,
}

impl JobReading {
    /// The totals of an instance of a node.
    pub(super) fn instance(&self, node: usize, instance: usize) -> InstanceTotals {
        let received = self.received.get(node).and_then(|node| node.get(instance));
        let counts = self.metrics.nodes().get(node).and_then(|node| node.instances.get(instance));
        InstanceTotals {
            counts: counts.copied().unwrap_or_default(),
            received: received.copied().unwrap_or_default(),
        }
    }
}

/// What has passed an edge.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct EdgeTotals {
    pub(super) events: u64,
    pub(super) dropped: u64,
}

impl Sight {
    /// Reads everything.
    pub(in crate::job) fn read(&self) -> JobReading {
        let at = self.env().clock().monotonic();
        let metrics = self.reader.read();
        let edges = self.edges.iter().map(|edge| self.totals(edge, &metrics));
        let received = self.reader.counters.iter();
        let received =
            received.map(|node| node.instances.iter().map(|one| one.received()).collect());
        JobReading {
            at,
            edges: edges.collect(),
            stages: self.stages(at),
            received: received.collect(),
            metrics,
        }
    }

    /// The totals at the start of the job, when `now` is read.
    pub(in crate::job) fn at_start(&self, now: &JobReading) -> JobReading {
        let none = |stage: &Vec<PhaseTimes>| vec![PhaseTimes::default(); stage.len()];
        JobReading {
            at: self.started,
            metrics: Metrics::default(),
            received: Vec::new(),
            edges: Vec::new(),
            stages: now.stages.iter().map(none).collect(),
        }
    }

    /// What has passed an edge. A call has no ends to count at: what it passes is what the nodes
    /// count.
    fn totals(&self, edge: &SeenEdge, metrics: &Metrics) -> EdgeTotals {
        let Some(counters) = &edge.counters else { return EdgeTotals::default() };
        if counters.counts() {
            let [events, dropped] =
                [&counters.sent, &counters.dropped].map(|counter| edge.part(counter.get()));
            return EdgeTotals { events, dropped };
        }
        let total = |node: usize| metrics.nodes().get(node).map(|node| node.total());
        let from = total(counters.ends.from).unwrap_or_default();
        let events = match counters.ends.output {
            FlowOutput::Main => from.events_out,
            FlowOutput::Late => from.late,
            FlowOutput::Errors => from.errors,
            FlowOutput::Overflow => from.overflow,
            FlowOutput::Unmatched | FlowOutput::Variant(_) => {
                total(counters.ends.to).map_or(0, |to| edge.part(to.events_in))
            }
        };
        EdgeTotals { events, dropped: 0 }
    }

    fn stages(&self, at: Monotonic) -> Vec<Vec<PhaseTimes>> {
        let mut stages = Vec::new();
        for (node, phases) in self.plan.nodes().iter().zip(&self.phases) {
            // Stages are numbered in the order of their first nodes.
            if node.stage == stages.len() {
                stages.push(phases.iter().map(|task| task.read(at)).collect());
            }
        }
        stages
    }
}
