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

/// Streams are merged in parentheses.
#[must_use]
pub fn merged_in_parentheses() -> Sentence {
    Sentence::new(
        "M0130",
        "streams are merged in brackets, not in parentheses",
        "write `[a, b] >> …`",
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
