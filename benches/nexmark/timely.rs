//! The same queries in timely dataflow, on one worker.
//!
//! Written as its documentation shows: events go in by batches, operators that keep something are
//! unary operators with a hash map, and windows are closed when the frontier has passed their end.

use super::panes::Panes;
use millstream_benches::nexmark::by_hand::{Map, SLIDE, Set, TUMBLE};
use millstream_benches::nexmark::q01::{self, RATE};
use millstream_benches::nexmark::{PlainBid, q02, q03, q05, q08};
use nexmark::event::{Bid, Event};
use std::collections::BTreeMap;
use timely::dataflow::channels::pact::Pipeline;
use timely::dataflow::operators::vec::Map as _;
use timely::dataflow::operators::{Inspect, Operator, Probe};
use timely::dataflow::{InputHandle, ProbeHandle, StreamVec};

/// How many events go in at once.
const BATCH: usize = 1_024;

type Events<'scope> = StreamVec<'scope, u64, Event>;

/// A query on a stream of events.
type Query<R> = for<'scope> fn(Events<'scope>) -> StreamVec<'scope, u64, R>;

/// Runs a query on all events, and shows its rows.
pub fn run<R: 'static>(
    events: Vec<Event>,
    query: Query<R>,
    mut row: impl FnMut(&R) + Send + Sync + 'static,
) {
    timely::execute_directly(move |worker| {
        let mut input = InputHandle::new();
        let probe = ProbeHandle::new();
        worker.dataflow::<u64, _, _>(|scope| {
            query(input.to_stream(scope)).inspect(move |one| row(one)).probe_with(&probe);
        });
        let mut batch = Vec::with_capacity(BATCH);
        let mut events = events.into_iter().peekable();
        while let Some(first) = events.peek() {
            input.advance_to(first.timestamp());
            while probe.less_than(input.time()) {
                worker.step();
            }
            batch.extend(events.by_ref().take(BATCH));
            input.send_batch(&mut batch);
            worker.step();
        }
    });
}

/// A unary operator with a state: `take` is shown every event, and `close` where the frontier is.
fn keeping<'scope, S: Default + 'static, R: 'static>(
    events: Events<'scope>,
    take: fn(&mut S, Event, &mut Vec<R>),
    close: fn(&mut S, u64, &mut Vec<R>),
) -> StreamVec<'scope, u64, R> {
    events.unary_frontier(Pipeline, "keeping", move |capability, _| {
        let (mut held, mut state, mut rows) = (Some(capability), S::default(), Vec::new());
        move |(input, frontier), output| {
            input.for_each_stamp(|_, batches| {
                for batch in batches {
                    batch.drain(..).for_each(|event| take(&mut state, event, &mut rows));
                }
            });
            let now = frontier.frontier().first().copied();
            close(&mut state, now.unwrap_or(u64::MAX), &mut rows);
            if let Some(capability) = &mut held {
                output.session(capability).give_iterator(rows.drain(..));
                if let Some(now) = now {
                    capability.downgrade(&now);
                }
            }
            if now.is_none() {
                held = None;
            }
        }
    })
}

/// q1.
pub fn q1(events: Events<'_>) -> StreamVec<'_, u64, q01::Row> {
    events.flat_map(|event| match event {
        Event::Bid(Bid { auction, bidder, price, date_time, .. }) => {
            Some(q01::Row { auction, bidder, price: RATE * price as f64, date_time })
        }
        _ => None,
    })
}

/// q2.
pub fn q2(events: Events<'_>) -> StreamVec<'_, u64, q02::Row> {
    events.flat_map(|event| match event {
        Event::Bid(Bid { auction, price, .. }) if auction.is_multiple_of(123) => {
            Some(q02::Row { auction, price })
        }
        _ => None,
    })
}

/// Who may buy, and what is for sale.
#[derive(Default)]
struct Market {
    locals: Map<usize, (String, String, String)>,
    sales: Map<usize, Vec<usize>>,
}

/// q3.
pub fn q3(events: Events<'_>) -> StreamVec<'_, u64, q03::Row> {
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

/// q5.
pub fn q5(events: Events<'_>) -> StreamVec<'_, u64, q05::Row> {
    fn take(panes: &mut Panes, event: Event, _: &mut Vec<q05::Row>) {
        if let Event::Bid(bid) = event {
            let pane = panes.pane(bid.date_time / SLIDE * SLIDE);
            *pane.entry(bid.auction).or_default() += 1;
        }
    }
    keeping(events, take, Panes::close)
}

/// q7.
pub fn q7(events: Events<'_>) -> StreamVec<'_, u64, PlainBid> {
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
pub fn q8(events: Events<'_>) -> StreamVec<'_, u64, q08::Row> {
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
