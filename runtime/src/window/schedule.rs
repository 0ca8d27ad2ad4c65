//! Which keys are due when.

use crate::time::EventTime;
use std::collections::BTreeMap;
use std::fmt;

/// Which keys are due when. Times are ends of windows, so few differ: one that was just asked for is
/// mostly asked for again, and is kept at hand.
#[derive(Default)]
pub(super) struct Schedule {
    times: BTreeMap<EventTime, Vec<usize>>,
    at_hand: Option<(EventTime, Vec<usize>)>,
    firing: Option<(EventTime, Vec<usize>)>,
    spare: Vec<Vec<usize>>,
}

impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schedule").field("times", &self.times.len()).finish_non_exhaustive()
    }
}

impl Schedule {
    /// A key is due at a time.
    #[inline]
    pub(super) fn add(&mut self, time: EventTime, key: usize) {
        match &mut self.at_hand {
            Some((at_hand, keys)) if *at_hand == time => keys.push(key),
            _ => self.turn_to(time, key),
        }
    }

    fn turn_to(&mut self, time: EventTime, key: usize) {
        self.put_back();
        let mut keys = self.times.remove(&time).or_else(|| self.spare.pop()).unwrap_or_default();
        keys.push(key);
        self.at_hand = Some((time, keys));
    }

    fn put_back(&mut self) {
        if let Some((time, keys)) = self.at_hand.take() {
            self.times.insert(time, keys);
        }
    }

    /// The next key that is due no later than `time`, in order of times.
    #[inline]
    pub(super) fn next_until(&mut self, time: EventTime) -> Option<(EventTime, usize)> {
        loop {
            if let Some((due, keys)) = &mut self.firing {
                if let Some(key) = keys.pop() {
                    return Some((*due, key));
                }
                self.end_firing();
            }
            self.begin_firing(time)?;
        }
    }

    fn end_firing(&mut self) {
        if let Some((_, keys)) = self.firing.take()
            && self.spare.len() < 4
        {
            self.spare.push(keys);
        }
    }

    fn begin_firing(&mut self, time: EventTime) -> Option<()> {
        let first = self.times.first_key_value().map(|(due, _)| *due);
        let at_hand = self.at_hand.as_ref().map(|(due, _)| *due);
        let due = first.into_iter().chain(at_hand).min().filter(|due| *due <= time)?;
        if at_hand == Some(due) {
            self.put_back();
        }
        let mut keys = self.times.remove(&due)?;
        // They are taken from the end; the first that came is to go first.
        keys.reverse();
        self.firing = Some((due, keys));
        Some(())
    }
}
