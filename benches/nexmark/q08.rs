//! q8: persons who open an auction in the window in which they appear.

use super::event::{as_millis, millis, no_row};
use millstream::prelude::*;
use nexmark::event::{Auction, Event, Person};
use serde::Serialize;

/// A person who appeared and opened an auction in one window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    pub id: usize,
    pub name: String,
    pub window_start: u64,
}

/// An activity of a person.
#[derive(Debug, Clone)]
enum Deed {
    /// Appeared, with this name.
    Appeared { id: usize, name: String, date_time: u64 },
    /// Opened an auction.
    Opened { seller: usize, date_time: u64 },
}

impl Deed {
    fn person(&self) -> usize {
        match self {
            Self::Appeared { id, .. } => *id,
            Self::Opened { seller, .. } => *seller,
        }
    }

    fn time(&self) -> EventTime {
        let (Self::Appeared { date_time, .. } | Self::Opened { date_time, .. }) = self;
        millis(*date_time)
    }
}

#[operator]
async fn deed(event: Event) -> Option<Deed> {
    match event {
        Event::Person(person) => Some(appeared(person)),
        Event::Auction(auction) => Some(opened(auction)),
        Event::Bid(bid) => no_row(bid),
    }
}

/// Out of line: a rare event, whose texts are dropped here.
#[inline(never)]
fn appeared(person: Person) -> Deed {
    let Person { id, name, date_time, .. } = person;
    Deed::Appeared { id, name, date_time }
}

/// Out of line, as `appeared` is.
#[inline(never)]
fn opened(auction: Auction) -> Deed {
    let Auction { seller, date_time, .. } = auction;
    Deed::Opened { seller, date_time }
}

/// The activities of a person in a window.
#[derive(Debug, Clone, Default)]
struct Deeds {
    name: Option<String>,
    opened: bool,
}

impl Deeds {
    fn add(&mut self, deed: Deed) {
        match deed {
            Deed::Appeared { name, .. } => self.name = Some(name),
            Deed::Opened { .. } => self.opened = true,
        }
    }

    fn merge(&mut self, later: &Self) {
        self.name = self.name.take().or_else(|| later.name.clone());
        self.opened |= later.opened;
    }
}

#[operator]
async fn new_seller(window: WindowResult<usize, Deeds>) -> Option<Row> {
    let Deeds { name, opened } = window.value;
    let (id, window_start) = (window.key, as_millis(window.start));
    name.filter(|_| opened).map(|name| Row { id, name, window_start })
}

/// The persons who appear and open an auction in the same 10 s.
pub fn q8(events: impl Source<Event>, rows: impl Sink<Row>, instances: usize) -> Topology {
    topology!(
        job("q8").instances(instances),
        deeds = source(events) >> deed * 1 >> event_time(Deed::time, lateness(0.secs())),
        done = deeds
            >> by(|deed| deed.person())
            >> window(tumbling(10.secs()))
            >> aggregate(|deed| deed.clone(), fold(Deeds::default(), Deeds::add, Deeds::merge)),
        done >> new_seller >> sink(rows),
        done.late >> ignore,
    )
}
