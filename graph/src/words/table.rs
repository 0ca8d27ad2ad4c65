//! The words that may follow `>>` in a topology.

use super::argument::{Argument, Kind, Zero};
use super::word::{Check, How, Instances, Joins, Late, NextEdge, Provides, Receives, Role, Word};

const CLOSURE: Argument = Argument::new("closure", Kind::Closure, "|event| …");
const TIME_OF: Argument = Argument::new("time", Kind::Closure, "|event| event.at");
const STRATEGY: Argument = Argument::new("strategy", Kind::Strategy, "lateness(2.secs())");
const ORDER: Argument = Argument::new("order", Kind::Closure, "|event| event.id");
const KEY: Argument = Argument::new("key", Kind::Closure, "|event| event.key");
const WINDOW: Argument = Argument::new("window", Kind::Window, "tumbling(1.mins())");
const VALUE: Argument = Argument::new("value", Kind::Closure, "|event| event.amount");
const AGGREGATE: Argument = Argument::new("aggregate", Kind::Aggregate, "sum()");
const WITHIN: Argument =
    Argument::new("within", Kind::Time, "10.mins()").positive(Zero::EmptyWindow);
const RATE: Argument = Argument::new("rate", Kind::Rate, "1_000.per_sec()");
const BATCH: Argument = Argument::new("n", Kind::Count, "100").positive(Zero::Invalid);
const SILENCE: Argument =
    Argument::new("silence", Kind::Time, "500.millis()").positive(Zero::Invalid);
const BOUND: Argument = Argument::new("bound", Kind::Bound, "within(1.mins(), 1.mins())");
const ROOM: Argument = Argument::new("n", Kind::Count, "1024").positive(Zero::NoRoom);
const POLICY: Argument = Argument::new("policy", Kind::Policy, "drop_oldest");
const REASON: Argument = Argument::new("reason", Kind::Text, "\"prices are repeated\"");
const COUNT: Argument = Argument::new("n", Kind::Instances, "2");
const FUNCTION: Argument = Argument::new("function", Kind::Value, "enriched");
const SINK: Argument = Argument::new("sink", Kind::Sink, "jsonl_file(\"out.jsonl\")");
const PATH: Argument = Argument::new("path", Kind::Path, "\"letters.jsonl\"");
const LOOP: Argument = Argument::new("name", Kind::Line, "again");

/// The methods of a join, as opposed to those of its stream.
const BOUNDS: &[&str] = &["at_most", "weaken", "shed"];

