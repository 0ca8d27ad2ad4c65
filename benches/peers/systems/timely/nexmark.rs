//! Queries of Nexmark, on one worker.
//!
//! Stateful operators are unary operators with a hash map, and windows close when the frontier has
//! passed their end.

use super::run::{Input, run};
use super::timed::{self, Close, Take};
use super::{Ready, Records, sum};
use crate::auctions::Auctions;
use crate::systems::panes::Panes;
use crate::systems::rows::{Means, TakeRow};
use millstream_benches::nexmark::by_hand::{Lot, Map, SLIDE, Set, TUMBLE, Won};
use millstream_benches::nexmark::q01::{self, RATE};
use millstream_benches::nexmark::{PlainBid, q02, q03, q04, q05, q08};
use nexmark::event::{Bid, Event};
use std::collections::BTreeMap;
use timely::container::CapacityContainerBuilder;
use timely::dataflow::channels::pact::Pipeline;
use timely::dataflow::operators::Operator;
use timely::dataflow::operators::generic::OutputBuilderSession;
use timely::dataflow::operators::vec::Map as _;

type Events<'scope> = Records<'scope, Event>;

/// A query on a stream of events.
type Query<R> = for<'scope> fn(Events<'scope>) -> Records<'scope, R>;

/// Prepares a query.
pub fn prepare(query: u8, events: Auctions) -> Option<Ready> {
    Some(match query {
        0 => sum(|part| rows(events, q0, part)),
        1 => sum(|part| rows(events, q1, part)),
        2 => sum(|part| rows(events, q2, part)),
        3 => sum(|part| rows(events, q3, part)),
        4 => sum(|part| rows(events, q4, Means::of(part))),
        5 => sum(|part| rows(events, q5, part)),
        7 => sum(|part| rows(events, q7, part)),
        8 => sum(|part| rows(events, q8, part)),
        _ => return None,
    })
}

/// Runs a query on all events.
fn rows<R: 'static>(events: Auctions, query: Query<R>, sum: impl TakeRow<R>) {
    let input = Input::timed(events.into_iter(), |event, _| event.timestamp());
    run(1, input, (query, sum), |events, (query, sum)| taken(query(events), sum));
}

type Output<'a> = OutputBuilderSession<'a, u64, CapacityContainerBuilder<Vec<()>>>;

/// Sums all rows.
fn taken<R: 'static>(rows: Records<'_, R>, mut sum: impl TakeRow<R>) -> Records<'_, ()> {
    rows.unary(Pipeline, "Rows", move |_, _| {
        move |input, _: &mut Output<'_>| {
            input.for_each_stamp(|_, batches| {
                batches.flat_map(|batch| batch.drain(..)).for_each(|row| sum.take(row));
            });
        }
    })
}

fn keeping<S: Default + 'static, R: 'static>(
    events: Events<'_>,
    take: Take<S, Event, R>,
    close: Close<S, R>,
) -> Records<'_, R> {
    timed::keeping(events, Pipeline, take, close)
}

