//! What is made of the events of a window: by the engine, and by loops over them.

use super::case::Reading;
use millstream::prelude::*;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// How many of the greatest amounts are wanted.
const GREATEST: usize = 3;

/// An amount; those of equal amount are equal, so that it can be seen which of them was taken.
#[derive(Debug, Clone, Copy)]
pub struct Ranked {
    amount: i64,
    id: usize,
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.amount.cmp(&other.amount)
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ranked {}

/// All that is made of the events of a window; of events their positions.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    pub count: u64,
    pub sum: i64,
    pub mean: f64,
    pub min: Option<(i64, usize)>,
    pub max: Option<(i64, usize)>,
    pub top: Vec<(i64, usize)>,
    pub first: Option<usize>,
    pub last: Option<usize>,
    /// Which events, in which order.
    pub chained: u64,
    pub folded: usize,
    /// The number of different amounts, and the events; only of aggregates that grow.
    pub growing: Option<(u64, Vec<usize>)>,
}

/// What is made of the events in this order.
impl<'a> FromIterator<&'a Reading> for Values {
    fn from_iter<I: IntoIterator<Item = &'a Reading>>(readings: I) -> Self {
        let readings: Vec<&Reading> = readings.into_iter().collect();
        let ids: Vec<usize> = readings.iter().map(|reading| reading.id).collect();
        let mut by_amount: Vec<(i64, usize)> =
            readings.iter().map(|reading| (reading.amount, reading.id)).collect();
        // Stable: those of equal amount stay in order.
        by_amount.sort_by_key(|(amount, _)| *amount);
        let min = by_amount.first().copied();
        by_amount.sort_by_key(|(amount, _)| -amount);
        let max = by_amount.first().copied();
        by_amount.truncate(GREATEST);
        let sum = readings.iter().map(|reading| reading.amount).sum();
        let count = readings.len() as u64;
        let chain = |hash: u64, id: &usize| link(hash, *id);
        let different: BTreeSet<i64> = readings.iter().map(|reading| reading.amount).collect();
        Self {
            count,
            sum,
            mean: if count == 0 { 0.0 } else { sum as f64 / count as f64 },
            min,
            max,
            top: by_amount,
            first: ids.first().copied(),
            last: ids.last().copied(),
            chained: ids.iter().fold(0, chain),
            folded: ids.iter().map(|id| id + 1).sum(),
            growing: Some((different.len() as u64, ids)),
        }
    }
}

impl Values {
    /// Without that which depends on the order of the events.
    pub fn without_order(self) -> Self {
        let plain = |ranked: Option<(i64, usize)>| ranked.map(|(amount, _)| (amount, 0));
        let sorted = |(distinct, ids)| (distinct, crate::support::sorted::<usize>(ids));
        Self {
            min: plain(self.min),
            max: plain(self.max),
            top: self.top.into_iter().map(|(amount, _)| (amount, 0)).collect(),
            first: None,
            last: None,
            chained: 0,
            growing: self.growing.map(sorted),
            ..self
        }
    }

    /// Without that which grows with the events.
    pub fn small(self) -> Self {
        Self { growing: None, ..self }
    }

    /// The positions of the events; only of aggregates that grow.
    pub fn ids(&self) -> &[usize] {
        self.growing.as_ref().map_or(&[], |(_, ids)| ids)
    }
}

fn link(hash: u64, id: usize) -> u64 {
    hash.wrapping_mul(BASE).wrapping_add(id as u64 + 1)
}

const BASE: u64 = 1_000_003;

/// An aggregate of a user's own, which is different for every order of the values.
#[derive(Debug, Clone, Copy)]
pub struct Chained;

impl Aggregate<usize> for Chained {
    /// The hash, and what one that stands before it is multiplied by.
    type State = (u64, u64);
    type Out = u64;

    fn create(&self) -> (u64, u64) {
        (0, 1)
    }

    fn add(&self, (hash, factor): &mut (u64, u64), id: usize) {
        (*hash, *factor) = (link(*hash, id), factor.wrapping_mul(BASE));
    }

    fn merge(&self, (hash, factor): &mut (u64, u64), later: &(u64, u64)) {
        let joined = hash.wrapping_mul(later.1).wrapping_add(later.0);
        (*hash, *factor) = (joined, factor.wrapping_mul(later.1));
    }

    fn finish(&self, (hash, _): &(u64, u64)) -> u64 {
        *hash
    }
}

type Picked = (((), i64, i32), (Ranked, Ranked), Ranked, (usize, usize), usize, usize);
type Made = (
    (u64, i64, f64),
    (Option<Ranked>, Option<Ranked>),
    Vec<Ranked>,
    (Option<usize>, Option<usize>),
    u64,
    usize,
);

type PickedToGrow = (Picked, (i64, usize));
type MadeToGrow = (Made, (u64, Vec<usize>));

/// What the small aggregates take of an event.
pub fn picked(reading: &Reading) -> Picked {
    let Reading { amount, id, .. } = *reading;
    let ranked = Ranked { amount, id };
    (((), amount, amount as i32), (ranked, ranked), ranked, (id, id), id, id)
}

/// Aggregates whose state is small.
pub fn small() -> impl Aggregate<Picked, Out = Made> {
    let folded = fold(0, |sum: &mut usize, id: usize| *sum += id + 1, |sum, later| *sum += later);
    ((count(), sum(), mean()), (min(), max()), top(GREATEST), (first(), last()), Chained, folded)
}

/// What all aggregates take of an event.
pub fn picked_to_grow(reading: &Reading) -> PickedToGrow {
    (picked(reading), (reading.amount, reading.id))
}

/// The small aggregates, and some whose state grows with the events.
pub fn growing() -> impl Aggregate<PickedToGrow, Out = MadeToGrow> {
    (small(), (distinct(), collect()))
}

impl From<Made> for Values {
    fn from(made: Made) -> Self {
        let ((count, sum, mean), (min, max), top, (first, last), chained, folded) = made;
        let plain = |ranked: Ranked| (ranked.amount, ranked.id);
        let (min, max) = (min.map(plain), max.map(plain));
        let top = top.into_iter().map(plain).collect();
        Self { count, sum, mean, min, max, top, first, last, chained, folded, growing: None }
    }
}

impl From<MadeToGrow> for Values {
    fn from((made, growing): MadeToGrow) -> Self {
        Self { growing: Some(growing), ..Self::from(made) }
    }
}
