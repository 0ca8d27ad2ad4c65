//! The queries computed over all events at once, without anything of the library.

mod bids;
mod counts;
mod joins;
mod windows;

use crate::input::Input;
use nexmark::event::{Auction, Bid, Event, Person};
use serde_json::Value;

/// The rows of a query.
pub fn rows(name: &str, input: Input) -> Vec<Value> {
    let events = input.events();
    match name {
        "q0" | "q10" => bids::all(events),
        "q1" => bids::converted(events),
        "q2" => bids::chosen(events),
        "q3" => joins::local_sellers(events),
        "q4" => joins::prices_of_categories(events),
        "q5" => windows::hot_auctions(events),
        "q6" => joins::prices_of_sellers(events),
        "q7" => windows::highest_bids(events),
        "q8" => windows::new_sellers(events),
        "q9" => joins::winning_bids(events),
        "q11" => windows::sessions(events),
        "q12" => windows::processing_time(events),
        "q13" => bids::with_side_table(events),
        "q14" => bids::classified(events),
        "q15" => counts::days(events),
        "q16" => counts::channels(events),
        "q17" => counts::auctions(events),
        "q18" => counts::last_bids(events),
        "q19" => counts::ten_highest(events),
        "q20" => joins::with_auction(events),
        "q21" => bids::numbered(events),
        "q22" => bids::split(events),
        "q23" => joins::with_seller(events),
        _ => panic!("there is no {name}"),
    }
}

fn all_bids(events: &[Event]) -> impl Iterator<Item = &Bid> + Clone {
    events.iter().filter_map(|event| match event {
        Event::Bid(bid) => Some(bid),
        _ => None,
    })
}

fn all_auctions(events: &[Event]) -> impl Iterator<Item = &Auction> + Clone {
    events.iter().filter_map(|event| match event {
        Event::Auction(auction) => Some(auction),
        _ => None,
    })
}

fn all_persons(events: &[Event]) -> impl Iterator<Item = &Person> + Clone {
    events.iter().filter_map(|event| match event {
        Event::Person(person) => Some(person),
        _ => None,
    })
}
