//! When each key is due.
//!
//! Times are ends of windows, one every slide. Those near the watermark are in a timing wheel with
//! one slot for each (Varghese and Lauck, *Hashed and hierarchical timing wheels*, 1987), the few
//! far ones in a map.

use crate::time::EventTime;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;

/// The greatest number of slots of the wheel.
const SLOTS: i64 = 4_096;

/// How many slots are looked at for the next time.
const LOOKED_AT: usize = 256;

/// When each key is due: a timing wheel.
pub(super) struct Schedule {
    slide: i64,
    /// The time of the first slot.
    base: i64,
    slots: VecDeque<Vec<usize>>,
    far: BTreeMap<i64, Vec<usize>>,
    firing: Option<(EventTime, Vec<usize>)>,
    spare: Vec<Vec<usize>>,
}

impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schedule").field("slots", &self.slots.len()).finish_non_exhaustive()
    }
}

impl Schedule {
    /// Creates an empty schedule of times that are multiples of `slide` apart.
    pub(super) fn every(slide: i64) -> Self {
        Self {
            slide,
            base: 0,
            slots: VecDeque::new(),
            far: BTreeMap::new(),
            firing: None,
            spare: Vec::new(),
        }
    }

    /// Schedules a key.
    #[inline]
    pub(super) fn add(&mut self, time: EventTime, key: usize) {
        // Most keys are due again in the next slot, which is found without a division.
        if time.as_micros() == self.base
            && let Some(keys) = self.slots.front_mut()
        {
            return keys.push(key);
        }
        let slot = time.as_micros().saturating_sub(self.base) / self.slide;
        match usize::try_from(slot).ok().and_then(|slot| self.slots.get_mut(slot)) {
            Some(keys) if time.as_micros() >= self.base => keys.push(key),
            _ => self.grow(time.as_micros(), key),
        }
    }

    /// Schedules a key in a slot that does not exist yet, or in the map.
    fn grow(&mut self, time: i64, key: usize) {
        if self.slots.is_empty() {
            self.base = time;
        }
        while self.base > time && self.base.saturating_sub(time) / self.slide + self.len() <= SLOTS
        {
            self.slots.push_front(self.spare.pop().unwrap_or_default());
            self.base = self.base.saturating_sub(self.slide);
        }
        let slot = time.saturating_sub(self.base) / self.slide;
        if time < self.base || slot >= SLOTS {
            self.far.entry(time).or_default().push(key);
            return;
        }
        while self.len() <= slot {
            self.slots.push_back(self.spare.pop().unwrap_or_default());
        }
        if let Some(keys) = usize::try_from(slot).ok().and_then(|slot| self.slots.get_mut(slot)) {
            keys.push(key);
        }
    }

    /// Returns the next time at which a key is due, stale entries included; unknown if it is far.
    pub(super) fn next(&self) -> Option<EventTime> {
        let firing = self.firing.as_ref().filter(|(_, keys)| !keys.is_empty());
        let mut near = self.slots.iter().take(LOOKED_AT);
        let ahead = near.position(|keys| !keys.is_empty());
        let ahead = ahead.and_then(|slot| i64::try_from(slot).ok());
        let near = ahead.map(|slot| self.base.saturating_add(slot.saturating_mul(self.slide)));
        let far = self.far.first_key_value().map(|(due, _)| *due);
        let due = near.into_iter().chain(far).min().map(EventTime::from_micros);
        firing.map(|(due, _)| *due).into_iter().chain(due).min()
    }

    /// Whether a key may be due by `time`; stale entries count.
    #[inline]
    pub(super) fn may_be_due(&self, time: EventTime) -> bool {
        (!self.slots.is_empty() && self.base <= time.as_micros())
            || self.far.first_key_value().is_some_and(|(due, _)| *due <= time.as_micros())
            || self.firing.is_some()
    }

    fn len(&self) -> i64 {
        i64::try_from(self.slots.len()).unwrap_or(SLOTS)
    }

    /// Removes and returns the next key that is due by `time`, in order of time.
    #[inline]
    pub(super) fn next_until(&mut self, time: EventTime) -> Option<(EventTime, usize)> {
        loop {
            if let Some((due, keys)) = &mut self.firing {
                if let Some(key) = keys.pop() {
                    return Some((*due, key));
                }
                self.end_firing();
            }
            self.begin_firing(time.as_micros())?;
        }
    }

    fn end_firing(&mut self) {
        if let Some((_, keys)) = self.firing.take() {
            self.spare(keys);
        }
    }

    /// Keeps the memory of a slot.
    fn spare(&mut self, mut keys: Vec<usize>) {
        if self.spare.len() < 64 {
            keys.clear();
            self.spare.push(keys);
        }
    }

    /// Removes and returns all keys that are due at the next time, if that is by `time`; those that
    /// are due again a slide later need not be added one by one: see [`again`](Self::again).
    #[inline]
    pub(super) fn all_until(&mut self, time: EventTime) -> Option<(EventTime, Vec<usize>)> {
        self.remove_first(time.as_micros())
    }

    /// Schedules keys again that were due at `time`, for a slide later.
    pub(super) fn again(&mut self, time: EventTime, mut keys: Vec<usize>) {
        let next = time.as_micros().saturating_add(self.slide);
        if keys.is_empty() {
            return self.spare(keys);
        }
        if self.slots.is_empty() {
            self.base = next;
            self.slots.push_back(keys);
            return;
        }
        match self.slots.front_mut().filter(|_| self.base == next) {
            Some(slot) => {
                keys.append(slot);
                let slot = std::mem::replace(slot, keys);
                self.spare(slot);
            }
            None => keys.iter().for_each(|key| self.add(EventTime::from_micros(next), *key)),
        }
    }

    fn begin_firing(&mut self, until: i64) -> Option<()> {
        let (due, mut keys) = self.remove_first(until)?;
        // Keys are popped from the end; the first one scheduled has to be the first one popped.
        keys.reverse();
        self.firing = Some((due, keys));
        Some(())
    }

    /// Removes the first slot, or the first time of the map if that is earlier.
    fn remove_first(&mut self, until: i64) -> Option<(EventTime, Vec<usize>)> {
        let near = (!self.slots.is_empty()).then_some(self.base);
        let far = self.far.first_key_value().map(|(due, _)| *due);
        let due = near.into_iter().chain(far).min().filter(|due| *due <= until)?;
        let mut keys = match near {
            Some(base) if base == due => {
                self.base = base.saturating_add(self.slide);
                self.slots.pop_front()?
            }
            _ => Vec::new(),
        };
        if far == Some(due) {
            keys.extend(self.far.remove(&due)?);
        }
        Some((EventTime::from_micros(due), keys))
    }
}
