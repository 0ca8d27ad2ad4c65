//! The paths from sources to sinks, and what each guarantees.

use super::guarantee::{Guarantee, PathEdges, PathResults, SourceKind};
use crate::channel::Overflow;
use crate::env::Access;
use crate::sink::RepeatEffect;
use crate::source::Replayability;
use crate::topology::{
    Chance, Declaration, EdgeDeclared, IGNORE, NodeDeclared, NodeId, NodeKind, OutputKind,
};
use std::collections::BTreeSet;
use std::fmt;

/// A source and a sink that its events may reach, and what the job guarantees from one to the
/// other.
///
/// If several ways lead from one to the other, it is what the weakest of them guarantees. Streams
/// that end in `ignore` are left out.
///
/// # Examples
/// A test that keeps a path as strong as it is:
/// ```
/// use millstream::prelude::*;
/// use millstream::plan::SourceKind;
///
/// let folder = std::env::temp_dir();
/// let topology = topology!(
///     job("payments", exactly_once),
///     payments = source(csv_file::<(u64, f64)>(folder.join("payments.csv")).headerless()),
///     paid = payments >> filter(|payment| payment.1 > 0.0),
///     archive = paid >> sink(csv_parts(folder.join("paid")).headerless()),
///     screen = paid >> map(|paid| paid.0) >> weaken("to watch") >> sink(stdout_lines()),
/// );
/// let plan = topology.plan(&Config::default())?;
/// let [archive, screen] = plan.paths() else { unreachable!() };
/// assert_eq!(archive.source, SourceKind::Replayable);
/// assert_eq!(archive.guarantee.to_string(), "exactly once");
/// assert_eq!(screen.guarantee.to_string(), "at least once");
/// assert_eq!(screen.weaker[0].to_string(), "`screen` repeats: to watch");
/// # Ok::<(), millstream::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedPath {
    /// The source.
    pub from: NodeId,
    /// The sink.
    pub to: NodeId,
    /// What the source has of the events that it has emitted.
    pub source: SourceKind,
    /// The effect of writing an event to the sink again.
    pub sink: RepeatEffect,
    /// What holds for the events of the source in the sink.
    pub guarantee: Guarantee,
    /// What on the path makes it weaker than the source and the sink would be by themselves, or
    /// than the job promises.
    pub weaker: Vec<Weaker>,
}

/// Something on a path that makes it weaker. Printed, it is a sentence without a full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Weaker {
    /// An edge that may drop events, named as in the plan.
    Drops {
        /// `from >> to`
        edge: String,
        /// The reason of [`weaken`](crate::builder::Stream::weaken), if one is given.
        reason: Option<&'static str>,
    },
    /// A loop, which drops events when it is full.
    Loop {
        /// The node where they enter again.
        node: String,
    },
    /// A node that goes by the job's clock, upstream of an idempotent sink.
    Clock {
        /// The node.
        node: String,
        /// What of it does.
        by: Chance,
        /// The reason of [`weaken`](crate::builder::Stream::weaken), if one is given.
        reason: Option<&'static str>,
    },
    /// A source that does not have its events any more.
    Volatile {
        /// The source.
        source: String,
    },
    /// A sink that may write events twice.
    Repeats {
        /// The sink.
        sink: String,
        /// The reason of [`weaken`](crate::builder::Stream::weaken), if one is given.
        reason: Option<&'static str>,
    },
}

impl fmt::Display for Weaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = match self {
            Self::Drops { edge, reason } => {
                write!(f, "`{edge}` may drop")?;
                *reason
            }
            Self::Loop { node } => return write!(f, "the loop `{node}` drops when it is full"),
            Self::Clock { node, by, reason } => {
                write!(f, "`{node}` has {by}")?;
                *reason
            }
            Self::Volatile { source } => return write!(f, "`{source}` has its events once"),
            Self::Repeats { sink, reason } => {
                write!(f, "`{sink}` repeats")?;
                *reason
            }
        };
        reason.map_or(Ok(()), |reason| write!(f, ": {reason}"))
    }
}

