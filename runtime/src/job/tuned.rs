//! A node of a running job, and what of it can be changed.

use crate::channel::Overflow;
use crate::control::CallLimit;
use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::lowering::{TunableNode, Tunables};
use crate::operator::MOST_IN_FLIGHT;
use crate::time::Rate;
use millstream_graph::sentence::Sentence;
use millstream_graph::suggest;
use std::fmt;

/// A node of a running job, to change how it works.
///
/// Returned by [`Job::tune`](crate::Job::tune). Each change takes effect while the job runs, in all
/// instances of the node, and returns the handle for the next one. A change of a job that has ended
/// has no effect.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// #[operator(in_flight = 4)]
/// async fn asked(address: u32) -> u32 {
///     tokio::task::yield_now().await;
///     address
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let topology = topology!(
///     asked = source(from_iter(0..100))
///         >> overflow(drop_newest)
///         >> buffer(1_000)
///         >> asked.in_flight(32),
///     asked >> ignore,
///     asked.overflow >> ignore,
/// );
/// let mut job = topology.start(Config::default())?;
/// let asked = job.tune("asked")?;
/// assert_eq!(asked.calls_in_flight(), Some(32));
/// asked.in_flight(64)?.overflow(Overflow::Sample(10))?;
/// let error = job.tune("source").unwrap().in_flight(64).unwrap_err().to_string();
/// assert!(error.contains("it never awaits, so it makes no calls; `asked` does"), "{error}");
/// job.wait().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Tuned {
    tunables: Tunables,
    at: usize,
    /// Its clock says from when on a rate holds.
    env: Env,
}

impl fmt::Debug for Tuned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tuned").field(&self.node()).finish()
    }
}

impl Tuned {
    pub(super) fn new(tunables: Tunables, at: usize, env: Env) -> Self {
        Self { tunables, at, env }
    }

    fn node(&self) -> Option<&TunableNode> {
        self.tunables.nodes().get(self.at)
    }

    /// Sets how many calls are in flight at once, for each instance of an operator that awaits: 1
    /// to 4,096.
    ///
    /// More calls begin at once. If there are to be fewer, those in flight return first, and none
    /// begins until there is room again.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if the node makes no calls, or the number is out of range.
    pub fn in_flight(self, calls: usize) -> Result<Self> {
        let set = || format!("cannot set `in_flight` of {self} to {calls}");
        let Some(limit) = self.node().and_then(|node| node.calls.as_ref()) else {
            let others = listed(self.tunables.nodes(), &|node| node.calls.is_some());
            let who = match others.as_str() {
                "" => "no node of the job does".to_owned(),
                one if !one.contains(", ") => format!("{one} does"),
                several => format!("{several} do"),
            };
            let message = format!("{}: it never awaits, so it makes no calls; {who}", set());
            return Err(Error::new(ErrorKind::Config, message));
        };
        if !(1..=MOST_IN_FLIGHT).contains(&calls) {
            let message = format!(
                "{}: it is the largest number of calls at once, from 1 to {MOST_IN_FLIGHT}; to \
                 make no calls, pause the sources",
                set()
            );
            return Err(Error::new(ErrorKind::Config, message));
        }
        let before = limit.get();
        limit.set(calls);
        tracing::info!(node = %self, before, calls, "the limit of calls in flight is changed");
        Ok(self)
    }

    /// The largest number of calls in flight of each instance, as it is set now; `None` if the node
    /// makes no calls.
    #[must_use]
    pub fn calls_in_flight(&self) -> Option<usize> {
        self.node()?.calls.as_ref().map(CallLimit::get)
    }

    /// Sets the rate to which a [`throttle`](crate::builder::Stream::throttle) holds its events,
    /// all instances together.
    ///
    /// What waits, waits for what is left of its time at the new rate. Its `burst(…)` stays;
    /// without one, the burst follows the rate.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if the node is no throttle, and for a rate of less than one event a
    /// day or of more than 1,000,000,000 a second.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> millstream::Result<()> {
    /// let sent = Collected::new();
    /// let topology = topology!(
    ///     mails = source(from_iter(0..100)),
    ///     held = mails >> throttle(1.per_hour()),
    ///     held >> sink(sent.sink()),
    /// );
    /// let mut job = topology.start(Config::default())?;
    /// job.tune("held")?.rate(1_000.per_sec())?;
    /// job.wait().await?;
    /// assert_eq!(sent.take().len(), 100);
    /// # Ok(())
    /// # }
    /// ```
    pub fn rate(self, rate: Rate) -> Result<Self> {
        let set = || format!("cannot set the rate of {self} to {rate}");
        let Some(limit) = self.node().and_then(|node| node.rate.as_ref()) else {
            let message = format!(
                "{}: it holds its events to none; write `>> throttle(10.per_sec())`, and tune that",
                set()
            );
            return Err(Error::new(ErrorKind::Config, message));
        };
        let now = self.env.clock().monotonic();
        if let Err(Sentence { wrong, help, .. }) = limit.set_rate(rate, now) {
            let message = format!("{}: {wrong}; {help}", set());
            return Err(Error::new(ErrorKind::Config, message));
        }
        tracing::info!(node = %self, %rate, "the rate is changed");
        Ok(self)
    }

    /// Sets what the edges into the node do when they are full, if they are declared to drop events
    /// then: with `overflow(…)`, and not `block`.
    ///
    /// Any policy can follow, [`Overflow::Block`] too. A producer that waits for room goes on at
    /// once if the new policy never waits. Not possible for an edge that is declared to wait: its
    /// channel has no way to drop an event, which is what makes it fast, and the job may promise to
    /// drop none.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if no edge into the node is declared to drop events, and for
    /// `Sample(0)`.
    pub fn overflow(self, policy: Overflow) -> Result<Self> {
        let set = || format!("cannot set the overflow policy of {self} to {policy:?}");
        let edges = self.node().map(|node| node.overflow.as_slice()).unwrap_or_default();
        if edges.is_empty() {
            let message = format!(
                "{}: no edge into it is declared to drop events, and a channel that waits when it \
                 is full cannot; write `>> overflow(…)` ahead of the node",
                set()
            );
            return Err(Error::new(ErrorKind::Config, message));
        }
        if policy == Overflow::Sample(0) {
            let message = format!("{}: it keeps one event in so many; write 1 or more", set());
            return Err(Error::new(ErrorKind::Config, message));
        }
        edges.iter().for_each(|edge| edge.set(policy));
        tracing::info!(node = %self, ?policy, "the overflow policy is changed");
        Ok(self)
    }
}

/// The name of the node, as errors show it.
impl fmt::Display for Tuned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.node().map_or("?", |node| &node.name))
    }
}

/// The names of the nodes that fit: `` `a`, `b` ``.
pub(super) fn listed(nodes: &[TunableNode], fit: &dyn Fn(&TunableNode) -> bool) -> String {
    let names = nodes.iter().filter(|node| fit(node)).map(|node| format!("`{}`", node.name));
    names.collect::<Vec<_>>().join(", ")
}

/// What may be meant by a name that no node has.
pub(super) fn suggestion(
    nodes: &[TunableNode],
    name: &str,
    fit: &dyn Fn(&TunableNode) -> bool,
) -> String {
    let fitting = nodes.iter().filter(|node| fit(node)).map(|node| &*node.name);
    match suggest::closest(name, fitting) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("write one of {}", listed(nodes, fit)),
    }
}
