//! The steps of the works: the same functions in every system.

use crate::input::{Large, Payment};
use millstream_benches::stateless::Event;
use std::collections::VecDeque;

/// The first step of the chain.
#[inline]
pub fn scaled(event: Event) -> Event {
    Event { value: event.value * 1.5 + 1.0, ..event }
}

/// The filter of the chain.
#[inline]
pub fn kept(event: &Event) -> bool {
    !event.key.is_multiple_of(4)
}

/// The last step of the chain.
#[inline]
pub fn shifted(event: Event) -> Event {
    Event { time: event.time + event.id, ..event }
}

/// The part of an event that is summed at the end of the chain.
#[inline]
pub fn digest(event: &Event) -> u64 {
    event.time ^ event.value.to_bits()
}

/// Counts an event of a key.
#[inline]
pub fn counted(event: &Event, seen: &mut u64) -> u64 {
    *seen += 1;
    *seen ^ event.key
}

/// Selects the few results that are compared; a sum over all would be contended between two cores.
#[inline]
pub fn compared(value: u64) -> bool {
    value.is_multiple_of(1_024)
}

/// An analyzer's score of a payment.
#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
pub struct Score {
    pub id: u64,
    pub points: u32,
}

/// The amounts paid with a card.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spending {
    cents: u64,
    payments: u64,
}

impl Spending {
    /// Scores an amount: is it much more than usual?
    #[inline]
    pub fn score(&mut self, payment: &Payment) -> Score {
        let cents = u64::from(payment.cents);
        let much = cents * self.payments > 3 * self.cents;
        self.cents += cents;
        self.payments += 1;
        Score { id: payment.id, points: if much { 40 } else { 0 } }
    }
}

/// The last location of a card.
#[derive(Debug, Clone, Copy, Default)]
pub struct Travel {
    place: u32,
    second: u32,
}

impl Travel {
    /// Scores a location: can the card be there by now?
    #[inline]
    pub fn score(&mut self, payment: &Payment) -> Score {
        let away = payment.place.abs_diff(self.place);
        let fast = away > payment.second.saturating_sub(self.second) * 10;
        *self = Self { place: payment.place, second: payment.second };
        Score { id: payment.id, points: if fast { 35 } else { 0 } }
    }
}

/// The uses of a card in a minute.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pace {
    minute: u32,
    payments: u32,
}

impl Pace {
    /// Scores a use: is the card used all the time?
    #[inline]
    pub fn score(&mut self, payment: &Payment) -> Score {
        let minute = payment.second / 60;
        if self.minute != minute {
            *self = Self { minute, payments: 0 };
        }
        self.payments += 1;
        Score { id: payment.id, points: if self.payments > 2 { 25 } else { 0 } }
    }
}

/// The scores of a payment so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Verdict {
    points: u32,
    scores: u32,
}

impl Verdict {
    /// Adds a score; returns the total with the third and last.
    #[inline]
    pub fn add(&mut self, score: &Score) -> Option<u64> {
        self.points += score.points;
        self.scores += 1;
        (self.scores == 3).then(|| score.id.wrapping_mul(31).wrapping_add(u64::from(self.points)))
    }
}

/// The maximum time between the events of a match, in milliseconds.
pub const APART: u64 = 100_000;

/// Buffered events that may still match, by time.
#[derive(Debug, Clone, Default)]
pub struct Partners(VecDeque<(u64, u64)>);

impl Partners {
    /// Buffers an event for later matches.
    #[inline]
    pub fn add(&mut self, event: &Event) {
        self.0.push_back((event.time, event.id));
    }

    /// The numbers of the events that match; drops expired ones.
    #[inline]
    pub fn of(&mut self, event: &Event) -> impl Iterator<Item = u64> {
        while self.0.front().is_some_and(|(time, _)| *time + APART < event.time) {
            self.0.pop_front();
        }
        self.0.iter().map(|(_, id)| *id)
    }
}

/// The part of a pair that is summed, left side first.
#[inline]
pub fn pair(left: u64, right: u64) -> u64 {
    left.wrapping_mul(3) ^ right
}

/// The part of a window of `sliding` that is summed: key, count, and the second of its end.
#[inline]
pub fn window(key: u64, count: u64, end: u64) -> u64 {
    key ^ (count << 20) ^ (end << 40)
}

/// The n-th of the ten events made of one.
#[inline]
pub fn copied(event: &Event, n: u64) -> Event {
    Event { id: event.id * 10 + n, time: event.time ^ n, ..*event }
}

/// The map of `large`, which changes one word of the event.
#[inline]
pub fn touched(mut event: Large) -> Large {
    event.rest[3] = event.rest[3].wrapping_add(event.key);
    event
}

/// The map of each of the four operators of `fan_out`.
#[inline]
pub fn quarter(event: &Event, n: u64) -> u64 {
    (event.id.wrapping_mul(2 * n + 1)) ^ event.key
}
