//! q3: sellers in some states.

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

/// A person in one of these states.
#[derive(Debug, Clone)]
struct Local {
    id: usize,
    name: String,
    city: String,
    state: String,
}

/// The events of the query: each kind is an output of its node.
#[derive(Debug, Clone, Outputs)]
enum Wanted {
    Sale(Sale),
    Local(Local),
}

#[operator]
async fn wanted(event: Event) -> Option<Wanted> {
    match event {
        Event::Auction(Auction { id, seller, category: 10, .. }) => {
            Some(Wanted::Sale(Sale { id, seller }))
        }
        Event::Person(Person { id, name, city, state, .. })
            if matches!(state.as_str(), "or" | "id" | "ca") =>
        {
            Some(Wanted::Local(Local { id, name, city, state }))
        }
        _ => None,
    }
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
        wanted = source(events) >> event_time(time, lateness(0.secs())) >> wanted * 1,
        sold = (wanted.sale >> by(|sale| sale.seller), wanted.local >> by(|local| local.id))
            >> join(within(PERSON_BEFORE_AUCTION, AHEAD)),
        sold >> found >> sink(rows),
        sold.unmatched >> ignore,
        sold.late >> ignore,
    )
}
