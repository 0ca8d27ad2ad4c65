//! The shape of a topology: names, lines, instances, words.

use super::Sentence;
use crate::words::Word;

/// A `>>` has nothing after it.
#[must_use]
pub fn dangling_arrow() -> Sentence {
    Sentence::new(
        "M0101",
        "nothing follows this `>>`",
        "write an operator, a word such as `by(|event| …)`, or a sink behind it",
    )
}

/// A stream has no source: nothing precedes the first `>>`, or nothing follows `name =`.
#[must_use]
pub fn no_beginning() -> Sentence {
    Sentence::new(
        "M0102",
        "this stream begins with nothing",
        "begin it with `source(…)`, with the name of a stream, or with some in brackets: `[a, b]`",
    )
}

/// A comma is missing between two lines, or a `;` is in its place.
#[must_use]
pub fn missing_comma(found: &str) -> Sentence {
    let wrong = match found {
        ";" => "a `;` stands where a comma should".to_owned(),
        before => format!("a comma is missing before `{before}`"),
    };
    Sentence::new("M0103", wrong, "end each line of a topology with a comma")
}

/// Two nodes have the same name.
#[must_use]
pub fn duplicate_name(name: &str) -> Sentence {
    Sentence::new(
        "M0104",
        format!("there are two streams `{name}`"),
        "give this one a name of its own: by its name its metrics and its state are found",
    )
}

/// A stream is used before the line that defines it, or in it.
#[must_use]
pub fn used_before_definition(name: &str) -> Sentence {
    Sentence::new(
        "M0105",
        format!("stream `{name}` is used before it is defined"),
        format!("move the line `{name} = …` above this one; data flows from top to bottom"),
    )
}

/// A name is misspelt.
#[must_use]
pub fn unknown_name(name: &str, meant: &str) -> Sentence {
    Sentence::new(
        "M0106",
        format!("there is no stream `{name}`"),
        format!("did you mean `{meant}`?"),
    )
}

/// A named stream is not used.
#[must_use]
pub fn goes_nowhere(name: &str) -> Sentence {
    Sentence::new(
        "M0107",
        format!("stream `{name}` goes nowhere"),
        format!("end it in a sink, `{name} >> sink(…)`, or say so: `{name} >> ignore`"),
    )
}

/// An unnamed stream has no end.
#[must_use]
pub fn has_no_end() -> Sentence {
    Sentence::new(
        "M0108",
        "this stream goes nowhere",
        "end it in a sink, `>> sink(…)`, or name it to use it in another line: `name = …`",
    )
}

/// A node has 0 instances.
#[must_use]
pub fn no_instances() -> Sentence {
    Sentence::new("M0109", "a node needs an instance", "write `* 1` or more, or leave it out")
}

/// The greatest number of instances of a node. Each is a task, with a channel from every instance
/// upstream.
pub const MOST_INSTANCES: u64 = 4_096;

/// The greatest number of channels of a job: one for each pair of instances along an edge between
/// tasks.
pub const MOST_CHANNELS: u64 = 1_048_576;

/// A job has more channels than any machine has room for.
#[must_use]
pub fn too_many_channels(channels: u64, largest: &str) -> Sentence {
    let wrong = format!(
        "a job has at most {MOST_CHANNELS} channels, one for each pair of instances along an edge, \
         not {channels}: {largest}"
    );
    Sentence::new("M0178", wrong, "write fewer instances")
}

/// A node has more instances than any job needs.
#[must_use]
pub fn too_many_instances(instances: u64) -> Sentence {
    let wrong = format!("a node has at most {MOST_INSTANCES} instances, not {instances}");
    Sentence::new("M0171", wrong, "write fewer, or `* auto`: one for each core")
}

/// A window of size 0, with a slide or gap of 0, or of 0 events.
#[must_use]
pub fn empty_windows(windows: &str) -> Sentence {
    let wrong = format!("no event can be in a window of 0: `{windows}`");
    Sentence::new("M0174", wrong, "write a size, slide and gap of at least 1 µs, or 1 event")
}

/// `weaken` stands before neither `overflow` nor `throttle` nor `sink`.
#[must_use]
pub fn nothing_weakened() -> Sentence {
    Sentence::new(
        "M0162",
        "`weaken` says why an edge may drop events or a sink may write them twice, and neither \
         follows",
        "write `overflow(…)`, `throttle(…).shed()` or `sink(…)` behind it: \
         `weaken(\"…\") >> overflow(drop_oldest)`",
    )
}

/// The reason of `weaken` is empty, or no text.
#[must_use]
pub fn no_reason() -> Sentence {
    Sentence::new(
        "M0163",
        "`weaken` gives no reason",
        "write why events may be missing or twice: `weaken(\"the page shows the last price\")`",
    )
}

/// A number is 0 and would have no effect, or every effect at once.
#[must_use]
pub fn invalid_zero(what: &str) -> Sentence {
    let wrong = format!("0 is invalid in {what}");
    Sentence::new("M0176", wrong, "write a number of at least 1, or a duration of at least 1 µs")
}

/// Windows by the job's clock have an allowed lateness.
#[must_use]
pub fn lateness_by_clock(windows: &str) -> Sentence {
    let wrong = format!("nothing is late for windows by the clock: `{windows}`");
    Sentence::new("M0177", wrong, "leave out `allowed_lateness(…)`, or `by_clock()`")
}

