//! What bids, auctions and persons say together.

use super::{all_auctions, all_bids, all_persons};
use nexmark::event::{Auction, Bid, Event, Person};
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::BTreeMap;

fn persons_by_id(events: &[Event]) -> BTreeMap<usize, &Person> {
    all_persons(events).map(|person| (person.id, person)).collect()
}

fn auctions_by_id(events: &[Event]) -> BTreeMap<usize, &Auction> {
    all_auctions(events).map(|auction| (auction.id, auction)).collect()
}

/// The bids whose auction is there, with it.
fn joined(events: &[Event]) -> Vec<(&Bid, &Auction)> {
    let auctions = auctions_by_id(events);
    all_bids(events).filter_map(|bid| Some((bid, *auctions.get(&bid.auction)?))).collect()
}

/// The winning bid of each auction that has one; of the same price the earliest, then the lowest
/// bidder.
fn winners(events: &[Event]) -> Vec<(&Auction, &Bid)> {
    let mut bids: BTreeMap<usize, Vec<(&Auction, &Bid)>> = BTreeMap::new();
    for (bid, auction) in joined(events) {
        if (auction.date_time..=auction.expires).contains(&bid.date_time) {
            bids.entry(auction.id).or_default().push((auction, bid));
        }
    }
    let rank = |(_, bid): &(&Auction, &Bid)| (Reverse(bid.price), bid.date_time, bid.bidder);
    bids.into_values().map(|bids| bids.into_iter().min_by_key(rank).unwrap()).collect()
}

fn mean(prices: &[usize]) -> f64 {
    prices.iter().sum::<usize>() as f64 / prices.len() as f64
}

pub fn local_sellers(events: &[Event]) -> Vec<Value> {
    let persons = persons_by_id(events);
    let mut rows = Vec::new();
    for auction in all_auctions(events).filter(|auction| auction.category == 10) {
        if let Some(seller) = persons.get(&auction.seller)
            && ["or", "id", "ca"].contains(&seller.state.as_str())
        {
            rows.push(json!({
                "name": seller.name, "city": seller.city, "state": seller.state,
                "id": auction.id,
            }));
        }
    }
    rows
}

pub fn prices_of_categories(events: &[Event]) -> Vec<Value> {
    let mut categories: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (auction, bid) in winners(events) {
        categories.entry(auction.category).or_default().push(bid.price);
    }
    let row = |(category, prices): (usize, Vec<usize>)| json!({"category": category, "final": mean(&prices)});
    categories.into_iter().map(row).collect()
}

pub fn prices_of_sellers(events: &[Event]) -> Vec<Value> {
    let mut sellers: BTreeMap<usize, Vec<(&Auction, &Bid)>> = BTreeMap::new();
    for (auction, bid) in winners(events) {
        sellers.entry(auction.seller).or_default().push((auction, bid));
    }
    let mut rows = Vec::new();
    for (seller, mut won) in sellers {
        won.sort_by_key(|(auction, bid)| (bid.date_time, auction.id));
        let prices: Vec<usize> = won.iter().map(|(_, bid)| bid.price).collect();
        for (place, (auction, _)) in won.iter().enumerate() {
            let price = mean(&prices[place.saturating_sub(10)..=place]);
            rows.push(json!({"seller": seller, "auction": auction.id, "avg_price": price}));
        }
    }
    rows
}

pub fn winning_bids(events: &[Event]) -> Vec<Value> {
    let row = |(auction, bid): (&Auction, &Bid)| {
        json!({
            "id": auction.id, "auction": bid.auction, "bidder": bid.bidder, "price": bid.price,
            "bid_date_time": bid.date_time,
        })
    };
    winners(events).into_iter().map(row).collect()
}

pub fn with_auction(events: &[Event]) -> Vec<Value> {
    let chosen = joined(events).into_iter().filter(|(_, auction)| auction.category == 10);
    let row = |(bid, auction): (&Bid, &Auction)| {
        json!({
            "auction": bid.auction, "bidder": bid.bidder, "price": bid.price,
            "date_time": bid.date_time, "seller": auction.seller, "expires": auction.expires,
        })
    };
    chosen.map(row).collect()
}

pub fn with_seller(events: &[Event]) -> Vec<Value> {
    let persons = persons_by_id(events);
    let row = |(bid, auction): (&Bid, &Auction)| {
        let seller = persons.get(&auction.seller)?;
        Some(json!({
            "auction": bid.auction, "bidder": bid.bidder, "price": bid.price,
            "seller_name": seller.name,
        }))
    };
    joined(events).into_iter().filter_map(row).collect()
}
