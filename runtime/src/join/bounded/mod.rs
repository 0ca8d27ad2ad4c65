//! Joins with a bound for the rows that they buffer.

mod saved;

use super::rows::{KeepsRows, RowsOfSides};
use super::{JoinKind, JoinSpec, ReadFirst, Sides};
use crate::error::{Error, ErrorKind, Result, Role};
use crate::event::{Meta, WithKey};
use crate::key::{Key, KeyHash};
use crate::operator::OperatorPlace;
use crate::time::{EventTime, InputIndex};
use crate::window::{Results, Store, StoreFactory, Tally, Verdict};
use millstream_graph::sentence::{Sentence, shape};
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// A definition of a match with a bound for the rows that are buffered for it:
/// [`at_most`](crate::builder::Joining::at_most). `P` is what becomes of events that find no room.
#[derive(Debug, Clone)]
pub struct AtMost<W, P = FailsWhenFull> {
    spec: W,
    bound: RowBound,
    policy: PhantomData<fn() -> P>,
}

/// The bound of each instance.
#[derive(Debug, Clone)]
struct RowBound {
    most: u64,
    sheds: bool,
    /// What each side is called.
    sides: Arc<[String]>,
}

/// What a join does with an event that would exceed its bound.
pub trait WhenFull: 'static {
    /// The type of its overflow output; `T` is an event of any side.
    type Overflow<T: Send + 'static>: Send + 'static;
    /// Whether it sheds the event.
    const SHEDS: bool;
}

/// The job ends with an error.
#[derive(Debug, Clone, Copy)]
pub struct FailsWhenFull;

/// The event is shed: [`shed`](crate::builder::Joining::shed).
#[derive(Debug, Clone, Copy)]
pub struct ShedsWhenFull;

impl WhenFull for FailsWhenFull {
    type Overflow<T: Send + 'static> = Infallible;
    const SHEDS: bool = false;
}

impl WhenFull for ShedsWhenFull {
    type Overflow<T: Send + 'static> = T;
    const SHEDS: bool = true;
}

impl<W> AtMost<W> {
    /// Bounds the rows of each instance by `most`.
    pub(crate) fn new(spec: W, most: u64) -> Self {
        let bound = RowBound { most, sheds: false, sides: Arc::new([]) };
        Self { spec, bound, policy: PhantomData }
    }

    /// The same, shedding events.
    pub(crate) fn shedding(self) -> AtMost<W, ShedsWhenFull> {
        let bound = RowBound { sheds: true, ..self.bound };
        AtMost { spec: self.spec, bound, policy: PhantomData }
    }
}

impl<W: fmt::Display, P> fmt::Display for AtMost<W, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spec.fmt(f)
    }
}

impl<K, S, J, W, P> JoinSpec<K, S, J> for AtMost<W, P>
where
    K: Key,
    S: Sides,
    J: JoinKind<S>,
    W: JoinSpec<K, S, J>,
    P: WhenFull,
{
    type Factory = BoundedFactory<W::Counted>;
    type Counted = BoundedFactory<W::Counted>;
    type Overflow = P::Overflow<S::OneOf>;
    const LOSES: bool = W::LOSES;
    const SHEDS: bool = P::SHEDS;

    fn factory(self) -> Self::Factory {
        BoundedFactory { joins: self.spec.counted(), bound: self.bound }
    }

    fn counted(self) -> Self::Counted {
        self.factory()
    }

    fn reads_first(&self) -> ReadFirst {
        self.spec.reads_first()
    }

    fn refused(&self) -> Option<Sentence> {
        let none = (self.bound.most == 0).then(|| shape::invalid_zero("`.at_most(0)`"));
        self.spec.refused().or(none)
    }

    fn work(&self, join: &str) -> String {
        let sheds = if P::SHEDS { ", sheds" } else { "" };
        format!("{join}, at most {} rows{sheds}", self.bound.most)
    }

    fn name_sides(&mut self, sides: &[String]) {
        self.bound.sides = sides.into();
    }
}

/// Creates joins with a bound.
#[derive(Debug, Clone)]
pub struct BoundedFactory<F> {
    joins: F,
    bound: RowBound,
}