/// q0.
fn q0(events: Events<'_>) -> Records<'_, PlainBid> {
    events.flat_map(|event| match event {
        Event::Bid(bid) => Some(bid.into()),
        _ => None,
    })
}

/// q1.
fn q1(events: Events<'_>) -> Records<'_, q01::Row> {
    events.flat_map(|event| match event {
        Event::Bid(Bid { auction, bidder, price, date_time, .. }) => {
            Some(q01::Row { auction, bidder, price: RATE * price as f64, date_time })
        }
        _ => None,
    })
}

/// q2.
fn q2(events: Events<'_>) -> Records<'_, q02::Row> {
    events.flat_map(|event| match event {
        Event::Bid(Bid { auction, price, .. }) if auction.is_multiple_of(123) => {
            Some(q02::Row { auction, price })
        }
        _ => None,
    })
}

/// Persons and auctions.
#[derive(Default)]
struct Market {
    locals: Map<usize, (String, String, String)>,
    sales: Map<usize, Vec<usize>>,
}

/// q3.
fn q3(events: Events<'_>) -> Records<'_, q03::Row> {
    fn row((name, city, state): &(String, String, String), id: usize) -> q03::Row {
        q03::Row { name: name.clone(), city: city.clone(), state: state.clone(), id }
    }
    fn take(market: &mut Market, event: Event, rows: &mut Vec<q03::Row>) {
        match event {
            Event::Person(person) if matches!(person.state.as_str(), "or" | "id" | "ca") => {
                let local = (person.name, person.city, person.state);
                let sold = market.sales.get(&person.id).into_iter().flatten();
                rows.extend(sold.map(|id| row(&local, *id)));
                market.locals.insert(person.id, local);
            }
            Event::Auction(auction) if auction.category == 10 => {
                let local = market.locals.get(&auction.seller);
                rows.extend(local.map(|local| row(local, auction.id)));
                market.sales.entry(auction.seller).or_default().push(auction.id);
            }
            _ => {}
        }
    }
    keeping(events, take, |_, _, _| {})
}

/// Auctions, and the totals by category.
#[derive(Default)]
struct Lots {
    lots: Map<usize, Lot>,
    won: Map<usize, Won>,
}

/// q4.
fn q4(events: Events<'_>) -> Records<'_, q04::Row> {
    fn take(Lots { lots, won }: &mut Lots, event: Event, rows: &mut Vec<q04::Row>) {
        match event {
            Event::Auction(auction) => {
                rows.extend(lots.entry(auction.id).or_default().open(&auction, won));
            }
            Event::Bid(bid) => {
                rows.extend(lots.entry(bid.auction).or_default().bid(bid.into(), won));
            }
            Event::Person(_) => {}
        }
    }
    keeping(events, take, |_, _, _| {})
}

/// q5.
fn q5(events: Events<'_>) -> Records<'_, q05::Row> {
    fn take(panes: &mut Panes, event: Event, _: &mut Vec<q05::Row>) {
        if let Event::Bid(bid) = event {
            let pane = panes.pane(bid.date_time / SLIDE * SLIDE);
            *pane.entry(bid.auction).or_default() += 1;
        }
    }
    keeping(events, take, Panes::close)
}

/// q7.
fn q7(events: Events<'_>) -> Records<'_, PlainBid> {
    type Highest = BTreeMap<u64, Vec<PlainBid>>;
    fn take(windows: &mut Highest, event: Event, _: &mut Vec<PlainBid>) {
        if let Event::Bid(bid) = event {
            let highest = windows.entry(bid.date_time / TUMBLE).or_default();
            let price = highest.first().map_or(0, |bid| bid.price);
            if bid.price > price {
                highest.clear();
            }
            if bid.price >= price {
                highest.push(bid.into());
            }
        }
    }
    fn close(windows: &mut Highest, now: u64, rows: &mut Vec<PlainBid>) {
        while let Some(first) = windows.first_entry() {
            if (first.key() + 1) * TUMBLE > now {
                return;
            }
            rows.append(&mut first.remove());
        }
    }
    keeping(events, take, close)
}

/// The persons and sellers of a window.
#[derive(Default)]
struct Arrivals {
    persons: Map<usize, String>,
    sellers: Set<usize>,
}

/// q8.
fn q8(events: Events<'_>) -> Records<'_, q08::Row> {
    fn take(windows: &mut BTreeMap<u64, Arrivals>, event: Event, _: &mut Vec<q08::Row>) {
        let window = event.timestamp() / TUMBLE;
        match event {
            Event::Person(person) => {
                let persons = &mut windows.entry(window).or_default().persons;
                persons.insert(person.id, person.name);
            }
            Event::Auction(auction) => {
                windows.entry(window).or_default().sellers.insert(auction.seller);
            }
            Event::Bid(_) => {}
        }
    }
    fn close(windows: &mut BTreeMap<u64, Arrivals>, now: u64, rows: &mut Vec<q08::Row>) {
        while let Some(first) = windows.first_entry() {
            let window_start = first.key() * TUMBLE;
            if window_start + TUMBLE > now {
                return;
            }
            let Arrivals { persons, sellers } = first.remove();
            let both = persons.into_iter().filter(|(id, _)| sellers.contains(id));
            rows.extend(both.map(|(id, name)| q08::Row { id, name, window_start }));
        }
    }
    keeping(events, take, close)
}
