//! What a word is.

use super::argument::{self, Argument};

/// What a word does to a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Adds a node, which can have instances: `>> map(…) * 2`.
    Node,
    /// Sets which instance receives an event; the next node has the job's number of instances.
    Route,
    /// Sets a property of the stream, or of the edge to the next node.
    Setting,
    /// Reads or sets the event time, in the task of the upstream: the edge before it ends here.
    Time,
    /// Passes the stream to a function that continues it.
    Part,
    /// Ends the stream.
    End,
}

/// The streams that a word takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receives {
    /// Those without a key or a window.
    Events,
    /// Those with a key too.
    EventsOrKey,
    /// Those with a window.
    Windows,
    /// All.
    Anything,
    /// Several with a key, in parentheses.
    Sides,
}

/// What the stream behind a word has for the next node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provides {
    /// Events alone.
    Events,
    /// A key of each event.
    Key,
    /// The instance in place of a key.
    InstanceKey,
    /// Windows of a key.
    Windows,
    /// What the stream before it has.
    Same,
    /// What a function of the user makes of it.
    Unknown,
}

/// The number of instances of the next node, unless that says its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instances {
    /// That of the stream before it.
    Same,
    /// That of the job.
    OfJob,
    /// One.
    One,
    /// The argument of the word.
    Written,
    /// What a function of the user makes of it.
    Unknown,
}

/// What a word says about the next edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextEdge {
    /// Nothing: the numbers of instances decide.
    Counted,
    /// It has a policy, so it is decided when the job starts.
    Declared,
    /// The edges on both sides are channels.
    Channels,
}

/// Where late events come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Late {
    /// There are none.
    Never,
    /// The word itself drops what is late.
    Here,
    /// The node of the word, or the next one if the word adds none.
    OfNode,
}

/// What a join emits besides the events that match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joins {
    /// Nothing.
    Matching,
    /// Events of the first side.
    First,
    /// Events of the second of two sides.
    Second,
    /// Events of all sides.
    All,
}

/// What a stream has to be for a word, by its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// It has a key.
    Keyed,
    /// It has event time.
    Timed,
    /// Its events are `Clone`.
    Cloned,
    /// A durable job can keep its events.
    KeptEvents,
    /// A durable job can keep its keys.
    KeptKeys,
}

/// How a word is expanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// To a method of the stream, behind these checks.
    Method(&'static [Check]),
    /// To the contract of what its closure returns.
    Closure(&'static str),
    /// The same, where that is events: they are no futures.
    Events(&'static str),
    /// To a function of streams.
    Part,
    /// To a time and a strategy.
    EventTime,
    /// To a window.
    Window,
    /// To a closure and aggregates.
    Aggregate,
    /// To sides and their bound.
    Join(Joins),
    /// To a policy of an edge.
    Overflow,
    /// To the end of a stream in a sink.
    Sink,
    /// To the end of a stream in a file of dead letters.
    DeadLetters,
    /// To the end of a stream in a loop.
    Feedback,
    /// To the end of a stream of errors.
    Fail,
    /// To the end of a stream whose events are dropped.
    Ignore,
    /// To the reason for a weaker promise of what follows.
    Weaken,
}

/// A word of the language, with its documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// The word; the builder's method has the same name.
    pub name: &'static str,
    /// How it is written.
    pub usage: &'static str,
    /// What it does to the stream.
    pub role: Role,
    /// Its documentation, one line.
    pub meaning: &'static str,
    /// How it is expanded.
    pub how: How,
    /// The streams that it takes.
    pub receives: Receives,
    /// What the stream has after it.
    pub provides: Provides,
    /// The number of instances of the next node.
    pub instances: Instances,
    /// What it says about the next edge.
    pub edge: NextEdge,
    /// Where its late events come from.
    pub late: Late,
    /// What it takes in parentheses.
    pub arguments: &'static [Argument],
    /// The contract of its closure, if it takes one.
    pub closure: Option<&'static str>,
    /// The methods that belong to it, and not to the stream behind it.
    pub settings: &'static [&'static str],
    /// Whether `weaken(…)` may stand before it.
    pub weakenable: bool,
}

impl Word {
    /// A word that is a method of the stream and changes no more than its role says.
    pub(super) const fn new(
        name: &'static str,
        usage: &'static str,
        role: Role,
        meaning: &'static str,
    ) -> Self {
        let (receives, provides) = match role {
            Role::Node => (Receives::EventsOrKey, Provides::Events),
            Role::Setting => (Receives::EventsOrKey, Provides::Same),
            Role::Route | Role::Time | Role::End => (Receives::Events, Provides::Events),
            Role::Part => (Receives::Events, Provides::Unknown),
        };
        let instances = match role {
            Role::Route => Instances::OfJob,
            Role::Part => Instances::Unknown,
            _ => Instances::Same,
        };
        Self {
            name,
            usage,
            role,
            meaning,
            how: How::Method(&[]),
            receives,
            provides,
            instances,
            edge: NextEdge::Counted,
            late: Late::Never,
            arguments: &[],
            closure: None,
            settings: &[],
            weakenable: false,
        }
    }

    pub(super) const fn takes(self, arguments: &'static [Argument]) -> Self {
        Self { arguments, ..self }
    }

    pub(super) const fn how(self, how: How) -> Self {
        Self { how, ..self }
    }

    pub(super) const fn closure(self, contract: &'static str) -> Self {
        Self { closure: Some(contract), ..self }
    }

    pub(super) const fn receives(self, receives: Receives) -> Self {
        Self { receives, ..self }
    }

    pub(super) const fn provides(self, provides: Provides) -> Self {
        Self { provides, ..self }
    }

    pub(super) const fn instances(self, instances: Instances) -> Self {
        Self { instances, ..self }
    }

    pub(super) const fn edge(self, edge: NextEdge) -> Self {
        Self { edge, ..self }
    }

    pub(super) const fn late(self, late: Late) -> Self {
        Self { late, ..self }
    }

    pub(super) const fn settings(self, settings: &'static [&'static str]) -> Self {
        Self { settings, ..self }
    }

    pub(super) const fn weakenable(self) -> Self {
        Self { weakenable: true, ..self }
    }

    /// A join: it takes sides, and its kind says what it emits besides.
    pub(super) const fn joining(self, kind: Joins) -> Self {
        self.how(How::Join(kind)).receives(Receives::Sides).late(Late::OfNode)
    }

    /// Whether it requires parentheses.
    #[must_use]
    pub const fn takes_arguments(&self) -> bool {
        !self.arguments.is_empty()
    }

    /// How it may be written: `buffer(1024)`.
    #[must_use]
    pub fn example(&self) -> String {
        argument::example(self.name, self.arguments)
    }

    /// What it emits if it joins the streams in the parentheses before it.
    #[must_use]
    pub const fn joins(&self) -> Option<Joins> {
        match self.how {
            How::Join(kind) => Some(kind),
            _ => None,
        }
    }

    /// Whether it ends a stream in a sink.
    #[must_use]
    pub const fn writes(&self) -> bool {
        matches!(self.how, How::Sink | How::DeadLetters)
    }

    /// Whether the stream has a key after it, up to the next node.
    #[must_use]
    pub const fn gives_key(&self) -> bool {
        matches!(self.provides, Provides::Key | Provides::InstanceKey | Provides::Windows)
    }
}
