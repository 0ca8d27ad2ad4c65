//! What is done with an event, in every system the same functions.

use crate::input::{Large, Payment};
use millstream_benches::stateless::Event;
use std::collections::VecDeque;

/// The first step of the chain.
#[inline]
pub fn scaled(event: Event) -> Event {
    Event { value: event.value * 1.5 + 1.0, ..event }
}

/// Whether the chain keeps an event.
#[inline]
pub fn kept(event: &Event) -> bool {
    !event.key.is_multiple_of(4)
}

/// The last step of the chain.
#[inline]
pub fn shifted(event: Event) -> Event {
    Event { time: event.time + event.id, ..event }
}

/// What counts of an event at the end of the chain.
#[inline]
pub fn digest(event: &Event) -> u64 {
    event.time ^ event.value.to_bits()
}

/// One more of a key.
#[inline]
pub fn counted(event: &Event, seen: &mut u64) -> u64 {
    *seen += 1;
    *seen ^ event.key
}

/// Whether a result is one of the few that are compared, where all would be one sum that two cores
/// fight for.
#[inline]
pub fn compared(value: u64) -> bool {
    value.is_multiple_of(1_024)
}

/// An analyzer's opinion of a payment.
#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
pub struct Score {
    pub id: u64,
    pub points: u32,
}

/// What was paid with a card.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spending {
    cents: u64,
    payments: u64,
}

impl Spending {
    /// Is it much more than usual?
    #[inline]
    pub fn score(&mut self, payment: &Payment) -> Score {
        let cents = u64::from(payment.cents);
        let much = cents * self.payments > 3 * self.cents;
        self.cents += cents;
        self.payments += 1;
        Score { id: payment.id, points: if much { 40 } else { 0 } }
    }
}

/// Where a card was used last.
#[derive(Debug, Clone, Copy, Default)]
pub struct Travel {
    place: u32,
    second: u32,
}

impl Travel {
    /// Can it be there by now?
    #[inline]
    pub fn score(&mut self, payment: &Payment) -> Score {
        let away = payment.place.abs_diff(self.place);
        let fast = away > payment.second.saturating_sub(self.second) * 10;
        *self = Self { place: payment.place, second: payment.second };
        Score { id: payment.id, points: if fast { 35 } else { 0 } }
    }
}

/// How often a card was used in a minute.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pace {
    minute: u32,
    payments: u32,
}

impl Pace {
    /// Is it used all the time?
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

/// The scores of a payment, as far as they have come.
#[derive(Debug, Clone, Copy, Default)]
pub struct Verdict {
    points: u32,
    scores: u32,
}

impl Verdict {
    /// Takes in one more; what it is when it is the third and last.
    #[inline]
    pub fn add(&mut self, score: &Score) -> Option<u64> {
        self.points += score.points;
        self.scores += 1;
        (self.scores == 3).then(|| score.id.wrapping_mul(31).wrapping_add(u64::from(self.points)))
    }
}

/// How far apart the partners of the join are at most, in milliseconds.
pub const APART: u64 = 100_000;

/// The partners that an event may still find, by time.
#[derive(Debug, Clone, Default)]
pub struct Partners(VecDeque<(u64, u64)>);

impl Partners {
    /// Waits for its partners.
    #[inline]
    pub fn add(&mut self, event: &Event) {
        self.0.push_back((event.time, event.id));
    }

    /// The numbers of those that belong to an event; forgets those that are too old.
    #[inline]
    pub fn of(&mut self, event: &Event) -> impl Iterator<Item = u64> {
        while self.0.front().is_some_and(|(time, _)| *time + APART < event.time) {
            self.0.pop_front();
        }
        self.0.iter().map(|(_, id)| *id)
    }
}

/// What counts of a pair, the left one first.
#[inline]
pub fn pair(left: u64, right: u64) -> u64 {
    left.wrapping_mul(3) ^ right
}

/// What counts of a window of `sliding`: the key, how many, and the second in which it ends.
#[inline]
pub fn window(key: u64, count: u64, end: u64) -> u64 {
    key ^ (count << 20) ^ (end << 40)
}

/// The n-th of the ten events that one becomes.
#[inline]
pub fn copied(event: &Event, n: u64) -> Event {
    Event { id: event.id * 10 + n, time: event.time ^ n, ..*event }
}

/// The map of `large`: one word of the event changes.
#[inline]
pub fn touched(mut event: Large) -> Large {
    event.rest[3] = event.rest[3].wrapping_add(event.key);
    event
}

/// What each of the four operators of `fan_out` makes of an event.
#[inline]
pub fn quarter(event: &Event, n: u64) -> u64 {
    (event.id.wrapping_mul(2 * n + 1)) ^ event.key
}
