//! What becomes of events in the steps of a node.

use super::table::{AuditedNode, JobRest};
use crate::metrics::NodeCounters;
use crate::metrics::flow::{CountsBefore, FlowOutput, StepKind, StepShape};

/// The counts of a node over all instances, since the begin of the attempt.
#[derive(Debug, Default)]
pub(super) struct NodeFlow {
    counts: CountsBefore,
    steps: Vec<StepCounts>,
}

/// The counts of one step over all instances.
#[derive(Debug, Clone, Copy)]
struct StepCounts {
    kind: StepKind,
    restored: u64,
    processed: u64,
    late: u64,
    buffered: u64,
    emitted: u64,
}

/// What an audit has found out about a node.
#[derive(Debug, Default)]
pub(super) struct NodeFindings {
    pub(super) node: AuditedNode,
    pub(super) found: Vec<String>,
}

impl NodeFlow {
    /// Reads the counters of a node.
    pub(super) fn read(node: &NodeCounters) -> Self {
        let mut all = Self::default();
        for instance in &node.instances {
            let (before, steps) = instance.flow().read();
            all.counts.add(instance.counts().since(before));
            for (at, (kind, flow)) in steps.into_iter().enumerate() {
                let own = StepCounts {
                    kind,
                    restored: flow.restored.get(),
                    processed: flow.processed.get(),
                    late: flow.late.get(),
                    buffered: flow.buffered.get(),
                    emitted: flow.emitted.get(),
                };
                match all.steps.get_mut(at) {
                    Some(sum) => sum.add(own),
                    None => all.steps.push(own),
                }
            }
        }
        all
    }

    /// Whether events enter the job here.
    pub(super) fn is_source(&self) -> bool {
        self.steps.first().is_some_and(|step| step.kind == StepKind::Source)
    }

    /// What an output other than the main one has emitted, if the node counts that.
    pub(super) fn side(&self, output: FlowOutput) -> Option<u64> {
        match output {
            FlowOutput::Late => Some(self.counts.late),
            FlowOutput::Errors => Some(self.counts.errors),
            FlowOutput::Overflow => Some(self.counts.overflow),
            FlowOutput::Main | FlowOutput::Unmatched | FlowOutput::Variant(_) => None,
        }
    }

    /// Events that the node has dropped, for lack of a destination for example.
    pub(super) fn dropped(&self) -> u64 {
        self.counts.dropped
    }

    /// Follows the events that have arrived through all steps.
    pub(super) fn follow(&self, name: &str, arrived: u64, rest: JobRest) -> NodeFindings {
        let counts = self.counts;
        let received = if self.is_source() { counts.events_in } else { arrived };
        let node = AuditedNode {
            name: name.to_owned(),
            received,
            late: counts.late,
            errors: counts.errors,
            processed: received,
            ..AuditedNode::default()
        };
        let mut findings = NodeFindings { node, found: Vec::new() };
        let mut passing = received;
        for (at, step) in self.steps.iter().enumerate() {
            let step = self.counted(*step, passing);
            findings.node.restored += step.restored;
            findings.node.buffered += step.buffered;
            if at == 0 {
                let errors = if step.kind.reports_errors() { counts.errors } else { 0 };
                findings.node.processed = step.processed.saturating_sub(errors);
            } else if step.kind == StepKind::Sorter {
                let kept = (step.late + step.buffered).saturating_sub(step.restored);
                findings.node.processed = findings.node.processed.saturating_sub(kept);
            }
            if rest != JobRest::None {
                findings.found.extend(step.check_balance(passing));
                findings.found.extend(self.check_shape(step));
            }
            if rest == JobRest::AtEnd && step.buffered > 0 {
                let (buffered, step) = (step.buffered, step.kind.noun());
                findings.found.push(format!("{buffered} are still buffered in {step} at the end"));
            }
            findings.node.filtered = self.filtered(step);
            passing = step.emitted;
        }
        findings.node.emitted = passing;
        findings
    }

