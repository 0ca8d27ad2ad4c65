//! Windows over payments that come one by one, told in words.

use crate::simulation::Simulated;
use millstream::prelude::*;
use std::fmt;
use tokio::sync::mpsc::Sender;

/// A payment: its second and its amount.
pub type Paid = (i64, i64);

/// A running job with windows; a watermark follows each payment at once.
pub struct Followed<R> {
    pub sender: Option<Sender<Paid>>,
    pub simulated: Simulated,
    pub results: Collected<R>,
    pub late: Collected<Late<Paid>>,
}

/// Starts a job with windows of a kind and an aggregate of the amounts; what is older than the
/// newest payment is late, unless a lateness is said.
macro_rules! followed {
    ($kind:expr, $aggregate:expr) => {
        followed!($kind, $aggregate, 0.secs())
    };
    ($kind:expr, $aggregate:expr, $lateness:expr) => {{
        use crate::followed::{Followed, Paid, second};
        let (sender, receiver) = tokio::sync::mpsc::channel(16);
        let (results, late) = (Collected::new(), Collected::new());
        let topology = topology!(
            paid = source(from_channel(receiver)) >> event_time(second, lateness($lateness)),
            found =
                paid >> by(|_| ()) >> window($kind) >> aggregate(|paid: &Paid| paid.1, $aggregate),
            found >> sink(results.sink()),
            found.late >> sink(late.sink()),
        );
        let simulated = crate::simulation::start(1, topology, Config::default()).unwrap();
        Followed { sender: Some(sender), simulated, results, late }
    }};
}
pub(crate) use followed;

pub fn second(paid: &Paid) -> EventTime {
    EventTime::from_secs(paid.0)
}

/// A result in words; times in seconds.
pub trait Told {
    fn told(self) -> String;
}

impl<R: fmt::Debug> Told for WindowResult<(), R> {
    fn told(self) -> String {
        let Self { start, end, firing, value, .. } = self;
        let secs = |time: EventTime| match time {
            EventTime::MIN | EventTime::MAX => String::from("…"),
            time => (time.as_micros() / 1_000_000).to_string(),
        };
        format!("{} to {}, {firing}: {value:?}", secs(start), secs(end))
    }
}

impl<R: fmt::Debug> Told for TrailingResult<(), Paid, R> {
    fn told(self) -> String {
        format!("at {}: {:?}", self.event.0, self.value)
    }
}

impl<R: Told + Send + 'static> Followed<R> {
    /// What comes of a payment.
    pub fn send(&mut self, second: i64, amount: i64) -> Vec<String> {
        self.sender.as_ref().unwrap().try_send((second, amount)).unwrap();
        self.come()
    }

    /// What comes of the end of the stream.
    pub fn end(&mut self) -> Vec<String> {
        self.sender = None;
        let come = self.come();
        self.simulated.result().unwrap();
        come
    }

    fn come(&mut self) -> Vec<String> {
        self.simulated.work();
        self.results.take().into_iter().map(Told::told).collect()
    }

    /// The seconds of the payments that were late.
    pub fn late(&self) -> Vec<i64> {
        self.late.take().into_iter().map(|late| late.event.0).collect()
    }
}
