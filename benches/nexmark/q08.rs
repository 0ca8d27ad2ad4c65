//! q8: persons who open an auction in the window in which they appear.

use super::event::{as_millis, time};
use millstream::prelude::*;
use nexmark::event::Event;
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
    Appeared { id: usize, name: String },
    /// Opened an auction.
    Opened { seller: usize },
}

impl Deed {
    fn person(&self) -> usize {
        match self {
            Self::Appeared { id, .. } => *id,
            Self::Opened { seller } => *seller,
        }
    }
}

#[operator]
async fn deed(event: Event) -> Option<Deed> {
    match event {
        Event::Person(person) => Some(Deed::Appeared { id: person.id, name: person.name }),
        Event::Auction(auction) => Some(Deed::Opened { seller: auction.seller }),
        Event::Bid(_) => None,
    }
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
        deeds = source(events) >> event_time(time, lateness(0.secs())) >> deed * 1,
        done = deeds
            >> by(|deed| deed.person())
            >> window(tumbling(10.secs()))
            >> aggregate(|deed| deed.clone(), fold(Deeds::default(), Deeds::add, Deeds::merge)),
        done >> new_seller >> sink(rows),
        done.late >> ignore,
    )
}
