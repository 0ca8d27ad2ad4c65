//! The words that `topology!` understands beside Rust's own, as values.

use super::Delivery;

/// Never twice, perhaps not at all: see [`Delivery::AtMostOnce`].
#[expect(non_upper_case_globals, reason = "a topology is written in lower case")]
pub const at_most_once: Delivery = Delivery::AtMostOnce;

/// At least once: see [`Delivery::AtLeastOnce`].
#[expect(non_upper_case_globals, reason = "a topology is written in lower case")]
pub const at_least_once: Delivery = Delivery::AtLeastOnce;

/// As if once: see [`Delivery::ExactlyOnce`].
#[expect(non_upper_case_globals, reason = "a topology is written in lower case")]
pub const exactly_once: Delivery = Delivery::ExactlyOnce;
