//! A sorted list that also takes what is out of order, at any length.

use std::collections::VecDeque;

/// The length of a piece from which on it is divided.
const LONG: usize = 512;

/// How far from both ends of the only piece an insertion may be before the list is divided.
const NEAR: usize = 128;

/// A list in an order that its user maintains: like [`VecDeque`], but an insertion far from both
/// ends moves no more than a piece.
///
/// A list that is extended and shortened at its ends stays in one piece, and costs what a deque
/// does. The first insertion into the middle of a long one divides it.
pub(crate) struct Sorted<T> {
    /// The first piece; empty only if all are.
    first: VecDeque<T>,
    /// The other pieces; none of them is empty.
    #[expect(clippy::box_collection, reason = "a list in one piece is smaller without it")]
    later: Option<Box<VecDeque<VecDeque<T>>>>,
}

/// A place in a [`Sorted`] list: the number of the piece, and the position in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SortedPlace {
    piece: usize,
    at: usize,
}

impl SortedPlace {
    /// The place of the first entry.
    pub(crate) const FIRST: Self = Self { piece: 0, at: 0 };
}

impl<T> Default for Sorted<T> {
    fn default() -> Self {
        Self { first: VecDeque::new(), later: None }
    }
}

impl<T> From<VecDeque<T>> for Sorted<T> {
    fn from(first: VecDeque<T>) -> Self {
        Self { first, later: None }
    }
}

impl<T> Sorted<T> {
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// Returns the first entry.
    #[inline]
    pub(crate) fn front(&self) -> Option<&T> {
        self.first.front()
    }

    /// Returns the last entry.
    pub(crate) fn back(&self) -> Option<&T> {
        match &self.later {
            None => self.first.back(),
            Some(later) => later.back()?.back(),
        }
    }

    /// The number of entries; it visits each piece.
    pub(crate) fn len(&self) -> usize {
        let later = self.later.iter().flat_map(|later| later.iter());
        self.first.len() + later.map(VecDeque::len).sum::<usize>()
    }

    /// Returns the entry before a place.
    #[inline]
    pub(crate) fn before(&self, place: SortedPlace) -> Option<&T> {
        match place.at.checked_sub(1) {
            Some(at) => self.get(SortedPlace { at, ..place }),
            None => self.last_of(place.piece.checked_sub(1)?),
        }
    }

    #[cold]
    fn last_of(&self, piece: usize) -> Option<&T> {
        match piece.checked_sub(1) {
            None => self.first.back(),
            Some(piece) => self.later.as_ref()?.get(piece)?.back(),
        }
    }

