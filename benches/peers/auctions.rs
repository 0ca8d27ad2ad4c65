//! The events of Nexmark as input.

use crate::work::Work;
use ::nexmark::event::{Auction, Bid, Event, Person};
use millstream_benches::nexmark::{self, Pace};
use std::vec::IntoIter;

/// The events of Nexmark, without the texts that none of the queries use.
///
/// They are stored as small records and converted when read, as in a source that reads bytes: with
/// an array of events, 160 bytes each, all systems would mostly wait for memory.
pub struct Auctions(IntoIter<Record>);

/// The generator takes a second for a million events, longer than any system. So the events of a
/// work are those of one round and their copies, with later times and higher ids: other persons,
/// auctions and bids, in an auction house that goes on.
const ROUNDS: u64 = 4;

/// The compact form of an event.
#[derive(Clone)]
enum Record {
    Bid {
        auction: usize,
        bidder: usize,
        price: usize,
        date_time: u64,
    },
    /// The integers of an auction.
    Auction {
        id: usize,
        seller: usize,
        category: usize,
        date_time: u64,
        expires: u64,
    },
    /// A person, one in 50 events.
    Person(Box<Person>),
}

impl Auctions {
    /// The events of a work.
    pub fn of(work: Work, quick: bool) -> Self {
        let events = nexmark::stream(Pace::DEFAULT).map(nexmark::without_texts);
        let round = work.events(quick) / ROUNDS;
        let records = events.take(round as usize).map(|event| match event {
            Event::Bid(Bid { auction, bidder, price, date_time, .. }) => {
                Record::Bid { auction, bidder, price, date_time }
            }
            Event::Auction(Auction { id, seller, category, date_time, expires, .. }) => {
                Record::Auction { id, seller, category, date_time, expires }
            }
            Event::Person(person) => Record::Person(Box::new(person)),
        });
        let mut records: Vec<Record> = records.collect();
        let later = Later::than(&records);
        let mut round = records.clone();
        for _ in 1..ROUNDS {
            round.iter_mut().for_each(|record| later.shift(record));
            records.extend_from_slice(&round);
        }
        read_once(&records);
        Self(records.into_iter())
    }
}

/// How far a round is behind the one before.
struct Later {
    auctions: usize,
    persons: usize,
    millis: u64,
}

impl Later {
    /// Behind all of these events.
    fn than(round: &[Record]) -> Self {
        let auctions = round.iter().filter(|one| matches!(one, Record::Auction { .. })).count();
        let persons = round.iter().filter(|one| matches!(one, Record::Person(_))).count();
        let (first, last) = (round.first().map(Record::time), round.last().map(Record::time));
        let millis = last.unwrap_or_default() - first.unwrap_or_default() + 1;
        Self { auctions, persons, millis }
    }

    /// Moves an event into the next round.
    fn shift(&self, record: &mut Record) {
        match record {
            Record::Bid { auction, bidder, date_time, .. } => {
                *auction += self.auctions;
                *bidder += self.persons;
                *date_time += self.millis;
            }
            Record::Auction { id, seller, date_time, expires, .. } => {
                *id += self.auctions;
                *seller += self.persons;
                *date_time += self.millis;
                *expires += self.millis;
            }
            Record::Person(person) => {
                person.id += self.persons;
                person.date_time += self.millis;
            }
        }
    }
}

impl Record {
    /// Its time, in milliseconds since the epoch.
    fn time(&self) -> u64 {
        match self {
            Self::Bid { date_time, .. } | Self::Auction { date_time, .. } => *date_time,
            Self::Person(person) => person.date_time,
        }
    }
}

/// Reads all records. They take a second to generate, and a virtual machine may take away memory
/// that was not used for so long: then each system would pay for the generator.
fn read_once(records: &[Record]) {
    std::hint::black_box(records.iter().map(Record::time).fold(0, u64::wrapping_add));
}

impl Iterator for Auctions {
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