/// All words, in the order of the documentation.
pub const WORDS: &[Word] = &[
    Word::new(
        "event_time",
        "event_time(|event| …, lateness(…))",
        Role::Time,
        "sets the time of each event, and how the watermark follows",
    )
    .takes(&[TIME_OF, STRATEGY])
    .how(How::EventTime)
    .closure("TimeClosure"),
    Word::new(
        "in_order",
        "in_order(|event| …)",
        Role::Time,
        "sorts the events by event time, and events of equal time by the value of the closure",
    )
    .takes(&[ORDER])
    .closure("TieClosure")
    .how(How::Method(&[Check::Timed, Check::KeptEvents]))
    .late(Late::Here),
    Word::new(
        "by",
        "by(|event| …)",
        Role::Route,
        "sends each event to the instance that owns its key",
    )
    .takes(&[KEY])
    .how(How::Closure("Key"))
    .closure("KeyClosure")
    .provides(Provides::Key),
    Word::new(
        "shuffle",
        "shuffle",
        Role::Route,
        "sends the events to the instances of the next node in turn",
    ),
    Word::new(
        "to_all",
        "to_all",
        Role::Route,
        "sends each event to all instances of the next node",
    )
    .how(How::Method(&[Check::Cloned])),
    Word::new(
        "to_one",
        "to_one",
        Role::Route,
        "sends all events to a single instance of the next node",
    )
    .instances(Instances::One),
    Word::new(
        "per_instance",
        "per_instance",
        Role::Setting,
        "lets the next node keep one state per instance, whatever the key",
    )
    .receives(Receives::Events)
    .provides(Provides::InstanceKey)
    .edge(NextEdge::Declared),
    Word::new("window", "window(…)", Role::Setting, "gathers the events of each key into windows")
        .takes(&[WINDOW])
        .how(How::Window)
        .provides(Provides::Windows)
        .late(Late::OfNode),
    Word::new(
        "aggregate",
        "aggregate(|event| …, aggregate)",
        Role::Node,
        "reduces each window to one value, event by event: `sum()`, `top(3)`, a type of your own",
    )
    .takes(&[VALUE, AGGREGATE])
    .how(How::Aggregate)
    .closure("ValueClosure")
    .receives(Receives::Windows),
    Word::new(
        "dedupe",
        "dedupe(within)",
        Role::Node,
        "emits the first event of each key, and drops those less than `within` later",
    )
    .takes(&[WITHIN])
    .how(How::Method(&[Check::Keyed, Check::Timed, Check::KeptKeys]))
    .late(Late::OfNode),
    Word::new(
        "throttle",
        "throttle(rate)",
        Role::Node,
        "limits how many events pass, `1_000.per_sec()`; the others wait, or are shed: \
         `throttle(rate).burst(n).shed()`",
    )
    .takes(&[RATE])
    .receives(Receives::Events)
    .edge(NextEdge::Channels)
    .settings(&["burst", "shed"])
    .weakenable(),
    Word::new(
        "in_batches_of",
        "in_batches_of(n).or_after(time)",
        Role::Node,
        "gathers n events into a `Vec`, or those of a time by the clock; behind `by(…)` those of \
         each key",
    )
    .takes(&[BATCH])
    .how(How::Method(&[Check::KeptEvents, Check::KeptKeys]))
    .settings(&["or_after"]),
    Word::new(
        "debounce",
        "debounce(silence)",
        Role::Node,
        "emits the last event of each key once none has followed for `silence` by the clock",
    )
    .takes(&[SILENCE])
    .how(How::Method(&[Check::Keyed, Check::KeptEvents, Check::KeptKeys])),
    Word::new(
        "join",
        "join(…)",
        Role::Node,
        "joins the streams in the parentheses before it by key: `(a >> by(…), b >> by(…)) >> \
         join(within(before, after))`",
    )
    .takes(&[BOUND])
    .joining(Joins::Matching)
    .settings(BOUNDS),
    Word::new(
        "left_join",
        "left_join(…)",
        Role::Node,
        "like `join`, and also emits events of the first stream that have no match",
    )
    .takes(&[BOUND])
    .joining(Joins::First)
    .settings(BOUNDS),
    Word::new(
        "right_join",
        "right_join(…)",
        Role::Node,
        "like `join`, and also emits events of the second of two streams that have no match",
    )
    .takes(&[BOUND])
    .joining(Joins::Second)
    .settings(BOUNDS),
    Word::new(
        "full_join",
        "full_join(…)",
        Role::Node,
        "like `join`, and also emits events of any stream that have no match",
    )
    .takes(&[BOUND])
    .joining(Joins::All)
    .settings(BOUNDS),
    Word::new(
        "buffer",
        "buffer(n)",
        Role::Setting,
        "makes the next edge a channel with room for n events",
    )
    .takes(&[ROOM])
    .edge(NextEdge::Declared),
    Word::new(
        "overflow",
        "overflow(…)",
        Role::Setting,
        "sets what the next edge does when it is full: `block`, `drop_newest`, `drop_oldest` \
         or `sample(n)`",
    )
    .takes(&[POLICY])
    .how(How::Overflow)
    .edge(NextEdge::Declared)
    .weakenable(),
    Word::new(
        "weaken",
        "weaken(\"…\")",
        Role::Setting,
        "says why the next edge or throttle may drop events, or the sink write them twice, \
         although the job promises more; `overflow(…)`, `throttle(…)` or `sink(…)` follows",
    )
    .takes(&[REASON])
    .how(How::Weaken),
    Word::new(
        "instances",
        "instances(n)",
        Role::Setting,
        "sets the number of instances of the next node, as `* n` after the node does",
    )
    .takes(&[COUNT])
    .receives(Receives::Anything)
    .instances(Instances::Written),
    Word::new("map", "map(|event| …)", Role::Node, "turns each event into another")
        .takes(&[CLOSURE])
        .how(How::Events("Event"))
        .closure("MapClosure"),
    Word::new(
        "filter",
        "filter(|event| …)",
        Role::Node,
        "keeps the events that satisfy a condition",
    )
    .takes(&[CLOSURE])
    .closure("FilterClosure"),
    Word::new(
        "flat_map",
        "flat_map(|event| …)",
        Role::Node,
        "turns each event into any number of others",
    )
    .takes(&[CLOSURE])
    .how(How::Events("IntoEvents"))
    .closure("FlatMapClosure"),
    Word::new(
        "inspect",
        "inspect(|event| …)",
        Role::Node,
        "shows each event to a closure and emits it unchanged",
    )
    .takes(&[CLOSURE])
    .closure("InspectClosure"),
    Word::new(
        "through",
        "through(function)",
        Role::Part,
        "passes the stream to a function that continues it: a part of a topology",
    )
    .takes(&[FUNCTION])
    .how(How::Part),
    Word::new("sink", "sink(…)", Role::End, "ends the stream in a sink")
        .takes(&[SINK])
        .how(How::Sink)
        .weakenable(),
    Word::new(
        "dead_letters",
        "dead_letters(\"…\")",
        Role::End,
        "ends a stream of dead letters in a file of JSON lines, which `replay(\"…\")` reads",
    )
    .takes(&[PATH])
    .how(How::DeadLetters)
    .weakenable(),
    Word::new(
        "ignore",
        "ignore",
        Role::End,
        "ends the stream: its events are dropped, and counted",
    )
    .how(How::Ignore),
    Word::new(
        "feedback",
        "feedback(name)",
        Role::End,
        "ends the stream in a loop: its events enter again where `name = feedback(…)` is used",
    )
    .takes(&[LOOP])
    .how(How::Feedback),
    Word::new("fail", "fail", Role::End, "ends a stream of errors: the first error ends the job")
        .how(How::Fail),
];

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
