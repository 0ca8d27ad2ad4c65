//! Pairs of two streams, read in order of time.

use super::{Map, Ready, Total, steps};
use crate::steps::Partners;
use millstream_benches::stateless::Event;

pub fn joined([lefts, rights]: [Vec<Event>; 2]) -> Ready {
    Box::new(|| {
        let total = Total::default();
        let mut part = total.part();
        let mut sides = Sides::default();
        for (left, right) in lefts.into_iter().zip(rights) {
            sides.left(&left, |pair| part.add(pair));
            sides.right(&right, |pair| part.add(pair));
        }
        drop(part);
        total.get().into()
    })
}

/// The buffered events of both sides, in one row for each key.
#[derive(Clone, Default)]
pub struct Sides(Map<u64, [Partners; 2]>);

impl Sides {
    /// Adds an event of the left side; returns its pairs.
    #[inline]
    pub fn left(&mut self, left: &Event, mut add: impl FnMut(u64)) {
        let [lefts, rights] = self.0.entry(left.key).or_default();
        rights.of(left).for_each(|right| add(steps::pair(left.id, right)));
        lefts.add(left);
    }

    /// Adds an event of the right side; returns its pairs.
    #[inline]
    pub fn right(&mut self, right: &Event, mut add: impl FnMut(u64)) {
        let [lefts, rights] = self.0.entry(right.key).or_default();
        lefts.of(right).for_each(|left| add(steps::pair(left, right.id)));
        rights.add(right);
    }
}
