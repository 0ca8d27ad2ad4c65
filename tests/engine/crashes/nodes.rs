//! The nodes of random jobs.

use millstream::prelude::Overflow;

/// A node; refers to nodes before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Node {
    /// So many events.
    Source(u64),
    /// Other numbers.
    Map(usize),
    /// Two of three events.
    Filter(usize),
    Merge(usize, usize),
    /// Ends in a sink: counts the events of each key.
    Count(usize),
    /// Ends in a sink: a timer for each event.
    Timers(usize),
    /// Ends in a sink: counts the events of each key since one with a number that is a multiple of
    /// 4, which makes the operator forget the key. Downstream of one source.
    Forgets(usize),
    /// Ends in a sink: counts the events of each key by an operator that awaits.
    AwaitingCount(usize),
    /// Ends in a sink: counts the events of each key and window.
    Window(usize, Shape),
    /// Ends in a sink: pairs the events of each key that are near in time.
    Join(usize, usize),
    /// Ends in a sink: puts the events of each key in order, and makes a number of that order.
    InOrder(usize),
    /// Ends in a sink: each event comes round up to three times. Counts them by key, and each round
    /// of an event.
    Loop(usize),
    /// Ends in a sink: counts the events of each key since one that came [`TTL`] after the one
    /// before. Downstream of one source.
    ///
    /// [`TTL`]: super::cases::TTL
    Expires(usize),
    /// An edge that drops what finds no room. Ends in sinks: what was kept, what was dropped, and
    /// how many of both each key had, at the end of input.
    Drops(usize, Overflow),
}

impl Node {
    /// Calls `change` with each reference to another node.
    pub fn each_reference(&mut self, mut change: impl FnMut(&mut usize)) {
        match self {
            Self::Source(_) => {}
            Self::Map(from)
            | Self::Filter(from)
            | Self::Count(from)
            | Self::Timers(from)
            | Self::Forgets(from)
            | Self::AwaitingCount(from)
            | Self::Window(from, _)
            | Self::InOrder(from)
            | Self::Expires(from)
            | Self::Drops(from, _)
            | Self::Loop(from) => change(from),
            Self::Merge(one, other) | Self::Join(one, other) => {
                change(one);
                change(other);
            }
        }
    }

    /// The nodes it refers to.
    pub fn refers_to(mut self) -> Vec<usize> {
        let mut all = Vec::new();
        self.each_reference(|from| all.push(*from));
        all
    }
}

/// A kind of window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Tumbling,
    Sliding,
    Session,
}
