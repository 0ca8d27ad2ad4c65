//! The words that may stand after `>>` in a topology and are not operators.
//!
//! The list is closed: whatever else stands there is the path of an operator. An operator whose
//! name is on the list is reached by a longer path, `self::by`.

/// What a stage word does to a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Adds a node, which can have instances: `>> map(…) * 2`.
    Node,
    /// Says which instance gets an event; what follows has the job's number of instances.
    Route,
    /// Says something about the stream, or about the edge to the next node.
    Setting,
    /// Hands the stream to a function that continues it.
    Part,
    /// Ends the stream.
    End,
}

/// A stage word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// The word, which is also the name of the builder's method.
    pub name: &'static str,
    /// How it is written.
    pub usage: &'static str,
    /// What it does to the stream.
    pub role: Role,
    /// What it means, in a line.
    pub meaning: &'static str,
}

impl Word {
    /// Whether it has to be followed by parentheses.
    #[must_use]
    pub fn takes_arguments(&self) -> bool {
        self.usage.ends_with(')')
    }

    /// Whether it joins the streams that stand before it in parentheses.
    #[must_use]
    pub fn joins(&self) -> bool {
        matches!(self.name, "join" | "left_join" | "right_join" | "full_join")
    }

    /// Whether the stream has a key behind it, until the next node.
    #[must_use]
    pub fn gives_key(&self) -> bool {
        matches!(self.name, "by" | "per_instance" | "window")
    }
}

/// All stage words, in the order in which a reader meets them.
pub const WORDS: &[Word] = &[
    word(
        "event_time",
        "event_time(|event| …, lateness(…))",
        Role::Setting,
        "says when each event happened, and how the watermark follows",
    ),
    word(
        "in_order",
        "in_order(|event| …)",
        Role::Setting,
        "puts the events in order of time, those of equal time in order of what is given",
    ),
    word("by", "by(|event| …)", Role::Route, "sends every event to the instance that owns its key"),
    word("shuffle", "shuffle", Role::Route, "gives the events to the next instances in turn"),
    word("to_all", "to_all", Role::Route, "gives every event to all instances of what follows"),
    word("to_one", "to_one", Role::Route, "gives every event to a single instance of what follows"),
    word(
        "per_instance",
        "per_instance",
        Role::Setting,
        "lets what follows keep one state in each instance, whatever the key",
    ),
    word("window", "window(…)", Role::Setting, "gathers the events of each key into windows"),
    word(
        "aggregate",
        "aggregate(|event| …, aggregate)",
        Role::Node,
        "makes one value of each window, event by event: `sum()`, `top(3)`, a type of your own",
    ),
    word(
        "join",
        "join(…)",
        Role::Node,
        "joins the streams in the parentheses before it by key: `(a >> by(…), b >> by(…)) >> \
         join(within(before, after))`",
    ),
    word(
        "left_join",
        "left_join(…)",
        Role::Node,
        "the same, and gives on the events of the first stream also without a partner",
    ),
    word(
        "right_join",
        "right_join(…)",
        Role::Node,
        "the same, and gives on the events of the second of two streams also without a partner",
    ),
    word(
        "full_join",
        "full_join(…)",
        Role::Node,
        "the same, and gives on the events of all streams also without a partner",
    ),
    word("buffer", "buffer(n)", Role::Setting, "makes the next edge a channel that holds n events"),
    word(
        "overflow",
        "overflow(…)",
        Role::Setting,
        "says what the next edge does when it is full: `block`, `drop_newest`, `drop_oldest` or \
         `sample(n)`",
    ),
    word(
        "instances",
        "instances(n)",
        Role::Setting,
        "says how many instances the next node has, as `* n` behind the node does",
    ),
    word("map", "map(|event| …)", Role::Node, "turns every event into another"),
    word(
        "filter",
        "filter(|event| …)",
        Role::Node,
        "keeps the events for which the condition holds",
    ),
    word(
        "flat_map",
        "flat_map(|event| …)",
        Role::Node,
        "turns every event into any number of others",
    ),
    word("inspect", "inspect(|event| …)", Role::Node, "looks at every event"),
    word(
        "through",
        "through(function)",
        Role::Part,
        "passes the stream through a function of streams: a part of a topology",
    ),
    word("sink", "sink(…)", Role::End, "ends the stream in a sink"),
    word(
        "ignore",
        "ignore",
        Role::End,
        "ends the stream in nothing: its events are dropped, and counted",
    ),
    word(
        "feedback",
        "feedback(name)",
        Role::End,
        "ends the stream in a loop: its events come in again where `name = feedback(…)` is used",
    ),
    word("fail", "fail", Role::End, "ends a stream of errors: the first one ends the job"),
];

/// The words for what a job promises.
pub const DELIVERIES: &[&str] = &["at_most_once", "at_least_once", "exactly_once"];

/// What an edge can do when it is full.
pub const POLICIES: &[&str] = &["block", "drop_newest", "drop_oldest", "sample"];

/// What may follow `job(…)`.
pub const OPTIONS: &[&str] = &["instances", "memory", "delivery"];

/// The outputs that a node can have beside its main one.
pub const OUTPUTS: &[&str] = &["late", "errors", "overflow", "unmatched"];

const fn word(name: &'static str, usage: &'static str, role: Role, meaning: &'static str) -> Word {
    Word { name, usage, role, meaning }
}

/// The stage word that is written like this.
///
/// # Examples
/// ```
/// use millstream_graph::words::{Role, find};
///
/// assert_eq!(find("by").map(|word| word.role), Some(Role::Route));
/// assert_eq!(find("average_ticket"), None);
/// ```
#[must_use]
pub fn find(name: &str) -> Option<&'static Word> {
    WORDS.iter().find(|word| word.name == name)
}

#[cfg(test)]
mod tests {
    use super::{WORDS, find};

    #[test]
    fn every_word_is_listed_once_and_written_as_it_is_named() {
        for word in WORDS {
            assert_eq!(find(word.name), Some(word));
            assert!(word.usage.starts_with(word.name), "{}", word.usage);
            assert_eq!(word.takes_arguments(), word.usage.contains('('), "{}", word.usage);
            assert!(!word.meaning.ends_with('.'), "{}", word.meaning);
        }
    }
}
