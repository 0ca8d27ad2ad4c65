//! What a job promises about each event, as a type.

use crate::topology::Delivery;

/// What a job promises: one of the words [`at_most_once`], [`at_least_once`] and
/// [`exactly_once`], or a [`Delivery`] that is known only at run time.
pub trait Promise: 'static {
    /// The same as a value.
    fn delivery(&self) -> Delivery;
}

impl Promise for Delivery {
    fn delivery(&self) -> Delivery {
        *self
    }
}

macro_rules! word {
    ($(#[$doc:meta])* $word:ident, $delivery:ident) => {
        $(#[$doc])*
        #[expect(non_camel_case_types, reason = "a topology is written in lower case")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub struct $word;

        impl Promise for $word {
            fn delivery(&self) -> Delivery {
                Delivery::$delivery
            }
        }

        impl From<$word> for Delivery {
            fn from(_: $word) -> Self {
                Self::$delivery
            }
        }
    };
}

word!(
    /// Never twice, perhaps not at all: see [`Delivery::AtMostOnce`].
    at_most_once, AtMostOnce
);
word!(
    /// At least once: see [`Delivery::AtLeastOnce`].
    at_least_once, AtLeastOnce
);
word!(
    /// As if once: see [`Delivery::ExactlyOnce`].
    exactly_once, ExactlyOnce
);