    #[inline]
    pub(crate) fn get(&self, place: SortedPlace) -> Option<&T> {
        match (place.piece.checked_sub(1), &self.later) {
            (None, _) => self.first.get(place.at),
            (Some(piece), later) => later.as_ref()?.get(piece)?.get(place.at),
        }
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, place: SortedPlace) -> Option<&mut T> {
        match place.piece.checked_sub(1) {
            None => self.first.get_mut(place.at),
            Some(piece) => self.later.as_mut()?.get_mut(piece)?.get_mut(place.at),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        let later = self.later.iter().flat_map(|later| later.iter());
        self.first.iter().chain(later.flatten())
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        let later = self.later.iter_mut().flat_map(|later| later.iter_mut());
        self.first.iter_mut().chain(later.flatten())
    }

    /// Returns the place of the first entry of which `is_before` is not true; all entries before
    /// it come first.
    #[inline]
    pub(crate) fn place(&self, is_before: impl Fn(&T) -> bool) -> SortedPlace {
        match &self.later {
            None => SortedPlace { piece: 0, at: self.first.partition_point(is_before) },
            Some(later) => self.place_in(later, &is_before),
        }
    }

    #[cold]
    fn place_in(
        &self,
        later: &VecDeque<VecDeque<T>>,
        is_before: &impl Fn(&T) -> bool,
    ) -> SortedPlace {
        if self.first.back().is_none_or(|last| !is_before(last)) {
            return SortedPlace { piece: 0, at: self.first.partition_point(is_before) };
        }
        let piece = later.partition_point(|piece| piece.back().is_some_and(is_before));
        match later.get(piece) {
            Some(found) => SortedPlace { piece: piece + 1, at: found.partition_point(is_before) },
            // Behind the last entry, which is in the last piece.
            None => SortedPlace { piece, at: later.back().map_or(self.first.len(), VecDeque::len) },
        }
    }

    /// Returns the place after this one.
    #[inline]
    pub(crate) fn next(&self, place: SortedPlace) -> SortedPlace {
        let next = SortedPlace { at: place.at + 1, ..place };
        match &self.later {
            None => next,
            Some(later) => {
                let (piece, len) = (place.piece, |piece: &VecDeque<T>| piece.len());
                let len = piece
                    .checked_sub(1)
                    .map_or(self.first.len(), |piece| later.get(piece).map_or(0, len));
                let is_last = piece == later.len();
                if next.at < len || is_last {
                    next
                } else {
                    SortedPlace { piece: piece + 1, at: 0 }
                }
            }
        }
    }

    /// Inserts an entry at a place; returns where it is then.
    #[inline]
    pub(crate) fn insert(&mut self, place: SortedPlace, entry: T) -> SortedPlace {
        let after = self.first.len() - place.at.min(self.first.len());
        if self.later.is_none() && (place.at.min(after) < NEAR || self.first.len() < LONG) {
            self.first.insert(place.at.min(self.first.len()), entry);
            return place;
        }
        self.insert_in_piece(place, entry)
    }

    #[cold]
    fn insert_in_piece(&mut self, place: SortedPlace, entry: T) -> SortedPlace {
        let place = self.divided(place);
        let later = self.later.get_or_insert_default();
        let piece = match place.piece.checked_sub(1) {
            None => Some(&mut self.first),
            Some(piece) => later.get_mut(piece),
        };
        let Some(piece) = piece else { return place };
        piece.insert(place.at.min(piece.len()), entry);
        place
    }

    /// Divides the piece of a place if it is long; returns where the place is then.
    fn divided(&mut self, place: SortedPlace) -> SortedPlace {
        let later = self.later.get_or_insert_default();
        let piece = match place.piece.checked_sub(1) {
            None => Some(&mut self.first),
            Some(piece) => later.get_mut(piece),
        };
        let Some(piece) = piece.filter(|piece| piece.len() >= LONG) else { return place };
        let half = LONG / 2;
        // From the end, so that each entry moves once.
        let mut parts = Vec::new();
        while piece.len() > half {
            let from = (piece.len() - 1) / half * half;
            parts.push(piece.split_off(from));
        }
        piece.shrink_to(LONG);
        if place.piece == 0 && later.is_empty() {
            later.extend(parts.into_iter().rev());
        } else {
            parts.into_iter().for_each(|part| later.insert(place.piece, part));
        }
        let (pieces, at) = (place.at / half, place.at % half);
        // A place at the end of the last part stays in it.
        let is_end = pieces > 0 && at == 0;
        let (pieces, at) = if is_end { (pieces - 1, half) } else { (pieces, at) };
        SortedPlace { piece: place.piece + pieces, at }
    }

    /// Removes and returns the entry at a place.
    pub(crate) fn remove(&mut self, place: SortedPlace) -> Option<T> {
        let Some(number) = place.piece.checked_sub(1) else {
            let removed = self.first.remove(place.at);
            self.refill();
            return removed;
        };
        let later = self.later.as_mut()?;
        let piece = later.get_mut(number)?;
        let removed = piece.remove(place.at);
        if piece.is_empty() {
            later.remove(number);
        }
        if later.is_empty() {
            self.later = None;
        }
        removed
    }

    /// Removes and returns the first entry.
    #[inline]
    pub(crate) fn pop_front(&mut self) -> Option<T> {
        let entry = self.first.pop_front();
        self.refill();
        entry
    }

    /// Puts the next piece into the place of the first if that is empty.
    #[inline]
    fn refill(&mut self) {
        if self.first.is_empty()
            && let Some(later) = &mut self.later
        {
            self.first = later.pop_front().unwrap_or_default();
            if later.is_empty() {
                self.later = None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that repeat and have no order.
    fn numbers(count: usize) -> impl Iterator<Item = u64> {
        let next = |seed: &u64| Some(seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
        std::iter::successors(Some(9), next).take(count).map(|seed| seed >> 48)
    }

    fn places(list: &Sorted<u64>) -> Vec<SortedPlace> {
        let first = (!list.is_empty()).then_some(SortedPlace::FIRST);
        let next = |place: &SortedPlace| {
            let next = list.next(*place);
            list.get(next).map(|_| next)
        };
        std::iter::successors(first, next).collect()
    }

    fn entries(list: &Sorted<u64>) -> Vec<u64> {
        places(list).into_iter().map(|place| *list.get(place).unwrap()).collect()
    }

    #[test]
    fn what_is_inserted_in_any_order_is_found_in_order() {
        for in_order in [0, 1_000, 5_000] {
            let mut list = Sorted::from((0..in_order).map(|at| 8 * at).collect::<VecDeque<_>>());
            let mut expected: Vec<u64> = entries(&list);
            for number in numbers(10_000) {
                let place = list.place(|entry| *entry <= number);
                let place = list.insert(place, number);
                assert_eq!(list.get(place), Some(&number));
                expected.insert(expected.partition_point(|entry| *entry <= number), number);
            }
            assert_eq!(entries(&list), expected);
            assert_eq!(list.iter_mut().map(|entry| *entry).collect::<Vec<_>>(), expected);
            let longest = list.later.iter().flat_map(|later| later.iter()).map(VecDeque::len).max();
            assert!(longest.is_some_and(|longest| longest <= LONG), "{longest:?}");
        }
    }

    #[test]
    fn what_is_removed_is_gone_and_pieces_are_never_empty() {
        let mut list = Sorted::default();
        let mut expected = Vec::new();
        for (turn, number) in numbers(40_000).enumerate() {
            let place = list.place(|entry| *entry < number);
            let at = expected.partition_point(|entry| *entry < number);
            assert_eq!(list.get(place), expected.get(at));
            match turn % 20_000 {
                // First it grows, then it shrinks.
                ..8_000 => {
                    list.insert(place, number);
                    expected.insert(at, number);
                }
                15_000.. => {
                    let first = (!expected.is_empty()).then(|| expected.remove(0));
                    assert_eq!((list.front().copied(), list.pop_front()), (first, first));
                }
                _ if at < expected.len() => {
                    assert_eq!(list.remove(place), Some(expected.remove(at)));
                }
                _ => {}
            }
            let mut later = list.later.iter().flat_map(|later| later.iter());
            assert!(later.all(|piece| !piece.is_empty()));
            assert_eq!(list.is_empty(), expected.is_empty());
        }
        assert_eq!(entries(&list), expected);
    }
}
