//! Groupings: which instance of the downstream node receives an event.
//!
//! | in a topology | grouping | an event is sent to |
//! |---|---|---|
//! | `by(…)` | [`Fields`] | the instance that owns its key |
//! | `shuffle` | [`Shuffle`] | the instances in turn; few events one by one, many batch by batch |
//! | `to_all` | [`ToAll`] | every instance, as a clone |
//! | `to_one` | [`ToOne`] | the only instance |
//! | nothing | [`Forward`] | the instance of the same index if counts are equal, else in turn |
//!
//! Take `by` for an operator with state, and nothing otherwise: the nodes are then fused into one
//! stage if they have equally many instances. `shuffle` balances uneven work at the cost of a
//! channel.
//!
//! # Examples
//! Requests of a user reach the same instance:
//! ```
//! use millstream::prelude::*;
//!
//! #[operator]
//! async fn nth(user: &'static str, seen: &mut u32) -> (&'static str, u32) {
//!     *seen += 1;
//!     (user, *seen)
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> millstream::Result<()> {
//! let counts = Collected::new();
//! topology!(
//!     users = source(from_iter(["ann", "bob", "ann"])),
//!     users >> by(|user| *user) >> nth * 2 >> sink(counts.sink()),
//! )
//! .run(Config::default())
//! .await?;
//! let mut counts = counts.take();
//! counts.sort();
//! assert_eq!(counts, [("ann", 1), ("ann", 2), ("bob", 1)]);
//! # Ok(())
//! # }
//! ```

mod fields;

pub use fields::Fields;

use crate::event::Meta;

/// Selects the instance of the downstream node that receives an event.
///
/// Each producing instance uses its own clone.
///
/// # Examples
/// ```
/// use millstream::grouping::{Destination, Grouping, Shuffle};
/// use millstream::plumbing::marks::Meta;
///
/// let (mut turn, mut meta) = (Shuffle::default(), Meta::default());
/// assert_eq!(turn.route(&"event", &mut meta, 2), Destination::To(0));
/// Grouping::<&str>::next_batch(&mut turn, 2);
/// assert_eq!(turn.route(&"event", &mut meta, 2), Destination::To(1));
/// ```
pub trait Grouping<T>: Clone + Send + 'static {
    /// Returns where an event is sent, given the number of instances (at least 1).
    ///
    /// Called for every event. Stores the hash of its key in `meta` if it computes one.
    fn route(&mut self, event: &T, meta: &mut Meta, instances: usize) -> Destination;

    /// The key of an event as text, if it has one: for those who watch the job. Called for few
    /// events.
    fn key_text(&self, _event: &T) -> Option<String> {
        None
    }

    /// Called once with the index of the producer, so that producers start with different
    /// instances.
    fn begin(&mut self, _producer: usize) {}

    /// Called after each full batch: the time to select another instance.
    fn next_batch(&mut self, _instances: usize) {}

    /// Called after partial batches are flushed: few events were at hand.
    fn flushed(&mut self, _instances: usize) {}

    /// Whether [`route`](Grouping::route) computes the hash of a key, which travels with the event.
    const HASHES: bool = false;

    /// Whether any instance will do; another grouping of the same edge then takes precedence.
    const INDIFFERENT: bool = false;
}

/// The instance or instances that receive an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// The instance of this index, from 0.
    To(usize),
    /// Every instance, each with a clone.
    ToAll,
}

/// Distributes events over all instances in turn: for balanced load without a key.
///
/// Few events are spread one by one, many batch by batch: after a flush each instance receives one
/// event in turn, then two, then four, and so on, up to a batch.
#[derive(Debug, Clone, Copy)]
pub struct Shuffle {
    /// The instance that receives the next event.
    turn: usize,
    /// Events that it still receives in this turn.
    left: usize,
    /// Events that each instance receives in a turn.
    run: usize,
    /// The first instance of this round.
    first: usize,
}

impl Default for Shuffle {
    fn default() -> Self {
        Self { turn: 0, left: 1, run: 1, first: 0 }
    }
}

impl Shuffle {
    fn next(&mut self, instances: usize) {
        self.turn = (self.turn + 1) % instances.max(1);
        if self.turn == self.first % instances.max(1) {
            self.run = self.run.saturating_mul(2);
        }
        self.left = self.run;
    }
}

impl<T> Grouping<T> for Shuffle {
    #[inline]
    fn route(&mut self, _: &T, _: &mut Meta, instances: usize) -> Destination {
        if self.left == 0 {
            self.next(instances);
        }
        self.left -= 1;
        Destination::To(if self.turn < instances { self.turn } else { 0 })
    }

    fn begin(&mut self, producer: usize) {
        (self.turn, self.first) = (producer, producer);
    }

    fn next_batch(&mut self, _: usize) {
        self.left = 0;
    }

    fn flushed(&mut self, instances: usize) {
        self.next(instances);
        (self.run, self.left, self.first) = (1, 1, self.turn);
    }
}

/// Connects instances of equal index, or distributes events as [`Shuffle`] does if their counts
/// differ.
///
/// The default where a topology names no grouping.
#[derive(Debug, Clone, Copy, Default)]
pub struct Forward {
    shuffle: Shuffle,
}

impl<T> Grouping<T> for Forward {
    const INDIFFERENT: bool = true;

    #[inline]
    fn route(&mut self, event: &T, meta: &mut Meta, instances: usize) -> Destination {
        self.shuffle.route(event, meta, instances)
    }

    fn begin(&mut self, producer: usize) {
        Grouping::<T>::begin(&mut self.shuffle, producer);
    }

    fn next_batch(&mut self, instances: usize) {
        Grouping::<T>::next_batch(&mut self.shuffle, instances);
    }

    fn flushed(&mut self, instances: usize) {
        Grouping::<T>::flushed(&mut self.shuffle, instances);
    }
}

/// Sends a clone of every event to every instance: for settings and reference data.
///
/// The work grows with the number of instances.
#[derive(Debug, Clone, Copy, Default)]
pub struct ToAll;

impl<T> Grouping<T> for ToAll {
    #[inline]
    fn route(&mut self, _: &T, _: &mut Meta, _: usize) -> Destination {
        Destination::ToAll
    }
}

/// Sends every event to the only instance: for a total order or a global result.
#[derive(Debug, Clone, Copy, Default)]
pub struct ToOne;

impl<T> Grouping<T> for ToOne {
    #[inline]
    fn route(&mut self, _: &T, _: &mut Meta, _: usize) -> Destination {
        Destination::To(0)
    }
}
