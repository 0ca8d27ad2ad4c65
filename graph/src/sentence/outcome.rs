//! Events that could be lost, promises that could not be kept, budgets that are exceeded.

use super::Sentence;

/// Events can come late, and nobody would know.
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

/// Events can come late, and the node has no name by which they could be connected.
#[must_use]
pub fn late_cannot_be_reached(word: &str) -> Sentence {
    Sentence::new(
        "M0402",
        format!("the late events of this `{word}` go nowhere, since its node has no name"),
        "end the line behind the node and name it: `name = …`, then `name.late >> …` or \
         `name.late >> ignore`",
    )
}

/// An operator can fail, and its errors are not connected.
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

/// Something that is no error is to end the job.
#[must_use]
pub fn only_errors_fail(name: &str) -> Sentence {
    Sentence::new(
        "M0404",
        format!("`{name}` carries no errors, so it cannot end the job by one"),
        "write `name.errors >> fail` for the errors of a node, and `>> ignore` for events",
    )
}

/// Events can find no room, and nobody would know.
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

/// Events can find no room, and the node behind has no name by which they could be connected.
#[must_use]
pub fn overflow_cannot_be_reached() -> Sentence {
    Sentence::new(
        "M0406",
        "what finds no room here goes nowhere, since the node behind has no name",
        "end the line behind the node and name it: `name = …`, then `name.overflow >> …` or \
         `name.overflow >> ignore`",
    )
}

/// An output is used that nothing comes from.
#[must_use]
pub fn nothing_overflows(node: &str) -> Sentence {
    Sentence::new(
        "M0407",
        format!("nothing comes from `{node}.overflow`, since no edge into `{node}` drops events"),
        format!("write `overflow(…)` before `{node}`, or leave `{node}.overflow` out"),
    )
}

/// The events of a variant go nowhere; where it is told, the node may not be known.
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

/// Events can find no partner in a join, and nobody would know.
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

/// Events can find no partner, or come late, and the join has no name by which they could be
/// connected.
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

/// The job promises what its source cannot keep.
#[must_use]
pub fn source_cannot_replay(delivery: &str, source: &str) -> Sentence {
    Sentence::new(
        "M0411",
        format!("`{delivery}` needs sources that can replay, and `{source}` cannot"),
        "read from something that keeps its events, such as a file or a log; or promise \
         `at_most_once`",
    )
}

/// The job promises what its sink cannot keep.
#[must_use]
pub fn sink_repeats(delivery: &str, sink: &str) -> Sentence {
    Sentence::new(
        "M0412",
        format!("`{delivery}` needs sinks that commit or are idempotent, and `{sink}` is neither"),
        "wrap a sink that may write an event twice: `sink(idempotent(…))`; or promise \
         `at_least_once`",
    )
}

/// The job promises what this version does not keep.
#[must_use]
pub fn not_kept(delivery: &str) -> Sentence {
    Sentence::new(
        "M0413",
        format!("`{delivery}` is not kept by this version, which takes no checkpoints"),
        "declare `at_most_once`",
    )
}

/// The buffers hold more than the job may.
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
