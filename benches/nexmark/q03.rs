//! q3: who sells in some states.

use super::entry;
use super::event::time;
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
}

/// A person who lives there.
#[derive(Debug, Clone)]
struct Local {
    id: usize,
    name: String,
    city: String,
    state: String,
}

#[operator]
async fn chosen(auction: Auction) -> Option<Sale> {
    (auction.category == 10).then_some(Sale { id: auction.id, seller: auction.seller })
}

#[operator]
async fn local(person: Person) -> Option<Local> {
    let Person { id, name, city, state, .. } = person;
    matches!(state.as_str(), "or" | "id" | "ca").then_some(Local { id, name, city, state })
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
        entries = source(events) >> event_time(time, lateness(0.secs())) >> entry * 1,
        entries.bid >> ignore,
        sales = entries.auction >> chosen * 1,
        locals = entries.person >> local * 1,
        sold = (sales >> by(|sale| sale.seller), locals >> by(|local| local.id))
            >> join(within(PERSON_BEFORE_AUCTION, AHEAD)),
        sold >> found >> sink(rows),
        sold.unmatched >> ignore,
        sold.late >> ignore,
    )
}
