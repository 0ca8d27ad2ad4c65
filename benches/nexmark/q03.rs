//! q3: sellers in some states.

use super::event::{millis, no_row};
use super::partner::{AHEAD, PERSON_BEFORE_AUCTION};
use millstream::prelude::*;
use nexmark::event::{Auction, Event, Person};
use serde::Serialize;

/// An auction with its seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    pub name: String,
    pub city: String,
    pub state: String,
    pub id: usize,
}

/// An auction of the category.
#[derive(Debug, Clone, Copy)]
struct Sale {
    id: usize,
    seller: usize,
    date_time: u64,
}

/// A person in one of these states.
#[derive(Debug, Clone)]
struct Local {
    id: usize,
    name: String,
    city: String,
    state: String,
    date_time: u64,
}

/// The events of the query: each kind is an output of its node.
#[derive(Debug, Clone, Outputs)]
enum Wanted {
    Sale(Sale),
    Local(Local),
}

impl Wanted {
    fn time(&self) -> EventTime {
        match self {
            Self::Sale(sale) => millis(sale.date_time),
            Self::Local(local) => millis(local.date_time),
        }
    }
}

#[operator]
async fn wanted(event: Event) -> Option<Wanted> {
    match event {
        Event::Auction(auction) => sale(auction),
        Event::Person(person) => local(person),
        Event::Bid(bid) => no_row(bid),
    }
}

/// Out of line: a rare event, whose texts are dropped here.
#[inline(never)]
fn sale(auction: Auction) -> Option<Wanted> {
    let Auction { id, seller, category, date_time, .. } = auction;
    (category == 10).then_some(Wanted::Sale(Sale { id, seller, date_time }))
}

/// Out of line, as `sale` is.
#[inline(never)]
fn local(person: Person) -> Option<Wanted> {
    let Person { id, name, city, state, date_time, .. } = person;
    let near = matches!(state.as_str(), "or" | "id" | "ca");
    near.then_some(Wanted::Local(Local { id, name, city, state, date_time }))
}

/// Splits them by kind.
#[operator]
async fn kind(wanted: Wanted) -> Wanted {
    wanted
}

#[operator]
async fn found((sale, seller): (Sale, Local)) -> Row {
    let Local { name, city, state, .. } = seller;
    Row { name, city, state, id: sale.id }
}

/// The auctions of category 10 whose seller lives in Oregon, Idaho or California.
pub fn q3(events: impl Source<Event>, rows: impl Sink<Row>, instances: usize) -> Topology {
    topology!(
        job("q3").instances(instances),
        chosen =
            source(events) >> wanted * 1 >> event_time(Wanted::time, lateness(0.secs())) >> kind,
        sold = (chosen.sale >> by(|sale| sale.seller), chosen.local >> by(|local| local.id))
            >> join(within(PERSON_BEFORE_AUCTION, AHEAD)),
        sold >> found >> sink(rows),
        sold.unmatched >> ignore,
        sold.late >> ignore,
    )
}