impl<K, T, F> StoreFactory<K, T> for BoundedFactory<F>
where
    T: Send + 'static,
    F: StoreFactory<K, T, Store: KeepsRows>,
{
    type Store = BoundedStore<F::Store>;

    fn store(&self) -> Self::Store {
        BoundedStore { join: self.joins.store(), bound: self.bound.clone(), shed: 0, place: None }
    }

    fn store_at(&self, place: &OperatorPlace) -> Self::Store {
        let (join, place) = (self.joins.store_at(place), Some(place.clone()));
        BoundedStore { join, place, ..self.store() }
    }
}

/// A join that receives no event beyond its bound.
pub struct BoundedStore<R> {
    join: R,
    bound: RowBound,
    /// The number of events that found no room.
    shed: u64,
    /// The instance, for the error.
    place: Option<OperatorPlace>,
}

impl<R> fmt::Debug for BoundedStore<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundedStore").field("bound", &self.bound).finish_non_exhaustive()
    }
}

impl<R: KeepsRows> BoundedStore<R> {
    /// The error of a job with a full join.
    #[cold]
    fn full(&self, waiting: u64) -> Error {
        let (names, rows) = (self.bound.sides.iter(), self.join.rows_of_sides());
        let mut sides: Vec<_> =
            names.zip(rows).map(|(side, rows)| format!("{rows} of `{side}`")).collect();
        if waiting > 0 {
            sides.push(format!("{waiting} behind their source"));
        }
        let (all, most) = (self.join.rows() + waiting, self.bound.most);
        let message = format!(
            "buffers {all} rows, and `at_most({most})` allows no more: {}",
            sides.join(", ")
        );
        let error = Error::new(ErrorKind::Full, message).help(
            "a side may be silent or far behind, which `idle_after(…)` on its event time bounds; \
             or raise the bound, or `.shed()` what finds no room",
        );
        match &self.place {
            Some(place) => error.of(Role::Operator, place.node(), place.instance()),
            None => error,
        }
    }
}

impl<R: KeepsRows> KeepsRows for BoundedStore<R> {
    fn rows(&self) -> u64 {
        self.join.rows()
    }

    fn rows_of_sides(&self) -> RowsOfSides {
        self.join.rows_of_sides()
    }
}

impl<K, T, R> Store<K, T> for BoundedStore<R>
where
    T: Send + 'static,
    R: Store<K, T> + KeepsRows,
{
    type Out = R::Out;
    type Unmatched = R::Unmatched;
    const AHEAD: bool = R::AHEAD;
    const HOLDS: bool = R::HOLDS;
    const CALLS: bool = R::CALLS;
    const BOUNDED: bool = true;

    #[inline]
    fn find(&mut self, event: &WithKey<K, T>, hash: KeyHash) -> Option<usize> {
        self.join.find(event, hash)
    }

    fn side_passed(&mut self, side: InputIndex, watermark: EventTime) {
        self.join.side_passed(side, watermark);
    }

    fn judge(&self, time: EventTime, passed: EventTime) -> Verdict {
        self.join.judge(time, passed)
    }

    #[inline]
    fn insert<E: Results<R::Out, R::Unmatched>>(
        &mut self,
        event: WithKey<K, T>,
        meta: Meta,
        results: &mut E,
    ) -> Result<Option<T>> {
        self.join.insert(event, meta, results)
    }

    #[inline]
    fn insert_found<E: Results<R::Out, R::Unmatched>>(
        &mut self,
        event: WithKey<K, T>,
        meta: Meta,
        found: Option<usize>,
        results: &mut E,
    ) -> Result<Option<T>> {
        self.join.insert_found(event, meta, found, results)
    }

    fn advance<E: Results<R::Out, R::Unmatched>>(
        &mut self,
        watermark: EventTime,
        results: &mut E,
    ) -> Result<()> {
        self.join.advance(watermark, results)
    }

    fn watermark(&self) -> EventTime {
        self.join.watermark()
    }

    fn tally(&self) -> Option<Tally> {
        let Tally { processed, buffered } = self.join.tally()?;
        Some(Tally { processed: processed + self.shed, buffered })
    }

    #[inline]
    fn is_full(&self, waiting: u64) -> bool {
        self.join.rows() + waiting >= self.bound.most
    }

    fn refuse(&mut self, waiting: u64) -> Result<()> {
        if !self.bound.sheds {
            return Err(self.full(waiting));
        }
        self.shed += 1;
        Ok(())
    }
}
