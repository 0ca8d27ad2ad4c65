//! Which instance of the next node gets an event.
//!
//! | grouping | an event goes to | in a topology |
//! |---|---|---|
//! | [`Shuffle`] | the instances in turn, batch by batch | `shuffle` |
//! | [`Fields`] | the instance that owns the key group of its key | `by(…)` |
//! | [`ToAll`] | every instance | `to_all` |
//! | [`ToOne`] | the one instance there is | `to_one` |
//! | [`Forward`] | the instance of the same number if there are equally many, else in turn | none |

mod fields;

pub use fields::Fields;

use crate::event::Meta;

/// Decides which instance of the next node gets an event.
pub trait Grouping<T>: Clone + Send + 'static {
    /// The way of an event, given the number of instances; may note the hash it computes.
    fn route(&mut self, event: &T, meta: &mut Meta, instances: usize) -> Destination;

    /// Called once, with a number that differs between producers, so that they do not all begin
    /// with the same instance.
    fn begin(&mut self, _producer: usize) {}

    /// Called whenever a batch has gone out, which is when a turn can change cheaply.
    fn next_batch(&mut self, _instances: usize) {}

    /// Whether [`route`](Grouping::route) computes the hash of a key, which then travels along.
    const HASHES: bool = false;

    /// Whether any instance will do: another grouping of the same edge is then preferred.
    const INDIFFERENT: bool = false;
}

/// The way of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// To this instance.
    To(usize),
    /// To every instance.
    ToAll,
}

/// Every instance in turn, batch by batch.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shuffle {
    turn: usize,
}

impl<T> Grouping<T> for Shuffle {
    #[inline]
    fn route(&mut self, _: &T, _: &mut Meta, instances: usize) -> Destination {
        Destination::To(if self.turn < instances { self.turn } else { 0 })
    }

    fn begin(&mut self, producer: usize) {
        self.turn = producer;
    }

    fn next_batch(&mut self, instances: usize) {
        self.turn = (self.turn + 1) % instances.max(1);
    }
}

/// The instances as they come: of the same number if there are equally many, else in turn.
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
}

/// Every event to every instance.
#[derive(Debug, Clone, Copy, Default)]
pub struct ToAll;

impl<T> Grouping<T> for ToAll {
    #[inline]
    fn route(&mut self, _: &T, _: &mut Meta, _: usize) -> Destination {
        Destination::ToAll
    }
}

/// Every event to the one instance there is.
#[derive(Debug, Clone, Copy, Default)]
pub struct ToOne;

impl<T> Grouping<T> for ToOne {
    #[inline]
    fn route(&mut self, _: &T, _: &mut Meta, _: usize) -> Destination {
        Destination::To(0)
    }
}
