//! The contract of a chain: a root and the links downstream of it, as one type.

use super::way::{EveryWay, ForWay, Way};
use crate::control::TaskClock;
use crate::error::Result;
use crate::event::Epoch;
use crate::exchange::Outbox;
use crate::operator::Emit;
use std::convert::Infallible;
use std::task::{Context, Poll};

/// Visits the side outputs of a chain; they are flushed together with its main output.
pub type VisitSides<'f, 'a> = &'f mut dyn FnMut(&'a mut dyn Outbox);

/// What a chain has fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// A batch, for [`Drive::drive`].
    Batch,
    /// A mark, or a timer of a link that is due, for [`Drive::pass`].
    Mark,
}

/// What to fetch from other segments of the same task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalWork {
    /// A new batch or mark, unless a batch has a rest.
    Next,
    /// The rest of a batch that took longer than a turn.
    Rest,
}

/// Pushes what was fetched through a chain.
///
/// The tail calls `drive` on the last link, which wraps `into` and calls the link upstream of it,
/// down to the root. The root then pushes each event back up. All of these are static calls, so the
/// compiler inlines them into one loop.
///
/// Marks have a method of their own. The loop over a batch then contains no code for marks, and
/// that code is compiled once per link instead of once per loop.
pub trait Drive {
    /// The events it emits.
    type Out;

    /// Emits the fetched batch, transformed, into `into`. Emits nothing if there is none, or if it
    /// takes another way than `W`.
    ///
    /// # Errors
    /// If a source, an operator or `into` fails; the job fails with it.
    fn drive<W: Way, E: Emit<Self::Out>>(&mut self, into: &mut E) -> Result<()>;

    /// Emits the fetched mark, or what is due by the job's clock, into `into`. Emits nothing if
    /// there is none.
    ///
    /// # Errors
    /// If a source, an operator or `into` fails; the job fails with it.
    fn pass<E: Emit<Self::Out>>(&mut self, into: &mut E) -> Result<()>;
}

/// A chain that is pushed into instead of driven: a path between the [`Diamond`](super::Diamond) of
/// a fork and where its paths meet.
///
/// Every chain implements it, since declared chains are opaque types; `closed!` is for those that
/// are no such path.
pub trait Path: Drive {
    /// The events at its beginning.
    type Entry: 'static;
    /// What changes with every event, on the stack for a turn: see [`Link`](super::Link).
    type Hot;

    /// Whether it can be pushed into: it begins at a fork, and none of its links buffers events,
    /// waits for the job's clock, or does anything at a watermark.
    const OPEN: bool = false;

    /// Begins a turn.
    fn begin(&mut self) -> Self::Hot;

    /// Ends a turn, also one that fails.
    fn finish(&mut self, hot: Self::Hot);

    /// Lets `visit` emit at the beginning of the path; what arrives at its end goes `into`.
    ///
    /// # Errors
    /// If an operator, `visit` or `into` fails; the job fails with it.
    fn enter<E: Emit<Self::Out>, V: Visit<Self::Entry>>(
        &mut self,
        hot: &mut Self::Hot,
        into: &mut E,
        visit: V,
    ) -> Result<()>;
}

/// What is done at the beginning of a [`Path`].
pub trait Visit<T> {
    /// Emits into the path.
    ///
    /// # Errors
    /// If `entry` fails.
    fn visit<E: Emit<T>>(self, entry: &mut E) -> Result<()>;
}

/// The body of [`Path`] for a chain that is never pushed into.
macro_rules! closed {
    () => {
        type Entry = $crate::stage::Nowhere;
        type Hot = ();

        fn begin(&mut self) {}

        fn finish(&mut self, (): ()) {}

        fn enter<E, V>(&mut self, (): &mut (), _: &mut E, _: V) -> $crate::error::Result<()>
        where
            E: $crate::operator::Emit<Self::Out>,
            V: $crate::stage::Visit<Self::Entry>,
        {
            Ok(())
        }
    };
}
pub(super) use closed;

/// The events at the beginning of a chain that is never pushed into: there are none.
pub type Nowhere = Infallible;

/// What a segment is fed by: a root and the links downstream of it, as one type.
///
/// Fetching and driving are separate: fetching may wait, driving never does. See
/// [`Run`](super::Run) for how a task uses them.
pub trait Chain: Path + Send + 'static {
    /// Attaches the clock of its task; called once, before anything is fetched.
    fn attach(&mut self, clock: &TaskClock);

    /// Fetches from another segment of the same task; whether there is something to drive.
    fn fetch_local(&mut self, work: LocalWork) -> bool;

    /// Fetches from outside the task; ready once there is something to drive, in the root or for a
    /// timer of a link.
    ///
    /// # Errors
    /// If a source fails, or an input sends a barrier out of order.
    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>>;

    /// Whether the batch that was just driven goes on: drive the chain again, at once. If it does
    /// not, the batch has ended, or its rest is fetched again.
    fn goes_on(&mut self) -> bool;

    /// Ready if a link has something due by the job's clock, to be passed next. Polled at the end
    /// of each turn: the chain may have events at hand all the time, or none while other segments
    /// do.
    fn poll_due(&mut self, cx: &mut Context<'_>) -> Poll<()>;

    /// What was fetched.
    fn turn(&self) -> Turn;

    /// The value of `each` for the way of the batch that was fetched, such as its loop.
    fn way<V: ForWay>(&self, each: V) -> V::Value {
        each.of::<EveryWay>()
    }

    /// Whether a link of the chain can look ahead. If not, there is no loop for it.
    const LOOKS_AHEAD: bool = false;

    /// Whether a link would look ahead now: read what a group of events needs from memory before it
    /// processes the first of them.
    fn looks_ahead(&self) -> bool {
        false
    }

    /// The epoch whose barrier comes next from outside the task; none if nothing does, or it has
    /// ended.
    fn awaited(&self) -> Option<Epoch>;

    /// Calls `visit` with each side output of the chain, from the root to the last link.
    fn sides<'a>(&'a mut self, visit: VisitSides<'_, 'a>);
}
