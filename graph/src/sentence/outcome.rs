//! Events that could be lost, guarantees that cannot be kept, exceeded budgets.

use super::Sentence;

/// Late events are not connected.
#[must_use]
pub fn late_goes_nowhere(node: &str) -> Sentence {
    Sentence::new(
        "M0401",
        format!("late events of `{node}` go nowhere"),
        format!(
            "connect them, `{node}.late >> …`, or say that they are dropped: \
             `{node}.late >> ignore`"
        ),
    )
}

/// Late events cannot be connected, since the node has no name.
#[must_use]
pub fn late_cannot_be_reached(word: &str) -> Sentence {
    Sentence::new(
        "M0402",
        format!("the late events of this `{word}` go nowhere, since its node has no name"),
        "end the line behind the node and name it: `name = …`, then `name.late >> …` or \
         `name.late >> ignore`",
    )
}

/// Errors of an operator are not connected.
#[must_use]
pub fn errors_go_nowhere(node: &str, error: &str) -> Sentence {
    Sentence::new(
        "M0403",
        format!("`{node}` can fail with `{error}`, and its errors go nowhere"),
        format!(
            "connect them, `{node}.errors >> …`, drop them, `{node}.errors >> ignore`, or let the \
             first one end the job: `{node}.errors >> fail`"
        ),
    )
}

/// `fail` follows a stream that is not an error output.
#[must_use]
pub fn only_errors_fail(name: &str) -> Sentence {
    Sentence::new(
        "M0404",
        format!("`{name}` carries no errors, so it cannot end the job by one"),
        "write `name.errors >> fail` for the errors of a node, and `>> ignore` for events",
    )
}

/// Overflow is not connected.
#[must_use]
pub fn overflow_goes_nowhere(node: &str) -> Sentence {
    Sentence::new(
        "M0405",
        format!("what finds no room before `{node}` goes nowhere"),
        format!(
            "connect it, `{node}.overflow >> …`, or say that it is dropped: \
             `{node}.overflow >> ignore`"
        ),
    )
}

/// Overflow cannot be connected, since the downstream node has no name.
#[must_use]
pub fn overflow_cannot_be_reached() -> Sentence {
    Sentence::new(
        "M0406",
        "what finds no room here goes nowhere, since the node behind has no name",
        "end the line behind the node and name it: `name = …`, then `name.overflow >> …` or \
         `name.overflow >> ignore`",
    )
}

/// An overflow output is used, but nothing overflows.
#[must_use]
pub fn nothing_overflows(node: &str) -> Sentence {
    Sentence::new(
        "M0407",
        format!("nothing comes from `{node}.overflow`, since no edge into `{node}` drops events"),
        format!("write `overflow(…)` before `{node}`, or leave `{node}.overflow` out"),
    )
}

/// The output of a variant is not connected; the name of the node may be unknown.
#[must_use]
pub fn output_goes_nowhere(node: Option<&str>, output: &str) -> Sentence {
    let of = node.map_or_else(|| "this node".to_owned(), |node| format!("`{node}`"));
    let node = node.unwrap_or("name");
    Sentence::new(
        "M0408",
        format!("the output `{output}` of {of} goes nowhere"),
        format!(
            "connect it, `{node}.{output} >> …`, or say that its events are dropped: \
             `{node}.{output} >> ignore`"
        ),
    )
}

/// Unmatched events of a join are not connected.
#[must_use]
pub fn unmatched_goes_nowhere(node: &str) -> Sentence {
    Sentence::new(
        "M0409",
        format!("events that find no partner in `{node}` go nowhere"),
        format!(
            "connect them, `{node}.unmatched >> …`, or say that they are dropped: \
             `{node}.unmatched >> ignore`"
        ),
    )
}

/// Unmatched and late events cannot be connected, since the join has no name.
#[must_use]
pub fn unmatched_cannot_be_reached(word: &str) -> Sentence {
    Sentence::new(
        "M0410",
        format!(
            "what finds no partner in this `{word}`, or comes late, goes nowhere, since the join \
             has no name"
        ),
        "end the line behind the join and name it: `name = …`, then `name.unmatched >> …` or \
         `name.unmatched >> ignore`, and `name.late` alike",
    )
}

