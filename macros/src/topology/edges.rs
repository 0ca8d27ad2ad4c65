//! Edges known at compile time to be calls, or channels.
//!
//! An edge is a call if both of its nodes have one instance. If both instance counts are literals,
//! the macro knows the kind, and only this kind is compiled.

use super::calls::SinkCheck;
use super::instances::{Count, InstanceCount};
use super::model::Step;
use millstream_graph::words::{How, Instances, NextEdge, Provides, Role};

/// The method that declares the kind of the edge that begins at `step`, if it is known, between
/// what is before and after it. A reason is followed by nothing but what it excuses.
pub(super) fn known(
    from: InstanceCount,
    step: &Step,
    (before, after): (&[Step], &[Step]),
    default: Count,
) -> Option<&'static str> {
    if SinkCheck::behind(before) == SinkCheck::Excused {
        return None;
    }
    let apart = |step: &Step| step.word().is_some_and(|(word, _)| word.edge == NextEdge::Channels);
    if apart(step) || after.first().is_some_and(apart) {
        // Both of its edges are channels, whatever the instances.
        return None;
    }
    let to = match step.word().map(|(word, _)| word) {
        Some(word) if word.role == Role::Route => {
            let one = word.instances == Instances::One;
            let default = if one { Count::Literal(1) } else { default };
            let windowed = word.provides == Provides::Key && after.first().is_some_and(is_window);
            let after = after.get(usize::from(windowed)..).unwrap_or_default();
            let node = after.first().filter(|_| !step.has_more_calls())?;
            node.is_node().then(|| count(node, default))?
        }
        Some(word) if word.writes() || word.how == How::Ignore => Count::Literal(1),
        Some(word) if word.role != Role::Node => return None,
        // Without a change of instances there is no edge: the nodes are one chain.
        _ => match &step.times {
            Some(times) => Some(Count::written(&times.tokens)).filter(|to| !from.continues_at(*to)),
            None => Some(default).filter(|_| from.strays_from(default)),
        }?,
    };
    from.edge(to)
}

/// The number of instances of a node.
fn count(node: &Step, default: Count) -> Count {
    node.times.as_ref().map_or(default, |times| Count::written(&times.tokens))
}

/// Whether a step is a `window` with nothing unknown to the macro.
fn is_window(step: &Step) -> bool {
    let windows = step.word().is_some_and(|(word, _)| word.provides == Provides::Windows);
    windows && step.times.is_none() && !step.has_more_calls()
}
