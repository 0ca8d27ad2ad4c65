//! What each node keeps in checkpoints.

use crate::checkpoint::{NodeTypes, PartKind, text_of};
use crate::topology::{Declaration, Delivery, NodeId, NodeKind};

/// What a node keeps.
#[derive(Debug, Default)]
pub(super) struct NodeKeeps {
    /// The kinds without types of the user.
    kinds: Vec<PartKind>,
    /// The types, if any.
    pub(super) types: NodeTypes,
}

impl NodeKeeps {
    /// What each node of a topology keeps; nothing without checkpoints.
    pub(super) fn of_all(declaration: &Declaration) -> Vec<Self> {
        let nodes = declaration.nodes().iter().enumerate();
        if declaration.delivery() == Delivery::AtMostOnce {
            return nodes.map(|_| Self::default()).collect();
        }
        let mut kept = declaration.kept_types();
        let nodes = nodes.map(|(at, node)| {
            let has_time = declaration.clocks.contains(&NodeId(at));
            let kinds = [
                (PartKind::Source, matches!(node.kind, NodeKind::Source(_))),
                (PartKind::EventTime, has_time),
                (PartKind::Sink, node.kind.is_sink()),
            ];
            let kinds = kinds.into_iter().filter(|(_, has)| *has).map(|(kind, _)| kind).collect();
            Self { kinds, types: kept.remove(&NodeId(at)).unwrap_or_default() }
        });
        nodes.collect()
    }

    /// Whether it is found again by the name of its node alone.
    pub(super) fn needs_name(&self) -> bool {
        !self.types.is_empty() || self.kinds.iter().any(|kind| *kind != PartKind::Sink)
    }

    /// The kinds and types, one in each line; `None` if there are none.
    pub(super) fn text(&self) -> Option<String> {
        let kinds = self.kinds.iter().map(ToString::to_string);
        let types = (!self.types.is_empty()).then(|| text_of(&self.types));
        let lines: Vec<String> = kinds.chain(types).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}
