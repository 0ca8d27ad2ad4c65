//! What a word or a function takes.

/// What an argument is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A closure, or the name of a function.
    Closure,
    /// A time: `1.mins()`.
    Time,
    /// Times in brackets, or a single one: `[1.days(), 7.days()]`.
    Times,
    /// A whole number.
    Count,
    /// A number of instances: a whole number, or `auto`.
    Instances,
    /// A text in quotes.
    Text,
    /// The path of a file.
    Path,
    /// The word `ignore`.
    Ignore,
    /// A kind of windows: `tumbling(…)`.
    Window,
    /// The bound of a join, that is, which events match: `within(…)`, `latest(…)`, or a window.
    Bound,
    /// How the watermark follows the events: `lateness(…)`.
    Strategy,
    /// A result of the values of a window: `sum()`; several in parentheses.
    Aggregate,
    /// What a full edge does: `drop_oldest`.
    Policy,
    /// A number of events in a time: `1_000.per_sec()`.
    Rate,
    /// An amount of memory: `64.mib()`.
    Bytes,
    /// A source.
    Source,
    /// A sink.
    Sink,
    /// The name of a line.
    Line,
    /// Anything: only the types tell.
    Value,
}

impl Kind {
    /// What it is called in a sentence.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Closure => "a closure of the event",
            Self::Time => "a time",
            Self::Times => "times",
            Self::Count => "a whole number",
            Self::Instances => "a number of instances",
            Self::Text => "a text",
            Self::Path => "the path of a file",
            Self::Ignore => "`ignore`",
            Self::Window => "a window",
            Self::Bound => "a bound",
            Self::Strategy => "what the watermark follows",
            Self::Aggregate => "an aggregate",
            Self::Policy => "a policy",
            Self::Rate => "a rate",
            Self::Bytes => "a number of bytes",
            Self::Source => "a source",
            Self::Sink => "a sink",
            Self::Line => "the name of a line",
            Self::Value => "a value",
        }
    }
}

/// What a 0 would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zero {
    /// A number like any other.
    Allowed,
    /// Windows without events.
    EmptyWindow,
    /// Invalid.
    Invalid,
    /// An edge without room.
    NoRoom,
    /// A sample of nothing.
    NoSample,
    /// A node without instances.
    NoInstance,
    /// Keys without groups.
    NoGroup,
}

/// An argument of a word or a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument {
    /// What it is for: `size`.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// An argument, as it may be written.
    pub example: &'static str,
    /// What a 0 would be.
    pub zero: Zero,
}

/// A call with these arguments, as it may be written.
pub(super) fn example(name: &str, arguments: &[Argument]) -> String {
    let examples: Vec<&str> = arguments.iter().map(|argument| argument.example).collect();
    format!("{name}({})", examples.join(", "))
}

impl Argument {
    pub(super) const fn new(name: &'static str, kind: Kind, example: &'static str) -> Self {
        Self { name, kind, example, zero: Zero::Allowed }
    }

    /// More than 0.
    pub(super) const fn positive(self, zero: Zero) -> Self {
        Self { zero, ..self }
    }
}
