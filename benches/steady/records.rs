//! Events made where they are read, as by a source that parses bytes.

use crate::nexmark;
use ::nexmark::event::{Auction, Bid, Event, Person};
use std::vec::IntoIter;

/// The length of the cycle, in events.
const MADE: usize = 1 << 12;

/// The numbers of an event; a person as it is, one in 50 events.
#[derive(Debug, Clone)]
enum Record {
    Bid { auction: usize, bidder: usize, price: usize, date_time: u64 },
    Auction { id: usize, seller: usize, category: usize, date_time: u64 },
    Person(Box<Person>),
}

/// The first events of Nexmark, again and again, made of their numbers.
///
/// What kind an event is, is chosen where it is made: the compiler leads from there straight to
/// what the first operator does with that kind, if the engine leaves it alone in between. With a
/// branch to the end of a cycle, or a copy instead of the record itself, it does not.
#[derive(Debug)]
pub struct Records(IntoIter<Record>);

impl Records {
    /// A number of events. Their records take some twenty instructions each to copy.
    pub fn new(events: u64) -> Self {
        let made = nexmark::stream(nexmark::Pace::DEFAULT).map(nexmark::without_texts);
        let made: Vec<_> = made.take(MADE).map(Record::of).collect();
        let all: Vec<_> = made.iter().cycle().take(events as usize).cloned().collect();
        Self(all.into_iter())
    }
}

impl Record {
    fn of(event: Event) -> Self {
        match event {
            Event::Bid(Bid { auction, bidder, price, date_time, .. }) => {
                Self::Bid { auction, bidder, price, date_time }
            }
            Event::Auction(Auction { id, seller, category, date_time, .. }) => {
                Self::Auction { id, seller, category, date_time }
            }
            Event::Person(person) => Self::Person(Box::new(person)),
        }
    }
}

impl Iterator for Records {
    type Item = Event;

    #[inline]
    fn next(&mut self) -> Option<Event> {
        let text = String::new;
        Some(match self.0.next()? {
            Record::Bid { auction, bidder, price, date_time } => Event::Bid(Bid {
                auction,
                bidder,
                price,
                date_time,
                channel: text(),
                url: text(),
                extra: text(),
            }),
            Record::Auction { id, seller, category, date_time } => Event::Auction(Auction {
                id,
                seller,
                category,
                date_time,
                expires: date_time,
                initial_bid: 0,
                reserve: 0,
                item_name: text(),
                description: text(),
                extra: text(),
            }),
            Record::Person(person) => Event::Person(*person),
        })
    }
}
