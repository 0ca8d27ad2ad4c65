//! What is said about a broken rule: what is wrong, and what to write.
//!
//! Every sentence has a code, by which it can be looked up and tested, and a line `help:`. The name
//! of the function is the mistake.

use crate::words::Word;

fn sentence(code: &str, wrong: &str, help: &str) -> String {
    format!("{wrong} [{code}]\nhelp: {help}")
}

/// Nothing stands after a `>>`.
#[must_use]
pub fn dangling_arrow() -> String {
    sentence(
        "M0101",
        "nothing follows this `>>`",
        "write an operator, a stage such as `by(|event| …)`, or a sink behind it",
    )
}

/// Nothing stands before the first `>>`, or nothing at all behind `name =`.
#[must_use]
pub fn no_beginning() -> String {
    sentence(
        "M0102",
        "this stream begins with nothing",
        "begin it with `source(…)`, with the name of a stream, or with some in brackets: `[a, b]`",
    )
}

/// A line begins where the one before has not ended.
#[must_use]
pub fn missing_comma(before: &str) -> String {
    sentence(
        "M0103",
        &format!("a comma is missing before `{before}`"),
        "end each line of a topology with a comma",
    )
}

/// Two nodes have one name.
#[must_use]
pub fn duplicate_name(name: &str) -> String {
    sentence(
        "M0104",
        &format!("there are two streams `{name}`"),
        "give this one a name of its own: by its name its metrics and its state are found",
    )
}

/// A stream is used above the line that defines it, or in it.
#[must_use]
pub fn used_before_definition(name: &str) -> String {
    sentence(
        "M0105",
        &format!("stream `{name}` is used before it is defined"),
        &format!("move the line `{name} = …` above this one; data flows from top to bottom"),
    )
}

/// A name that is not defined is almost one that is.
#[must_use]
pub fn unknown_name(name: &str, meant: &str) -> String {
    sentence("M0106", &format!("there is no stream `{name}`"), &format!("did you mean `{meant}`?"))
}

/// A stream with a name is never used.
#[must_use]
pub fn goes_nowhere(name: &str) -> String {
    sentence(
        "M0107",
        &format!("stream `{name}` goes nowhere"),
        &format!("end it in a sink, `{name} >> sink(…)`, or say so: `{name} >> ignore`"),
    )
}

/// A stream without a name does not end in a sink.
#[must_use]
pub fn has_no_end() -> String {
    sentence(
        "M0108",
        "this stream goes nowhere",
        "end it in a sink, `>> sink(…)`, or name it to use it in another line: `name = …`",
    )
}

/// A node has no instance.
#[must_use]
pub fn no_instances() -> String {
    sentence("M0109", "a node needs an instance", "write `* 1` or more, or leave it out")
}

/// A number of instances stands where there is no node that could have them.
#[must_use]
pub fn misplaced_instances() -> String {
    sentence(
        "M0110",
        "a number of instances stands behind an operator",
        "write `>> operator * n`; sources and sinks have one instance",
    )
}

/// Nothing stands behind `*`.
#[must_use]
pub fn dangling_star() -> String {
    sentence(
        "M0111",
        "nothing follows this `*`",
        "write how many instances: `* 2`, or `* auto` for one on each core",
    )
}

/// Nothing flows through the topology.
#[must_use]
pub fn no_source() -> String {
    sentence("M0112", "this topology has no source", "begin with one: `name = source(…)`")
}

/// Something stands behind a stage that ends the stream.
#[must_use]
pub fn after_the_end(word: &str) -> String {
    sentence(
        "M0113",
        &format!("nothing comes out of `{word}`"),
        "name the stream before it and use that name twice",
    )
}

/// A stage word stands without its arguments.
#[must_use]
pub fn missing_arguments(word: &str, usage: &str) -> String {
    sentence("M0114", &format!("`{word}` needs parentheses"), &format!("write `{usage}`"))
}

/// A stage is almost a stage word.
#[must_use]
pub fn misspelt_word(written: &str, meant: &Word) -> String {
    let usage = meant.usage;
    sentence(
        "M0115",
        &format!("there is no stage `{written}`"),
        &format!("did you mean `{usage}`? An operator of this name is written `self::{written}`"),
    )
}

/// The line about the job is not the first.
#[must_use]
pub fn job_is_not_first() -> String {
    sentence(
        "M0116",
        "`job(…)` is the first line of a topology, and there is one",
        "move it to the top; name a node `job` by `job = …`",
    )
}

/// A stream with a key is used as if it were a node.
#[must_use]
pub fn key_is_no_node(name: &str) -> String {
    sentence(
        "M0117",
        &format!("`{name}` has a key and no operator behind it: it can be used only once"),
        "name the stream before the key, and write `by(…)` wherever it is used",
    )
}

/// What ends in `ignore` has a name.
#[must_use]
pub fn ignored_has_no_name(name: &str) -> String {
    sentence(
        "M0118",
        &format!("`{name}` names nothing: nothing comes out of `ignore`"),
        &format!("leave out `{name} =`"),
    )
}

/// Nothing is merged.
#[must_use]
pub fn nothing_to_merge() -> String {
    sentence(
        "M0119",
        "there is no stream between these brackets",
        "write the names of the streams that are merged: `[a, b] >> …`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::WORDS;

    #[test]
    fn every_sentence_has_a_code_of_its_own_and_says_what_to_write() {
        let sentences = [
            dangling_arrow(),
            no_beginning(),
            missing_comma("avg"),
            duplicate_name("avg"),
            used_before_definition("avg"),
            unknown_name("agv", "avg"),
            goes_nowhere("avg"),
            has_no_end(),
            no_instances(),
            misplaced_instances(),
            dangling_star(),
            no_source(),
            after_the_end("sink"),
            missing_arguments("by", "by(|event| …)"),
            misspelt_word("snik", &WORDS[15]),
            job_is_not_first(),
            key_is_no_node("keyed"),
            ignored_has_no_name("late"),
            nothing_to_merge(),
        ];
        for (at, sentence) in sentences.iter().enumerate() {
            let (wrong, help) = sentence.split_once('\n').unwrap();
            assert!(wrong.ends_with(&format!(" [M{:04}]", 101 + at)), "{sentence}");
            assert!(help.starts_with("help: "), "{sentence}");
            assert!(!sentence.ends_with('.') && !sentence.contains("please"), "{sentence}");
        }
    }

    #[test]
    fn a_misspelt_word_is_answered_with_its_usage() {
        assert_eq!(
            misspelt_word("snik", crate::words::find("sink").unwrap()),
            "there is no stage `snik` [M0115]\n\
             help: did you mean `sink(…)`? An operator of this name is written `self::snik`"
        );
    }
}
