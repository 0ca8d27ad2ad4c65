//! Events made where they are read, as by a source that parses bytes.

use nexmark::event::{Auction, Bid, Event, Person};
use std::vec::IntoIter;

/// The compact form of an event without the texts that q0 to q8 do not use.
#[derive(Debug, Clone)]
pub enum Record {
    /// The integers of a bid.
    Bid {
        /// The auction.
        auction: usize,
        /// Who bids.
        bidder: usize,
        /// How much.
        price: usize,
        /// When, in milliseconds since the epoch.
        date_time: u64,
    },
    /// The integers of an auction.
    Auction {
        /// Its number.
        id: usize,
        /// Who sells.
        seller: usize,
        /// What kind of thing.
        category: usize,
        /// When it is opened, in milliseconds since the epoch.
        date_time: u64,
        /// When it ends.
        expires: u64,
    },
    /// A person, one in 50 events.
    Person(Box<Person>),
}

/// Makes events of their records.
///
/// What kind an event is, is chosen where it is made: the compiler leads from there straight to
/// what the first operator does with that kind, if the engine leaves it alone in between. With a
/// branch to the end of a cycle, or a copy instead of the record itself, it does not.
#[derive(Debug)]
pub struct Records(IntoIter<Record>);

impl Record {
    /// The time of the event, in milliseconds since the epoch.
    #[must_use]
    pub fn time(&self) -> u64 {
        match self {
            Self::Bid { date_time, .. } | Self::Auction { date_time, .. } => *date_time,
            Self::Person(person) => person.date_time,
        }
    }
}

impl From<Event> for Record {
    fn from(event: Event) -> Self {
        match event {
            Event::Bid(Bid { auction, bidder, price, date_time, .. }) => {
                Self::Bid { auction, bidder, price, date_time }
            }
            Event::Auction(Auction { id, seller, category, date_time, expires, .. }) => {
                Self::Auction { id, seller, category, date_time, expires }
            }
            Event::Person(person) => Self::Person(Box::new(person)),
        }
    }
}

impl From<Vec<Record>> for Records {
    fn from(records: Vec<Record>) -> Self {
        Self(records.into_iter())
    }
}

impl Iterator for Records {
    type Item = Event;

    #[inline]
    fn next(&mut self) -> Option<Event> {
        Some(match self.0.next()? {
            Record::Bid { auction, bidder, price, date_time } => Event::Bid(Bid {
                auction,
                bidder,
                price,
                date_time,
                channel: String::new(),
                url: String::new(),
                extra: String::new(),
            }),
            Record::Auction { id, seller, category, date_time, expires } => {
                Event::Auction(Auction {
                    id,
                    seller,
                    category,
                    date_time,
                    expires,
                    initial_bid: 0,
                    reserve: 0,
                    item_name: String::new(),
                    description: String::new(),
                    extra: String::new(),
                })
            }
            Record::Person(person) => Event::Person(*person),
        })
    }
}
