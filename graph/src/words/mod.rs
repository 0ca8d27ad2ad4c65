//! The language of a topology as data: its words, the functions in their arguments, and what other
//! systems call them.
//!
//! | table | rows | says |
//! |---|---|---|
//! | [`WORDS`] | what may follow `>>` | its arguments, its effect on key, time, instances and outputs, its call |
//! | [`FUNCTIONS`] | what may stand in an argument | of what kind it is, and what it takes |
//! | [`FOREIGN`] | the words of other systems | what is written here instead |
//!
//! The macro reads and checks a topology by these tables alone: a further word is a row and a
//! method of the builder.
//!
//! The list of words is closed: anything else after `>>` is the path of an operator. An operator
//! with the name of a word is written with a longer path, `self::by`.

mod argument;
mod foreign;
mod function;
mod table;
mod time;
mod word;

pub use argument::{Argument, Kind, Zero};
pub use foreign::{FOREIGN, Foreign, foreign};
pub use function::{FUNCTIONS, Function, OPTIONS, Sides, Time, function, functions_of, other_name};
pub use table::{WORDS, find};
pub use time::{UNITS, Unit, unit};
pub use word::{Check, How, Instances, Joins, Late, NextEdge, Provides, Receives, Role, Word};

/// The words that a line may begin with.
pub const HEADS: &[&str] = &["source", "feedback", "job"];

/// The word for as many instances as there are cores.
pub const AUTO: &str = "auto";

/// The delivery guarantees of a job.
pub const DELIVERIES: &[&str] = &["at_most_once", "at_least_once", "exactly_once"];

/// What the units of memory are elsewhere, and what they are here.
pub const BYTES: &[(&str, &str)] = &[
    ("kb", "kib"),
    ("mb", "mib"),
    ("gb", "gib"),
    ("kilobytes", "kib"),
    ("megabytes", "mib"),
    ("gigabytes", "gib"),
    ("k", "kib"),
    ("m", "mib"),
    ("g", "gib"),
];

/// The side outputs that a node can have.
pub const OUTPUTS: &[&str] = &["late", "errors", "overflow", "unmatched"];
