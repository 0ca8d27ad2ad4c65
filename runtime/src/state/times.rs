//! The times of one key's timers: few in a list, many in a tree.

use std::collections::BTreeMap;

/// The most times in a list: up to here a scan is faster than a tree, and takes less memory.
const FEW: usize = 16;

/// Distinct times, each with the number of its timer in the order of setting.
///
/// Setting and removing cost `O(log n)`.
#[derive(Debug)]
pub(super) enum TimerTimes<A> {
    /// In no order.
    Few(Vec<(A, u64)>),
    Many(BTreeMap<A, u64>),
}

impl<A: Ord + Copy> TimerTimes<A> {
    /// One time.
    pub(super) fn of(time: A, number: u64) -> Self {
        Self::Few(vec![(time, number)])
    }

    /// Adds a time, unless it is there; returns whether it was added.
    pub(super) fn insert(&mut self, time: A, number: u64) -> bool {
        match self {
            Self::Few(times) if times.iter().any(|(other, _)| *other == time) => return false,
            Self::Few(times) if times.len() < FEW => times.push((time, number)),
            Self::Few(times) => {
                let mut many: BTreeMap<A, u64> = times.drain(..).collect();
                many.insert(time, number);
                *self = Self::Many(many);
            }
            Self::Many(times) if times.contains_key(&time) => return false,
            Self::Many(times) => drop(times.insert(time, number)),
        }
        true
    }

    /// Removes a time, if it is there.
    pub(super) fn remove(&mut self, time: A) {
        match self {
            Self::Few(times) => {
                if let Some(at) = times.iter().position(|(other, _)| *other == time) {
                    times.swap_remove(at);
                }
            }
            Self::Many(times) => drop(times.remove(&time)),
        }
    }

    /// The earliest time.
    pub(super) fn first(&self) -> Option<A> {
        match self {
            Self::Few(times) => times.iter().map(|(time, _)| *time).min(),
            Self::Many(times) => times.first_key_value().map(|(time, _)| *time),
        }
    }

    /// Whether there is no time left.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Few(times) => times.is_empty(),
            Self::Many(times) => times.is_empty(),
        }
    }

    /// All times, in any order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (A, u64)> + '_ {
        let (few, many) = match self {
            Self::Few(times) => (Some(times.iter().copied()), None),
            Self::Many(times) => (None, Some(times.iter().map(|(time, number)| (*time, *number)))),
        };
        few.into_iter().flatten().chain(many.into_iter().flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_do_what_a_map_does() {
        let (mut times, mut map) = (TimerTimes::of(0, 0), BTreeMap::from([(0, 0)]));
        let mut bits = 7_u64;
        for number in 1..5_000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let (time, adds) = ((bits >> 40) % 40, (bits >> 33) % 8 > 2 || number % 700 < 100);
            if adds {
                assert_eq!(times.insert(time, number), !map.contains_key(&time));
                map.entry(time).or_insert(number);
            } else {
                times.remove(time);
                map.remove(&time);
            }
            assert_eq!(times.iter().collect::<BTreeMap<_, _>>(), map);
            assert_eq!(times.is_empty(), map.is_empty());
            assert_eq!(times.first(), map.keys().next().copied());
        }
        assert!(matches!(times, TimerTimes::Many(_)));
    }
}
