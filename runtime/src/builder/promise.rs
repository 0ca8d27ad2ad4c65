//! The delivery guarantee of a job, as a type.

use crate::state::{Durable, Memory, Volatile};
use crate::topology::Delivery;

/// A delivery guarantee: one of the words [`at_most_once`], [`at_least_once`] and [`exactly_once`],
/// or a [`Delivery`] known only at run time.
pub trait Promise: 'static {
    /// Whether the job keeps its state in checkpoints.
    type Memory: Memory;

    /// The guarantee as a value.
    fn delivery(&self) -> Delivery;
}

/// Durable, since it may turn out to need checkpoints.
impl Promise for Delivery {
    type Memory = Durable;

    fn delivery(&self) -> Delivery {
        *self
    }
}

macro_rules! word {
    ($(#[$doc:meta])* $word:ident, $delivery:ident, $memory:ty) => {
        $(#[$doc])*
        #[expect(non_camel_case_types, reason = "a topology is written in lower case")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub struct $word;

        impl Promise for $word {
            type Memory = $memory;

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
    /// The guarantee that no event is processed twice; some may be lost: see
    /// [`Delivery::AtMostOnce`].
    at_most_once, AtMostOnce, Volatile
);
word!(
    /// The guarantee that no event is lost; some may be processed twice: see
    /// [`Delivery::AtLeastOnce`].
    at_least_once, AtLeastOnce, Durable
);
word!(
    /// The guarantee that every event takes effect exactly once: see
    /// [`Delivery::ExactlyOnce`].
    exactly_once, ExactlyOnce, Durable
);
