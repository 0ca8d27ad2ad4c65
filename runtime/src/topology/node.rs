//! The nodes of a topology, as declared.

use super::{Carried, Chance, Instances, OutputKind};
use crate::channel::Overflow;
use crate::control::RateLimit;
use crate::env::FileUse;
use crate::operator::StateUse;
use crate::sink::RepeatEffect;
use crate::source::Replayability;
use std::panic::Location;
use std::sync::Arc;

/// What a node does, and what matters about it for the guarantee and the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// Reads events; whether it can replay them.
    Source(Replayability),
    /// Transforms events without awaiting.
    Operator,
    /// Transforms events and awaits: it ends its task, and another task runs the nodes downstream.
    AwaitingOperator,
    /// Holds events to a rate: a task of its own.
    Throttle,
    /// Writes events; the effect of writing one twice.
    Sink(RepeatEffect),
    /// The head of a loop, where events fed back enter again.
    LoopHead {
        /// The capacity of its buffer in events, for each instance that feeds the loop.
        capacity: usize,
        /// Which event is dropped when the buffer is full.
        policy: Overflow,
    },
    /// The tail of a loop, where it needs a node of its own.
    LoopTail,
}

impl NodeKind {
    /// What it is, in a word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Source(_) => "source",
            Self::Operator | Self::AwaitingOperator => "operator",
            Self::Throttle => "throttle",
            Self::Sink(_) => "sink",
            Self::LoopHead { .. } | Self::LoopTail => "feedback",
        }
    }

    /// Whether it is the head or the tail of a loop.
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
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let topology = topology!(
///     lines = source(from_iter(["a"])),
///     lengths = lines >> map(str::len),
///     lengths >> ignore,
/// );
/// let node = &topology.nodes()[1];
/// assert_eq!((node.name.as_str(), node.work.as_str()), ("lengths", "map"));
/// assert!(node.place().contains(".rs:"));
/// ```
#[derive(Debug, Clone)]
pub struct NodeDeclared {
    /// The name: identifies the node's state and labels its metrics.
    pub name: String,
    /// What it does.
    pub kind: NodeKind,
    /// The number of its instances.
    pub instances: Instances,
    /// Where in the source it is declared.
    pub location: &'static Location<'static>,
    /// What runs there: the name of the operator, or the type of the source or sink.
    pub work: String,
    /// What of it may turn out otherwise when its events are read again, if anything is known to.
    pub chance: Option<Chance>,
    /// Why it may write events twice although its job is `exactly_once`, if it is a sink:
    /// [`weaken`](crate::builder::Stream::weaken).
    pub weakened: Option<&'static str>,
    /// The largest number of its calls in flight for each instance, if it is an operator that
    /// awaits: as declared for its stream, or else by the operator.
    pub in_flight: Option<usize>,
    /// The rate to which it holds its events, if it is a throttle; it can be changed while the job
    /// runs.
    pub limit: Option<Arc<RateLimit>>,
    /// Whether it is a join that sheds what finds no room.
    pub(crate) sheds_rows: bool,
    /// The origin of its name.
    pub(crate) naming: Naming,
    /// Its outputs on which events could be lost.
    pub(crate) outputs: Vec<OutputDeclared>,
    /// The files that it uses.
    pub(crate) files: Vec<FileUse>,
}

impl NodeDeclared {
    /// Whether it sheds events, to its overflow.
    pub(crate) fn sheds(&self) -> bool {
        self.sheds_rows || self.limit.as_ref().is_some_and(|limit| limit.sheds())
    }

    /// Where in the source it is declared, as `file:line`.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}:{}", self.location.file(), self.location.line())
    }
}

/// The origin of a node's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// The user.
    Given,
    /// The operator. It must be unique, since it identifies state.
    Operator,
    /// The operator, which keeps no state: the engine may add a number.
    Stateless,
    /// The engine, which may add a number.
    Engine,
}

impl Naming {
    /// That of a node called after an operator which keeps state, or none.
    pub(crate) const fn by(state: StateUse) -> Self {
        match state {
            StateUse::None => Self::Stateless,
            StateUse::Some => Self::Operator,
        }
    }
}

/// An output on which events are lost unless it is connected.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OutputDeclared {
    pub(crate) port: OutputKind,
    pub(crate) carried: Carried,
    pub(crate) unconnected: IfUnconnected,
}

/// What happens to the events of an unconnected output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IfUnconnected {
    /// The topology is refused.
    Refused,
    /// The first one ends the job.
    Fails,
}