/// A source cannot keep the delivery guarantee of the job.
#[must_use]
pub fn source_cannot_replay(delivery: &str, source: &str) -> Sentence {
    Sentence::new(
        "M0411",
        format!("`{delivery}` needs sources that can replay, and `{source}` cannot"),
        "read from something that keeps its events, such as a file or a log; or keep them in a \
         journal: `.journaled(\"directory\")`; or promise `at_most_once`",
    )
}

/// A sink cannot keep the delivery guarantee of the job.
#[must_use]
pub fn sink_repeats(delivery: &str, sink: &str) -> Sentence {
    Sentence::new(
        "M0412",
        format!(
            "`{delivery}` needs sinks that commit, are cut back or are idempotent, and `{sink}` is \
             none of these"
        ),
        "write to a file, which is cut back: `csv_file`, `jsonl_file`, `csv_parts`, \
         `jsonl_parts`; or wrap a sink for which twice is as good as once: `sink(idempotent(…))`; \
         or say why this one may write events twice: `weaken(\"…\") >> sink(…)`; or promise \
         `at_least_once`",
    )
}

/// The rows of an idempotent sink may depend on when events are read.
#[must_use]
pub fn sink_by_chance(
    delivery: &str,
    sink: &str,
    (node, chance): (&str, &str),
    remedy: &str,
) -> Sentence {
    Sentence::new(
        "M0413",
        format!(
            "`{delivery}` needs the rows of the idempotent sink `{sink}` to follow from the input, \
             and `{node}` has {chance}"
        ),
        format!(
            "{remedy}; or write to a sink that commits or is cut back, such as \
             `csv_parts`; or say why a row of a failed attempt may stay: `weaken(\"…\") >> sink(…)`"
        ),
    )
}

/// A job with checkpoints has windows whose store keeps nothing in them.
#[must_use]
pub fn store_not_kept(delivery: &str, windows: &str) -> Sentence {
    Sentence::new(
        "M0418",
        format!("`{delivery}` cannot keep the contents of {windows} windows"),
        "implement `save` and `restore` of `KeptStore` for their store, with `KEPT = true`, or \
         declare `at_most_once`",
    )
}

/// The buffers exceed the memory budget of the job.
#[must_use]
pub fn over_budget(needed: &str, budget: &str, largest: &str) -> Sentence {
    Sentence::new(
        "M0414",
        format!("the buffers of this topology hold {needed}, more than the {budget} it may take"),
        format!(
            "shorten an edge with `buffer(n)`, have fewer instances, or raise `.memory(…)`; the \
             largest edge is {largest}"
        ),
    )
}

/// How two nodes use one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SharedUse {
    /// Both are sources.
    Read,
    /// Both are sinks.
    Written,
    /// The first is a source, the second a sink.
    ReadAndWritten,
    /// Both are sources that keep a journal there.
    Journal,
}

/// Two nodes use one file. Each comes with its spelling of the path.
#[must_use]
pub fn file_used_twice(
    (one, path): &(String, String),
    other: &(String, String),
    how: SharedUse,
) -> Sentence {
    let (also, second) = (spelled(path, other), &other.0);
    let (wrong, help) = match how {
        SharedUse::Read => (
            format!("`{one}` and `{second}` both read `{path}`{also}"),
            format!("read it once, and use the stream twice: `{one} >> …`, `{one} >> …`"),
        ),
        SharedUse::Written => (
            format!("`{one}` and `{second}` both write `{path}`{also}"),
            "give each sink a file of its own, or merge the streams: `[a, b] >> sink(…)`".into(),
        ),
        SharedUse::Journal => (
            format!("`{one}` and `{second}` both keep a journal in `{path}`{also}"),
            "give each source a directory of its own".into(),
        ),
        SharedUse::ReadAndWritten => (
            format!("`{second}` writes the file that `{one}` reads, `{path}`{also}"),
            "write another file: this one would change while it is read".into(),
        ),
    };
    Sentence::new("M0421", wrong, help)
}

/// The other spelling of a path, if it differs.
fn spelled(path: &str, (_, other): &(String, String)) -> String {
    if path == other { String::new() } else { format!(", also known as `{other}`") }
}

/// A path of a fork does not lead to where its other paths meet, or one of another fork does.
#[must_use]
pub fn fork_leads_elsewhere(name: &str) -> Sentence {
    Sentence::new(
        "M0416",
        format!("not all paths of the fork `{name}` meet, or one of another fork does"),
        "give `meet` every path of its own fork once; with consumers that lead elsewhere, use \
         `fan_out` instead of `fork`",
    )
}
