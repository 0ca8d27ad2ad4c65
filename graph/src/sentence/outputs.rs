//! Enums whose variants are outputs, and how a topology uses them.

use super::Sentence;

/// It is not an enum.
#[must_use]
pub fn not_an_enum(what: &str) -> Sentence {
    Sentence::new(
        "M0261",
        format!("the outputs of a node are the variants of an `enum`, and this is a `{what}`"),
        "write an `enum` with a variant for each output: `enum Parsed { Order(Order), … }`",
    )
}

/// It has no variants.
#[must_use]
pub fn no_variants(name: &str) -> Sentence {
    Sentence::new(
        "M0262",
        format!("`{name}` has no variants, so it would have no outputs"),
        "write a variant for each output: `Order(Order)`",
    )
}

/// It has generics.
#[must_use]
pub fn generic(name: &str) -> Sentence {
    Sentence::new(
        "M0263",
        format!("`{name}` has generics, and the types of outputs are known when it is derived"),
        "write the types themselves instead, owned ones where it borrows",
    )
}

/// A variant holds no value.
#[must_use]
pub fn unit_variant(variant: &str) -> Sentence {
    Sentence::new(
        "M0264",
        format!("`{variant}` carries nothing, so its output would have no events"),
        format!(
            "give it an event, `{variant}(…)`, if only `{variant}(())`; to drop an event return \
             `Option` from the operator"
        ),
    )
}

/// A variant holds several values.
#[must_use]
pub fn several_fields(variant: &str) -> Sentence {
    Sentence::new(
        "M0265",
        format!("`{variant}` carries several values, and an event is one"),
        format!("put them into a tuple, `{variant}((…, …))`, or into a struct"),
    )
}

/// The fields of a variant have names.
#[must_use]
pub fn named_fields(variant: &str) -> Sentence {
    Sentence::new(
        "M0266",
        format!("the fields of `{variant}` have names, and an event is one value"),
        format!("make them a struct and carry that: `{variant}({variant})`"),
    )
}

/// An output has the name of a side output.
#[must_use]
pub fn taken_output(variant: &str, output: &str) -> Sentence {
    Sentence::new(
        "M0267",
        format!("the output of `{variant}` would be `{output}`, which is the engine's own"),
        "name the variant otherwise",
    )
}

/// The name of an output is a keyword.
#[must_use]
pub fn keyword(variant: &str, output: &str) -> Sentence {
    Sentence::new(
        "M0268",
        format!("the output of `{variant}` would be `{output}`, which is a word of Rust"),
        "name the variant otherwise",
    )
}

/// Two outputs have the same name.
#[must_use]
pub fn same_output(variant: &str, other: &str, output: &str) -> Sentence {
    Sentence::new(
        "M0269",
        format!("the outputs of `{other}` and `{variant}` would both be `{output}`"),
        "name one of them otherwise",
    )
}

/// A stream is used both as a whole and by its outputs.
#[must_use]
pub fn whole_and_split(node: &str, output: &str) -> Sentence {
    Sentence::new(
        "M0271",
        format!(
            "`{node}` is used as a whole here, and by its outputs elsewhere: `{node}.{output}`"
        ),
        format!(
            "use its outputs only; to see every event before, name that stream too: \
             `{node} = all >> map(|event| event)`"
        ),
    )
}

/// An output is used twice.
#[must_use]
pub fn output_used_twice(node: &str, output: &str) -> Sentence {
    Sentence::new(
        "M0272",
        format!("`{node}.{output}` is used twice, and only a name can be"),
        format!("name it first, `{output} = {node}.{output}`, and use `{output}` in both places"),
    )
}
