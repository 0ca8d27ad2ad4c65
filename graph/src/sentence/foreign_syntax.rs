//! Syntax of other languages in a topology.

use super::Sentence;

/// Another sign is used as the arrow.
#[must_use]
pub fn other_arrow(written: &str) -> Sentence {
    Sentence::new(
        "M0126",
        format!("`{written}` is not the arrow of a topology"),
        "write `>>` between a stream and what it goes through",
    )
}

/// An arrow is missing between two steps.
#[must_use]
pub fn missing_arrow(before: &str) -> Sentence {
    Sentence::new(
        "M0127",
        format!("an arrow is missing before `{before}`"),
        format!("write `>> {before}`; if a line begins here, end the one before with a comma"),
    )
}

/// A line starts with `let`.
#[must_use]
pub fn declared(name: Option<&str>) -> Sentence {
    let help = match name {
        Some(name) => format!("leave it out: `{name} = …`"),
        None => "leave it out".to_owned(),
    };
    Sentence::new("M0128", "a line of a topology begins with its name, without `let`", help)
}

/// A name is not followed by `=`.
#[must_use]
pub fn other_equals(written: &str, name: &str) -> Sentence {
    Sentence::new(
        "M0129",
        format!("`{written}` does not name a stream"),
        format!("write `{name} = …`"),
    )
}

/// Streams are merged in another way than in brackets.
#[must_use]
pub fn merged_otherwise(how: &str) -> Sentence {
    Sentence::new(
        "M0130",
        format!("streams are merged in brackets, not {how}"),
        "write `[a, b] >> …`",
    )
}

/// A word of Rust is the name of a line.
#[must_use]
pub fn keyword_as_name(word: &str) -> Sentence {
    Sentence::new(
        "M0189",
        format!("`{word}` is a word of Rust, and names no stream"),
        format!("give the line another name, or write `r#{word} = …`"),
    )
}

/// A function is called with a stream.
#[must_use]
pub fn called_with_stream(function: &str, stream: &str, arguments: bool) -> Sentence {
    let call = if arguments { format!("{function}(…)") } else { function.to_owned() };
    Sentence::new(
        "M0150",
        format!("`{function}` is called with the stream `{stream}`"),
        format!(
            "a stream goes through an operator by `{stream} >> {call}`, and through a function of \
             streams by `{stream} >> through({function})`"
        ),
    )
}

/// A source follows an arrow.
#[must_use]
pub fn source_in_the_middle() -> Sentence {
    Sentence::new(
        "M0142",
        "nothing goes into a source",
        "begin a line with it, `name = source(…)`, and merge the two where both are needed: \
         `[a, name] >> …`",
    )
}

/// A stream hides a function or a sink of its name.
#[must_use]
pub fn hides(what: &str, name: &str, hidden: &str) -> Sentence {
    Sentence::new(
        "M0198",
        format!("the {what} `{name}` hides the {hidden} of its name"),
        "give the line another name",
    )
}

/// An operator hides a function of its name.
#[must_use]
pub fn operator_hides(name: &str) -> Sentence {
    Sentence::new(
        "M0199",
        format!("the operator `{name}` hides the function `{name}(…)`"),
        format!("write `millstream::prelude::{name}(…)`"),
    )
}

/// Streams are joined or merged by a method of one of them.
#[must_use]
pub fn method_of_stream(
    (stream, method, other): (&str, &str, &str),
    joins: Option<&str>,
) -> Sentence {
    let help = match joins {
        Some(word) => format!(
            "write `({stream} >> by(|event| …), {other} >> by(|event| …)) >> \
             {word}(within(1.mins(), 1.mins()))`"
        ),
        None => format!("write `[{stream}, {other}] >> …` to merge them"),
    };
    Sentence::new("M0197", format!("`{method}` is no method of the stream `{stream}`"), help)
}

/// A name stands in quotes.
#[must_use]
pub fn quoted_name(written: &str, name: &str) -> Sentence {
    Sentence::new(
        "M0196",
        "the name of a line stands without quotes",
        format!("write `{name} = …` in place of `{written} = …`"),
    )
}

/// A number of instances stands without a star.
#[must_use]
pub fn missing_star(number: &str) -> Sentence {
    Sentence::new(
        "M0195",
        "a star is missing before the number of instances",
        format!("write `* {number}`"),
    )
}

/// A line or a step is a loop of Rust.
#[must_use]
pub fn control_flow(word: &str) -> Sentence {
    Sentence::new(
        "M0194",
        format!("`{word}` is no part of a topology, which is wired once, before any event"),
        "write a line for each stream, `name = source(…) >> …`; what several lines have in common \
         is a function of streams: `stream >> through(function)`",
    )
}
