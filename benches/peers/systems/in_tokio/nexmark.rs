//! Queries of Nexmark: a source, a task for the query, and a sink.

use super::queries::{Highest, Hot, Lots, Market, Newcomers};
use super::tasks::{Many, many, sink, source, step, sum};
use super::wire::{Wire, link};
use crate::auctions::Auctions;
use crate::systems::Ready;
use crate::systems::rows::{Means, TakeRow};
use crate::systems::sum::Part;
use millstream_benches::nexmark::q01::{self, RATE};
use millstream_benches::nexmark::{PlainBid, q02, q04};
use nexmark::event::{Bid, Event};

/// Prepares a query.
pub fn prepare<W: Wire>(query: u8, events: Auctions) -> Option<Ready> {
    Some(match query {
        0 => stateless::<W, _>(events, q0),
        1 => stateless::<W, _>(events, q1),
        2 => stateless::<W, _>(events, q2),
        3 => stateful::<W, _, _>(events, Market::default(), |part| part),
        4 => stateful::<W, q04::Row, _>(events, Lots::default(), Means::of),
        5 => stateful::<W, _, _>(events, Hot::default(), |part| part),
        7 => stateful::<W, _, _>(events, Highest::default(), |part| part),
        8 => stateful::<W, _, _>(events, Newcomers::default(), |part| part),
        _ => return None,
    })
}

fn q0(event: Event) -> Option<PlainBid> {
    match event {
        Event::Bid(bid) => Some(bid.into()),
        _ => None,
    }
}

fn q1(event: Event) -> Option<q01::Row> {
    let Event::Bid(Bid { auction, bidder, price, date_time, .. }) = event else { return None };
    Some(q01::Row { auction, bidder, price: RATE * price as f64, date_time })
}

fn q2(event: Event) -> Option<q02::Row> {
    let Event::Bid(Bid { auction, price, .. }) = event else { return None };
    auction.is_multiple_of(123).then_some(q02::Row { auction, price })
}

/// A stateless query.
fn stateless<W: Wire, R: Clone + Send + 'static>(
    events: Auctions,
    query: fn(Event) -> Option<R>,
) -> Ready
where
    Part: TakeRow<R>,
{
    sum(1, move |tasks, mut part| {
        let (to_query, input) = link::<W, Event>();
        let (to_sink, rows) = link::<W, R>();
        tasks.spawn(source(events.into_iter(), to_query));
        tasks.spawn(step(input, to_sink, query));
        tasks.spawn(sink(rows, move |row| part.take(row)));
    })
}

/// A query with state.
fn stateful<W: Wire, R: Clone + Send + 'static, S: TakeRow<R>>(
    events: Auctions,
    query: impl Many<Event, R>,
    keeper: fn(Part) -> S,
) -> Ready {
    sum(1, move |tasks, part| {
        let (to_query, input) = link::<W, Event>();
        let (to_sink, rows) = link::<W, R>();
        let mut keeper = keeper(part);
        tasks.spawn(source(events.into_iter(), to_query));
        tasks.spawn(many(input, to_sink, query));
        tasks.spawn(sink(rows, move |row| keeper.take(row)));
    })
}
