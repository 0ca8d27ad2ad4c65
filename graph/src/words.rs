//! The words that may follow `>>` in a topology.
//!
//! The list is closed: anything else after `>>` is the path of an operator. An operator with the
//! name of a word is written with a longer path, `self::by`.

/// What a word does to a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Adds a node, which can have instances: `>> map(…) * 2`.
    Node,
    /// Sets which instance receives an event; the next node has the job's number of instances.
    Route,
    /// Sets a property of the stream, or of the edge to the next node.
    Setting,
    /// Passes the stream to a function that continues it.
    Part,
    /// Ends the stream.
    End,
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
}

impl Word {
    /// Whether it requires parentheses.
    #[must_use]
    pub fn takes_arguments(&self) -> bool {
        self.usage.ends_with(')')
    }

    /// Whether it joins the streams in the parentheses before it.
    #[must_use]
    pub fn joins(&self) -> bool {
        matches!(self.name, "join" | "left_join" | "right_join" | "full_join")
    }

    /// Whether the stream has a key after it, up to the next node.
    #[must_use]
    pub fn gives_key(&self) -> bool {
        matches!(self.name, "by" | "per_instance" | "window")
    }
}

/// All words, in the order of the documentation.
pub const WORDS: &[Word] = &[
    word(
        "event_time",
        "event_time(|event| …, lateness(…))",
        Role::Setting,
        "sets the time of each event, and how the watermark follows",
    ),
    word(
        "in_order",
        "in_order(|event| …)",
        Role::Setting,
        "sorts the events by event time, and events of equal time by the value of the closure",
    ),
    word("by", "by(|event| …)", Role::Route, "sends each event to the instance that owns its key"),
    word(
        "shuffle",
        "shuffle",
        Role::Route,
        "sends the events to the instances of the next node in turn",
    ),
    word("to_all", "to_all", Role::Route, "sends each event to all instances of the next node"),
    word("to_one", "to_one", Role::Route, "sends all events to a single instance of the next node"),
    word(
        "per_instance",
        "per_instance",
        Role::Setting,
        "lets the next node keep one state per instance, whatever the key",
    ),
    word("window", "window(…)", Role::Setting, "gathers the events of each key into windows"),
    word(
        "aggregate",
        "aggregate(|event| …, aggregate)",
        Role::Node,
        "reduces each window to one value, event by event: `sum()`, `top(3)`, a type of your own",
    ),
    word(
        "dedupe",
        "dedupe(within)",
        Role::Node,
        "emits the first event of each key, and drops those less than `within` later",
    ),
    word(
        "throttle",
        "throttle(rate)",
        Role::Node,
        "limits how many events pass, `1_000.per_sec()`; the others wait, or are shed: \
         `throttle(rate).burst(n).shed()`",
    ),
    word(
        "in_batches_of",
        "in_batches_of(n).or_after(time)",
        Role::Node,
        "gathers n events into a `Vec`, or those of a time by the clock; behind `by(…)` those of \
         each key",
    ),
    word(
        "debounce",
        "debounce(silence)",
        Role::Node,
        "emits the last event of each key once none has followed for `silence` by the clock",
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
        "like `join`, and also emits events of the first stream that have no match",
    ),
    word(
        "right_join",
        "right_join(…)",
        Role::Node,
        "like `join`, and also emits events of the second of two streams that have no match",
    ),
    word(
        "full_join",
        "full_join(…)",
        Role::Node,
        "like `join`, and also emits events of any stream that have no match",
    ),
    word(
        "buffer",
        "buffer(n)",
        Role::Setting,
        "makes the next edge a channel with room for n events",
    ),
    word(
        "overflow",
        "overflow(…)",
        Role::Setting,
        "sets what the next edge does when it is full: `block`, `drop_newest`, `drop_oldest` \
         or `sample(n)`",
    ),
    word(
        "weaken",
        "weaken(\"…\")",
        Role::Setting,
        "says why the next edge or throttle may drop events, or the sink write them twice, \
         although the job promises more; `overflow(…)`, `throttle(…)` or `sink(…)` follows",
    ),
    word(
        "instances",
        "instances(n)",
        Role::Setting,
        "sets the number of instances of the next node, as `* n` after the node does",
    ),
    word("map", "map(|event| …)", Role::Node, "turns each event into another"),
    word("filter", "filter(|event| …)", Role::Node, "keeps the events that satisfy a condition"),
    word(
        "flat_map",
        "flat_map(|event| …)",
        Role::Node,
        "turns each event into any number of others",
    ),
    word(
        "inspect",
        "inspect(|event| …)",
        Role::Node,
        "shows each event to a closure and emits it unchanged",
    ),
    word(
        "through",
        "through(function)",
        Role::Part,
        "passes the stream to a function that continues it: a part of a topology",
    ),
    word("sink", "sink(…)", Role::End, "ends the stream in a sink"),
    word(
        "dead_letters",
        "dead_letters(\"…\")",
        Role::End,
        "ends a stream of dead letters in a file of JSON lines, which `replay(\"…\")` reads",
    ),
    word("ignore", "ignore", Role::End, "ends the stream: its events are dropped, and counted"),
    word(
        "feedback",
        "feedback(name)",
        Role::End,
        "ends the stream in a loop: its events enter again where `name = feedback(…)` is used",
    ),
    word("fail", "fail", Role::End, "ends a stream of errors: the first error ends the job"),
];

/// The delivery guarantees of a job.
pub const DELIVERIES: &[&str] = &["at_most_once", "at_least_once", "exactly_once"];

/// The overflow policies of an edge.
pub const POLICIES: &[&str] = &["block", "drop_newest", "drop_oldest", "sample"];

/// The methods that may follow `job(…)`.
pub const OPTIONS: &[&str] = &["instances", "memory", "delivery", "key_groups"];

/// The side outputs that a node can have.
pub const OUTPUTS: &[&str] = &["late", "errors", "overflow", "unmatched"];

const fn word(name: &'static str, usage: &'static str, role: Role, meaning: &'static str) -> Word {
    Word { name, usage, role, meaning }
}

/// Finds the word with this name.
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