    /// A step with the counts that it shares with its instance.
    fn counted(&self, step: StepCounts, passing: u64) -> StepCounts {
        let CountsBefore { events_in, events_out, duplicates, .. } = self.counts;
        match step.kind {
            StepKind::Source => StepCounts { processed: events_in, emitted: events_out, ..step },
            StepKind::Operator(_) => {
                let processed = events_in.saturating_sub(duplicates);
                StepCounts { processed, emitted: events_out, ..step }
            }
            StepKind::Head => StepCounts { processed: events_in, emitted: events_out, ..step },
            StepKind::AwaitingOperator(_) | StepKind::Throttle => {
                StepCounts { emitted: events_out, ..step }
            }
            StepKind::SilentStore => {
                let came = passing + step.restored;
                let processed = came.saturating_sub(step.late + step.buffered);
                StepCounts { processed, ..step }
            }
            StepKind::Store | StepKind::Sorter | StepKind::Sink => step,
        }
    }

    /// Of the events of an operator that emits at most one for each, those that it has filtered.
    fn filtered(&self, step: StepCounts) -> Option<u64> {
        let (StepKind::Operator(shape) | StepKind::AwaitingOperator(shape)) = step.kind else {
            return None;
        };
        let given = step.emitted + self.counts.errors;
        (shape != StepShape::Any).then(|| step.processed.saturating_sub(given))
    }

    fn check_shape(&self, step: StepCounts) -> Option<String> {
        let StepCounts { kind, processed, emitted, .. } = step;
        let errors = self.counts.errors;
        let (given, what) = (emitted + errors, kind.noun());
        let balances = match kind {
            StepKind::Source
            | StepKind::Operator(StepShape::OneToOne)
            | StepKind::AwaitingOperator(StepShape::OneToOne) => processed == given,
            StepKind::Operator(StepShape::AtMostOne)
            | StepKind::AwaitingOperator(StepShape::AtMostOne) => processed >= given,
            // What edges into the node have dropped is overflow as well.
            StepKind::Throttle => (emitted..=emitted + self.counts.overflow).contains(&processed),
            _ => true,
        };
        (!balances).then(|| {
            format!("{what} has processed {processed}, but emitted {emitted} and reported {errors}")
        })
    }
}

impl StepCounts {
    fn add(&mut self, other: Self) {
        self.restored += other.restored;
        self.processed += other.processed;
        self.late += other.late;
        self.buffered += other.buffered;
        self.emitted += other.emitted;
    }

    /// What is wrong if `passing` events have come to this step.
    fn check_balance(&self, passing: u64) -> Option<String> {
        let Self { kind, restored, processed, late, buffered, .. } = *self;
        let (came, accounted) = (passing + restored, processed + late + buffered);
        if came == accounted {
            return None;
        }
        let (difference, what) = match came.checked_sub(accounted) {
            Some(missing) => (missing, "missing"),
            None => (accounted - came, "too many"),
        };
        let mut text = format!("{passing} came to {}", kind.noun());
        if restored > 0 {
            text.push_str(&format!(", {restored} were restored"));
        }
        text.push_str(&format!("; {processed} are processed"));
        for (count, how) in [(late, "late"), (buffered, "buffered")] {
            if count > 0 {
                text.push_str(&format!(", {count} {how}"));
            }
        }
        Some(format!("{text}: {difference} {what}"))
    }
}

impl StepKind {
    /// What it is called in sentences.
    fn noun(self) -> &'static str {
        match self {
            Self::Source => "the source",
            Self::Operator(_) => "the operator",
            Self::AwaitingOperator(_) => "the calls of the operator",
            Self::Store | Self::SilentStore => "the windows or the join",
            Self::Sorter => "`in_order`",
            Self::Head => "the loop",
            Self::Throttle => "the throttle",
            Self::Sink => "the sink",
        }
    }

    /// Whether the errors of its node are those of events that it has received.
    fn reports_errors(self) -> bool {
        matches!(self, Self::Source | Self::Operator(_) | Self::AwaitingOperator(_))
    }
}

impl CountsBefore {
    /// What was counted since then.
    fn since(self, before: Self) -> Self {
        Self {
            events_in: self.events_in.saturating_sub(before.events_in),
            events_out: self.events_out.saturating_sub(before.events_out),
            late: self.late.saturating_sub(before.late),
            errors: self.errors.saturating_sub(before.errors),
            overflow: self.overflow.saturating_sub(before.overflow),
            dropped: self.dropped.saturating_sub(before.dropped),
            duplicates: self.duplicates.saturating_sub(before.duplicates),
        }
    }

    fn add(&mut self, other: Self) {
        self.events_in += other.events_in;
        self.events_out += other.events_out;
        self.late += other.late;
        self.errors += other.errors;
        self.overflow += other.overflow;
        self.dropped += other.dropped;
        self.duplicates += other.duplicates;
    }
}
