//! The words that `topology!` understands beside Rust's own, as values.

pub use super::delivery::{at_least_once, at_most_once, exactly_once};
