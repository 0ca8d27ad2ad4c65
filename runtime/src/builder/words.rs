//! The words that `topology!` understands beside Rust's own, as values.

pub use super::promise::{at_least_once, at_most_once, exactly_once};

/// The words for what a full edge does. `topology!` knows them only inside `overflow(…)`: they are
/// words that a program may well use for something else.
pub mod overflow {
    use crate::channel::Overflow;

    /// The producer waits: see [`Overflow::Block`].
    #[expect(non_upper_case_globals, reason = "a topology is written in lower case")]
    pub const block: Overflow = Overflow::Block;

    /// The newest event is dropped: see [`Overflow::DropNewest`].
    #[expect(non_upper_case_globals, reason = "a topology is written in lower case")]
    pub const drop_newest: Overflow = Overflow::DropNewest;

    /// The oldest event is dropped: see [`Overflow::DropOldest`].
    #[expect(non_upper_case_globals, reason = "a topology is written in lower case")]
    pub const drop_oldest: Overflow = Overflow::DropOldest;

    /// One event in `n` is kept and waited for: see [`Overflow::Sample`].
    #[must_use]
    pub const fn sample(n: usize) -> Overflow {
        Overflow::Sample(n)
    }
}
