//! The error of reading and of making up values.

use serde::de::{Error, Expected, Unexpected};
use std::fmt::{self, Display};

/// Why a value cannot be read or made up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The type does not accept this value; it may accept another.
    Value(String),
    /// The type does not accept values of this shape.
    Shape(String),
    /// The type refuses all values that are made up.
    GivenUp,
    /// The type goes deeper, or has more parts, than is followed.
    Limit,
}

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(what) | Self::Shape(what) => f.write_str(what),
            Self::GivenUp => f.write_str("the type refuses all values"),
            Self::Limit => f.write_str("the type goes too deep"),
        }
    }
}

impl std::error::Error for Fault {}

impl Error for Fault {
    fn custom<T: Display>(message: T) -> Self {
        Self::Value(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::Shape(format!("there is {found}, and it expects {expected}"))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::Shape(format!("there are {length} values, and it expects {expected}"))
    }

    fn unknown_variant(variant: &str, _: &'static [&'static str]) -> Self {
        Self::Shape(format!("it has no variant `{variant}`"))
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::Shape(format!("it refuses the field `{field}`"))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Shape(format!("its field `{field}` is new and has no default"))
    }
}
