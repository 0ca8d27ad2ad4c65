//! Pregenerated events, read in a cycle: only their numbers and times advance.

use crate::nexmark::{self, Record, Records};
use crate::stateless::{self, Event};
use ::nexmark::event::{Event as Auction, Person};
use std::sync::Arc;

/// The length of the cycle, in events: long enough to contain every key, short enough to be
/// generated quickly, and a multiple of all batches and buffers.
pub const PERIOD: u64 = 1 << 17;

/// Pregenerated events.
#[derive(Debug, Clone)]
pub struct Events {
    made: Arc<Vec<Event>>,
    next: u64,
    end: u64,
    step: u64,
    gap: u64,
}

impl Events {
    /// `events` events with keys below `keys`, in random order.
    pub fn new(events: u64, keys: u64) -> Self {
        let made = (0..PERIOD).map(|id| stateless::event(id, keys)).collect();
        Self { made: Arc::new(made), next: 0, end: events, step: 1, gap: 1 }
    }

    /// The same with a gap in milliseconds between events.
    pub fn apart(self, gap: u64) -> Self {
        Self { gap, ..self }
    }

    /// The same with every second event two seconds earlier.
    pub fn half_behind(self) -> impl Iterator<Item = Event> + Send {
        let moved = |event: Event| match event.id & 1 {
            0 => event,
            _ => Event { time: event.time.saturating_sub(2_000), ..event },
        };
        self.map(moved)
    }

    /// The same as two alternating streams.
    pub fn halves(self) -> [Self; 2] {
        [0, 1].map(|next| Self { next, step: 2, ..self.clone() })
    }
}

impl Iterator for Events {
    type Item = Event;

    #[inline]
    fn next(&mut self) -> Option<Event> {
        let id = self.next;
        if id >= self.end {
            return None;
        }
        self.next += self.step;
        let made = self.made.get((id % PERIOD) as usize)?;
        Some(Event { id, time: id * self.gap, ..*made })
    }
}

/// A payment by card.
#[derive(Debug, Clone, Copy)]
pub struct Payment {
    pub id: u64,
    pub card: u64,
    pub cents: u64,
    pub second: u64,
}

/// Payments with 100,000 cards, a thousand of them a second.
#[derive(Debug, Clone)]
pub struct Payments(Events);

impl Payments {
    /// A number of payments.
    pub fn new(payments: u64) -> Self {
        Self(Events::new(payments, 100_000))
    }
}

impl Iterator for Payments {
    type Item = Payment;

    #[inline]
    fn next(&mut self) -> Option<Payment> {
        let Event { id, key, value, time } = self.0.next()?;
        Some(Payment { id, card: key, cents: value as u64, second: time / 1_000 })
    }
}

/// The first events of Nexmark in a cycle, without texts, so that a copy allocates nothing.
#[derive(Debug, Clone)]
pub struct Auctions {
    made: Arc<Vec<Auction>>,
    next: u64,
    end: u64,
}

/// The length of the cycle, in events.
const MADE: u64 = 1 << 12;

impl Auctions {
    /// A number of events.
    pub fn new(events: u64) -> Self {
        let made = nexmark::stream(nexmark::Pace::DEFAULT).map(nexmark::without_texts);
        let mut made: Vec<_> = made.take(MADE as usize).collect();
        for event in &mut made {
            if let Auction::Person(Person { name, city, state, .. }) = event {
                [name, city, state].into_iter().for_each(|text| *text = String::new());
            }
        }
        Self { made: Arc::new(made), next: 0, end: events }
    }
}

impl Iterator for Auctions {
    type Item = Auction;

    #[inline]
    fn next(&mut self) -> Option<Auction> {
        let id = self.next;
        if id >= self.end {
            return None;
        }
        self.next += 1;
        self.made.get((id % MADE) as usize).cloned()
    }
}

/// The first events of Nexmark in a cycle, made where they are read. Their records take some twenty
/// instructions each to copy.
pub fn made(events: u64) -> Records {
    let first = nexmark::stream(nexmark::Pace::DEFAULT).map(nexmark::without_texts);
    let first: Vec<_> = first.take(MADE as usize).map(Record::from).collect();
    let all: Vec<_> = first.iter().cycle().take(events as usize).cloned().collect();
    all.into()
}
