//! The states of a key merged in blocks, for aggregates whose state grows with their values.
//!
//! Two [`stacks`](super::stacks) would keep a merged state for each event, which takes a memory of
//! the square of their number if states grow. Here a block of 2, 4, 8 … states in a row is merged
//! once, when it is full, and a window is a merge of two blocks of each size at most. With `n`
//! events of `d` different values, that is a memory of `n log d` values, and a time of `d log n`
//! for each window.

use std::collections::VecDeque;

/// Merged blocks of the states at consecutive positions. The states themselves are kept elsewhere.
#[derive(Debug)]
pub(super) struct Blocks<S> {
    /// Blocks of 2, 4, 8 … states.
    sizes: Vec<BlockRow<S>>,
    /// The position of the next state to be added.
    next: u64,
}

/// The blocks of one size, without those that are dropped.
#[derive(Debug)]
struct BlockRow<S> {
    /// The number of the first block.
    first: u64,
    /// A block without a state begins before the first position: no window has it.
    blocks: VecDeque<Option<S>>,
}

impl<S: Clone> Blocks<S> {
    /// No blocks; the first state is the one at this position.
    pub(super) fn new(next: u64) -> Self {
        Self { sizes: Vec::new(), next }
    }

    /// Merges the blocks that the states up to `end` fill; `state` returns the one at a position.
    pub(super) fn fill<'a>(
        &mut self,
        end: u64,
        state: &impl Fn(u64) -> Option<&'a S>,
        merge: &impl Fn(&mut S, &S),
    ) where
        S: 'a,
    {
        while self.next < end {
            self.next += 1;
            for power in 1..=self.next.trailing_zeros() {
                let number = (self.next >> power) - 1;
                let merged = self.joined(power - 1, number, state, merge);
                self.push(power, number, merged);
            }
        }
    }

    /// The merge of the two blocks of `2^power` states that make one of twice the size.
    fn joined<'s>(
        &self,
        power: u32,
        number: u64,
        state: &impl Fn(u64) -> Option<&'s S>,
        merge: &impl Fn(&mut S, &S),
    ) -> Option<S>
    where
        S: 's,
    {
        let mut merged = self.block(power, 2 * number, state)?.clone();
        merge(&mut merged, self.block(power, 2 * number + 1, state)?);
        Some(merged)
    }

    /// The block with a number among those of `2^power` states.
    fn block<'b, 's: 'b>(
        &'b self,
        power: u32,
        number: u64,
        state: &impl Fn(u64) -> Option<&'s S>,
    ) -> Option<&'b S>
    where
        S: 's,
    {
        let Some(row) = power.checked_sub(1) else { return state(number) };
        let row = self.sizes.get(usize::try_from(row).ok()?)?;
        let at = usize::try_from(number.checked_sub(row.first)?).ok()?;
        row.blocks.get(at)?.as_ref()
    }

    fn push(&mut self, power: u32, number: u64, block: Option<S>) {
        let row = power.saturating_sub(1) as usize;
        if self.sizes.len() <= row {
            self.sizes.resize_with(row + 1, || BlockRow { first: number, blocks: VecDeque::new() });
        }
        if let Some(row) = self.sizes.get_mut(row) {
            row.blocks.push_back(block);
        }
    }

    /// Merges the states from one position up to another, in order.
    pub(super) fn merged<'s>(
        &self,
        (mut from, to): (u64, u64),
        state: &impl Fn(u64) -> Option<&'s S>,
        merge: &impl Fn(&mut S, &S),
    ) -> Option<S>
    where
        S: 's,
    {
        let mut all: Option<S> = None;
        while from < to {
            let fits = (to - from).ilog2();
            let aligned = if from == 0 { fits } else { from.trailing_zeros() };
            // The largest block that begins here, ends in time and is full.
            let largest = (0..=fits.min(aligned)).rev();
            let found = |power: u32| Some((power, self.block(power, from >> power, state)?));
            let (power, block) = largest.into_iter().find_map(found)?;
            match &mut all {
                Some(all) => merge(all, block),
                None => all = Some(block.clone()),
            }
            from += 1 << power;
        }
        all
    }

    /// Drops the blocks that begin before a position.
    pub(super) fn drop_before(&mut self, position: u64) {
        for (row, power) in self.sizes.iter_mut().zip(1_u32..) {
            while row.first << power < position && row.blocks.pop_front().is_some() {
                row.first += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lists of positions are merged by being appended, so that their order shows.
    #[test]
    fn every_range_is_merged_in_order_whatever_was_dropped() {
        for begin in [0, 1, 5, 8, 63] {
            let states: Vec<Vec<u64>> = (0..200).map(|position| vec![position]).collect();
            let merge = |all: &mut Vec<u64>, later: &Vec<u64>| all.extend(later);
            let mut blocks = Blocks::new(begin);
            for end in begin + 1..200 {
                let dropped = begin.max(end.saturating_sub(70));
                let state = |position: u64| {
                    (position >= dropped)
                        .then(|| states.get(usize::try_from(position).unwrap()))
                        .flatten()
                };
                blocks.fill(end, &state, &merge);
                blocks.drop_before(dropped);
                for from in dropped..end {
                    let merged = blocks.merged((from, end), &state, &merge);
                    assert_eq!(merged, Some((from..end).collect()));
                }
                assert_eq!(blocks.merged((end, end), &state, &merge), None);
            }
            let kept: usize = blocks.sizes.iter().map(|row| row.blocks.len()).sum();
            assert!(kept <= 70, "{kept} blocks of 70 states are kept");
        }
    }
}
