//! Words of `topology!` that are not Rust's own, as values.
//!
//! # Examples
//! ```
//! use millstream::builder::words::{at_most_once, overflow};
//! use millstream::prelude::*;
//!
//! assert_eq!(Delivery::from(at_most_once), Delivery::AtMostOnce);
//! assert_eq!(overflow::sample(10), Overflow::Sample(10));
//! ```

pub use super::promise::{at_least_once, at_most_once, exactly_once};

/// What becomes of late events without a destination: `job("clicks").late(ignore)`; see
/// [`Builder::late`](super::Builder::late).
#[expect(non_camel_case_types, reason = "a topology is written in lower case")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ignore;

/// Policies for a full edge. `topology!` brings them into scope only inside `overflow(…)` and
/// `feedback(…)`, since a program may use these names otherwise.
pub mod overflow {
    use crate::channel::Overflow;

    /// Apply backpressure: see [`Overflow::Block`]. A type of its own, since an edge with it drops
    /// nothing: a job that keeps every event takes it without a reason.
    ///
    /// # Examples
    /// ```
    /// use millstream::builder::words::overflow::block;
    /// use millstream::prelude::*;
    ///
    /// let job = Builder::new("orders").delivery(at_least_once);
    /// let orders = job.source(from_iter_again(0..10_u64));
    /// // in topology!: orders >> overflow(block) >> ignore
    /// orders.overflow(block).ignore();
    /// assert!(job.build().check().is_ok());
    /// ```
    #[expect(non_camel_case_types, reason = "a topology is written in lower case")]
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct block;

    impl From<block> for Overflow {
        fn from(_: block) -> Self {
            Self::Block
        }
    }

    /// Drop the newest event: see [`Overflow::DropNewest`].
    #[expect(non_upper_case_globals, reason = "a topology is written in lower case")]
    pub const drop_newest: Overflow = Overflow::DropNewest;

    /// Drop the oldest event: see [`Overflow::DropOldest`].
    #[expect(non_upper_case_globals, reason = "a topology is written in lower case")]
    pub const drop_oldest: Overflow = Overflow::DropOldest;

    /// Keep one in `n` of the events that do not fit, and wait for room for it: see
    /// [`Overflow::Sample`].
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let shown = Collected::new();
    /// let topology = topology!(
    ///     shown = source(from_iter(0..10_000_u64)) >> buffer(100) >> overflow(sample(10))
    ///         >> sink(shown.sink()),
    /// );
    /// let mut job = topology.start(Config::default())?;
    /// job.wait().await?;
    /// let dropped = job.metrics().node("shown").unwrap().total().overflow;
    /// assert_eq!(shown.take().len() as u64 + dropped, 10_000);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn sample(n: usize) -> Overflow {
        Overflow::Sample(n)
    }
}