/// All paths, in the order of the definition of their sources, then of their sinks.
pub(super) fn paths(declaration: &Declaration) -> Vec<PlannedPath> {
    let nodes = || declaration.nodes().iter().enumerate().map(|(at, node)| (NodeId(at), node));
    let mut paths = Vec::new();
    let sinks: Vec<_> =
        nodes().filter_map(|(id, node)| Ending::of(declaration, id, node)).collect();
    for (from, node) in nodes() {
        let Some(source) = kind(node) else { continue };
        let reached = declaration.downstream_of(from);
        let reached_sinks = sinks.iter().filter(|sink| reached.contains(&sink.id));
        paths.extend(reached_sinks.map(|sink| sink.path(declaration, (from, source), &reached)));
    }
    paths
}

/// The kind of a source.
fn kind(node: &NodeDeclared) -> Option<SourceKind> {
    match node.kind {
        NodeKind::Source(Replayability::Impossible) => Some(SourceKind::Volatile),
        NodeKind::Source(Replayability::Possible) => {
            let journaled = node.files.iter().any(|file| file.access() == Access::Journal);
            Some(if journaled { SourceKind::Journaled } else { SourceKind::Replayable })
        }
        _ => None,
    }
}

/// A sink, and all that is upstream of it.
struct Ending<'a> {
    id: NodeId,
    node: &'a NodeDeclared,
    effect: RepeatEffect,
    upstream: BTreeSet<NodeId>,
}

impl<'a> Ending<'a> {
    fn of(declaration: &Declaration, id: NodeId, node: &'a NodeDeclared) -> Option<Self> {
        match node.kind {
            NodeKind::Sink(effect) if node.work != IGNORE => {
                Some(Self { id, node, effect, upstream: declaration.upstream_of(id) })
            }
            _ => None,
        }
    }

    fn path(
        &self,
        declaration: &Declaration,
        (from, source): (NodeId, SourceKind),
        downstream: &BTreeSet<NodeId>,
    ) -> PlannedPath {
        let on_the_way = |node: &NodeId| downstream.contains(node) && self.upstream.contains(node);
        let edges = declaration.edges().iter();
        let edges = edges.filter(|edge| on_the_way(&edge.from.node) && on_the_way(&edge.to));
        let mut weaker: Vec<Weaker> = edges.filter_map(|edge| drops(declaration, edge)).collect();
        weaker.dedup();
        let edges = if weaker.is_empty() { PathEdges::Keep } else { PathEdges::MayDrop };
        let clock = declaration.nodes().iter().enumerate().find_map(|(at, node)| {
            let by = node.chance.filter(|_| on_the_way(&NodeId(at)))?;
            Some(Weaker::Clock { node: node.name.clone(), by, reason: self.node.weakened })
        });
        let results = if clock.is_some() { PathResults::ByClock } else { PathResults::OfInput };
        let delivery = declaration.delivery();
        let guarantee = Guarantee::of(delivery, source, (edges, results), self.effect);
        weaker.extend(clock.filter(|_| self.effect == RepeatEffect::Replaces));
        let source_name = declaration.name_of(from);
        if !delivery.takes_source(replayability(source)) {
            weaker.push(Weaker::Volatile { source: source_name.to_owned() });
        }
        if !delivery.takes_sink(self.effect) {
            let (sink, reason) = (self.node.name.clone(), self.node.weakened);
            weaker.push(Weaker::Repeats { sink, reason });
        }
        PlannedPath { from, to: self.id, source, sink: self.effect, guarantee, weaker }
    }
}

fn replayability(source: SourceKind) -> Replayability {
    match source {
        SourceKind::Volatile => Replayability::Impossible,
        SourceKind::Replayable | SourceKind::Journaled => Replayability::Possible,
    }
}

/// Why an edge may drop events, if it may.
fn drops(declaration: &Declaration, edge: &EdgeDeclared) -> Option<Weaker> {
    if edge.leads_back() {
        return Some(Weaker::Loop { node: declaration.name_of(edge.to).to_owned() });
    }
    let sheds = declaration.nodes().get(edge.to.0).is_some_and(NodeDeclared::sheds);
    let drops = edge.overflow.is_some_and(|policy| policy != Overflow::Block);
    if !(drops || sheds) {
        return None;
    }
    let output = match edge.from.port {
        OutputKind::Main => String::new(),
        side => format!(".{side}"),
    };
    let (from, to) = (declaration.name_of(edge.from.node), declaration.name_of(edge.to));
    Some(Weaker::Drops { edge: format!("{from}{output} >> {to}"), reason: edge.weakened })
}
