//! The nodes of a topology, as declared.

use super::{Carried, Instances, OutputKind};
use crate::channel::Overflow;
use crate::sink::RepeatEffect;
use crate::source::Replayability;
use std::panic::Location;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// It reads events in.
    Source(Replayability),
    /// It never awaits.
    Operator,
    /// It awaits: what follows is another task's.
    AwaitingOperator,
    /// It writes events out.
    Sink(RepeatEffect),
    /// The head of a loop: what is fed back comes in again.
    LoopHead {
        /// How many events wait there for each instance that feeds back.
        capacity: usize,
        /// What is dropped when there is no room.
        policy: Overflow,
    },
    /// The tail of a loop, where it is a node of its own.
    LoopTail,
}

impl NodeKind {
    /// Whether it is an end of a loop.
    #[must_use]
    pub fn is_feedback(self) -> bool {
        matches!(self, Self::LoopHead { .. } | Self::LoopTail)
    }

    /// Whether it is a sink.
    #[must_use]
    pub fn is_sink(self) -> bool {
        matches!(self, Self::Sink(_))
    }
}

/// A node as declared.
#[derive(Debug, Clone)]
pub struct NodeDeclared {
    /// Its name: the identity of its state and the label of its metrics.
    pub name: String,
    /// What it is.
    pub kind: NodeKind,
    /// How many instances it has.
    pub instances: Instances,
    /// Where it is declared.
    pub location: &'static Location<'static>,
    /// What is done there: the operator's own name, or the type of the source or sink.
    pub work: String,
    /// Where its name comes from.
    pub(crate) naming: Naming,
    /// Its outputs on which events can be lost.
    pub(crate) outputs: Vec<OutputDeclared>,
}

impl NodeDeclared {
    /// Where it is declared, as `file:line`.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}:{}", self.location.file(), self.location.line())
    }
}

/// Where a node's name comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// The user gave it.
    Given,
    /// The operator's; it must be the only one, since state is found again by it.
    Operator,
    /// The engine's: may be numbered.
    Engine,
}

/// An output of a node on which events can be lost unless it is connected.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OutputDeclared {
    pub(crate) port: OutputKind,
    pub(crate) carried: Carried,
    pub(crate) unconnected: IfUnconnected,
}

/// What becomes of the events of an output that is not connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IfUnconnected {
    /// Undeclared: a rule is broken.
    Refused,
    /// The first one ends the job.
    Fails,
}