/// The number of key groups of a job unless it sets one.
pub const KEY_GROUPS: u64 = 256;

/// A node has more instances than there are key groups, so some would never receive an event.
#[must_use]
pub fn too_few_key_groups(instances: u64, groups: u64) -> Sentence {
    let wrong = format!(
        "{groups} key groups are too few for {instances} instances: some would receive no event"
    );
    let help = format!("write `job(…).key_groups({instances})` or more, or fewer instances");
    Sentence::new("M0172", wrong, help)
}

/// A number of key groups that no job can have.
#[must_use]
pub fn impossible_key_groups() -> Sentence {
    Sentence::new(
        "M0173",
        "a job has between 1 and 32768 key groups",
        "leave out `.key_groups(…)` for 256, or write at least the greatest number of instances",
    )
}

/// A number of instances follows something that is not an operator.
#[must_use]
pub fn misplaced_instances() -> Sentence {
    Sentence::new(
        "M0110",
        "a number of instances stands behind an operator",
        "write `>> operator * n`; sources and sinks have one instance",
    )
}

/// A `*` has nothing after it.
#[must_use]
pub fn dangling_star() -> Sentence {
    Sentence::new(
        "M0111",
        "nothing follows this `*`",
        "write how many instances: `* 2`, or `* auto` for one on each core",
    )
}

/// A topology has no source.
#[must_use]
pub fn no_source() -> Sentence {
    Sentence::new("M0112", "this topology has no source", "begin with one: `name = source(…)`")
}

/// A step follows the end of a stream.
#[must_use]
pub fn after_the_end(word: &str) -> Sentence {
    Sentence::new(
        "M0113",
        format!("nothing comes out of `{word}`"),
        "name the stream before it and use that name twice",
    )
}

/// A word has no arguments.
#[must_use]
pub fn missing_arguments(word: &str, usage: &str) -> Sentence {
    Sentence::new("M0114", format!("`{word}` needs its arguments"), format!("write `{usage}`"))
}

/// A word is misspelt.
#[must_use]
pub fn misspelt_word(written: &str, meant: &Word) -> Sentence {
    let usage = meant.usage;
    Sentence::new(
        "M0115",
        format!("there is no word `{written}`"),
        format!("did you mean `{usage}`? An operator of this name is written `self::{written}`"),
    )
}

/// The line about the job is not the first.
#[must_use]
pub fn job_is_not_first() -> Sentence {
    Sentence::new(
        "M0116",
        "`job(…)` is the first line of a topology, and there is one",
        "move it to the top; name a node `job` by `job = …`",
    )
}

/// A stream with a key is used like a node.
#[must_use]
pub fn key_is_no_node(name: &str) -> Sentence {
    Sentence::new(
        "M0117",
        format!("`{name}` has a key and no operator behind it: it can be used only once"),
        "name the stream before the key, and write `by(…)` wherever it is used",
    )
}

/// A stream that ends in `ignore` has a name.
#[must_use]
pub fn ignored_has_no_name(name: &str) -> Sentence {
    Sentence::new(
        "M0118",
        format!("`{name}` names nothing: nothing comes out of `ignore`"),
        format!("leave out `{name} =`"),
    )
}

/// Nothing is merged.
#[must_use]
pub fn nothing_to_merge() -> Sentence {
    Sentence::new(
        "M0119",
        "there is no stream between these brackets",
        "write the names of the streams that are merged: `[a, b] >> …`",
    )
}

/// An edge has a capacity of 0.
#[must_use]
pub fn no_capacity() -> Sentence {
    Sentence::new(
        "M0120",
        "an edge holds an event or more",
        "write `buffer(n)` with n ≥ 1, or leave it out: an edge between tasks has a buffer anyway",
    )
}

/// A delivery guarantee is misspelt.
#[must_use]
pub fn unknown_delivery(written: &str, meant: &str) -> Sentence {
    Sentence::new(
        "M0121",
        format!("a job cannot promise `{written}`"),
        format!("did you mean `{meant}`? The words are {DELIVERIES}"),
    )
}

/// A method of the job is misspelt.
#[must_use]
pub fn unknown_option(written: &str, meant: &str) -> Sentence {
    Sentence::new(
        "M0122",
        format!("a job has no option `{written}`"),
        format!("did you mean `.{meant}(…)`?"),
    )
}

/// A side output is misspelt.
#[must_use]
pub fn unknown_output(written: &str, meant: &str) -> Sentence {
    Sentence::new(
        "M0123",
        format!("a node has no output `{written}`"),
        format!("did you mean `.{meant}`?"),
    )
}

/// A node has another number of instances than the builder declares.
#[must_use]
pub fn other_instances(written: usize, before: usize) -> Sentence {
    Sentence::new(
        "M0124",
        format!("`same_instances({written})` follows a node of {before}"),
        format!("write `instances({written})`"),
    )
}

/// A sample keeps one event in 0.
#[must_use]
pub fn empty_sample() -> Sentence {
    Sentence::new(
        "M0125",
        "one event in 0 cannot be kept",
        "write `overflow(sample(n))` with n ≥ 1, or `overflow(drop_newest)` to keep none",
    )
}

/// The delivery guarantees.
const DELIVERIES: &str = "`at_most_once`, `at_least_once` and `exactly_once`";
