//! The events of Nexmark as input.

use crate::work::Work;
use ::nexmark::event::Event;
use millstream_benches::nexmark::{self, Pace, Record, Records};

/// The events of Nexmark, without the texts that none of the queries use.
///
/// They are stored as small records and converted when read, as in a source that reads bytes: with
/// an array of events, 160 bytes each, all systems would mostly wait for memory.
pub struct Auctions(Records);

/// The generator takes a second for a million events, longer than any system. So the events of a
/// work are those of one round and their copies, with later times and higher ids: other persons,
/// auctions and bids, in an auction house that goes on.
const ROUNDS: u64 = 4;

impl Auctions {
    /// The events of a work.
    pub fn of(work: Work, quick: bool) -> Self {
        let events = nexmark::stream(Pace::DEFAULT).map(nexmark::without_texts);
        let round = work.events(quick) / ROUNDS;
        let mut records: Vec<Record> = events.take(round as usize).map(Record::from).collect();
        let later = Later::than(&records);
        let mut round = records.clone();
        for _ in 1..ROUNDS {
            round.iter_mut().for_each(|record| later.shift(record));
            records.extend_from_slice(&round);
        }
        read_once(&records);
        Self(records.into())
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

/// Reads all records. They take a second to generate, and a virtual machine may take away memory
/// that was not used for so long: then each system would pay for the generator.
fn read_once(records: &[Record]) {
    std::hint::black_box(records.iter().map(Record::time).fold(0, u64::wrapping_add));
}

impl Iterator for Auctions {
    type Item = Event;

    #[inline]
    fn next(&mut self) -> Option<Event> {
        self.0.next()
    }
}
