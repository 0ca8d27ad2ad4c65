//! The root of a join: its sides as one chain.
//!
//! The sides run in the same task as the join, so each is a chain to drive rather than a channel to
//! read. Apart from that they are merged like the inputs of an
//! [`InputGate`](crate::exchange::InputGate): an [`Alignment`] merges their marks, and a side whose
//! barrier has arrived is not driven until the other side has sent its own.

use crate::control::TaskClock;
use crate::error::Result;
use crate::event::{Epoch, Mark, Meta, Passed, WithKey};
use crate::exchange::Alignment;
use crate::join::{FromSide, ReadFirst};
use crate::operator::Emit;
use crate::stage::chain::closed;
use crate::stage::way::{ForFirst, ForSecond};
use crate::stage::{Chain, Drive, ForWay, LocalWork, Path, Turn, VisitSides, Way};
use crate::time::{EventTime, InputIndex};
use std::cmp::Ordering;
use std::fmt;
use std::marker::PhantomData;
use std::task::{Context, Poll};

/// Merges two chains into one whose events carry their side. More than two sides nest: `other` is
/// then a `Paired` itself.
pub struct Paired<A, B, O> {
    /// The first side: input 0 of `alignment`.
    first: A,
    /// The other side, or all others: input 1 of `alignment`.
    other: B,
    /// The side with something fetched, which the next `drive` processes.
    fetched: Option<Side>,
    /// The side to ask first.
    turn: Side,
    /// Which side to ask first while both are equally far.
    reads_first: ReadFirst,
    /// How far both sides were, and how often the one behind was read since then.
    progress: SidesProgress,
    /// Merges the marks of both sides and decides which side may be read.
    alignment: Alignment,
    events: PhantomData<fn() -> O>,
}

/// How far the sides are in event time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct SidesProgress {
    watermarks: [EventTime; 2],
    read: u32,
}

/// How often a side that is behind is read before the other, while it does not advance: after that,
/// they are read in turn.
const PATIENCE: u32 = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    First,
    Other,
}

impl Side {
    fn next(self) -> Self {
        match self {
            Self::First => Self::Other,
            Self::Other => Self::First,
        }
    }

    fn index(self) -> InputIndex {
        match self {
            Self::First => InputIndex(0),
            Self::Other => InputIndex(1),
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::First => "the first side of a join",
            Self::Other => "the other side of a join",
        })
    }
}

impl<A, B, O> fmt::Debug for Paired<A, B, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paired").field("alignment", &self.alignment).finish_non_exhaustive()
    }
}

impl<A, B, O> Paired<A, B, O> {
    /// A chain that merges `first` and `other`.
    pub fn new(first: A, other: B, reads_first: ReadFirst) -> Self {
        let (turn, alignment) = (Side::First, Alignment::new(2));
        let progress = SidesProgress { watermarks: [EventTime::MIN; 2], read: 0 };
        Self {
            first,
            other,
            fetched: None,
            turn,
            reads_first,
            progress,
            alignment,
            events: PhantomData,
        }
    }

    /// Gives the turn to the side that is behind in event time: events of the other wait for it,
    /// and are in memory meanwhile. A side that stays behind does not starve the other.
    fn give_turn(&mut self) {
        let watermarks =
            [Side::First, Side::Other].map(|side| self.alignment.watermark_of(side.index()));
        if watermarks != self.progress.watermarks {
            self.progress = SidesProgress { watermarks, read: 0 };
        }
        if self.progress.read >= PATIENCE {
            return;
        }
        let [first, other] = watermarks;
        self.turn = match (first.cmp(&other), self.reads_first) {
            (Ordering::Less, _) | (Ordering::Equal, ReadFirst::First) => Side::First,
            (Ordering::Greater, _) | (Ordering::Equal, ReadFirst::Other) => Side::Other,
        };
    }

    /// Asks the open sides, first the one that is behind; whether one has something to drive.
    fn fetch(&mut self, mut ask: impl FnMut(&mut A, &mut B, Side) -> Result<bool>) -> Result<bool> {
        if self.fetched.is_none() {
            self.give_turn();
        }
        for _ in 0..2 {
            if self.fetched.is_some() {
                return Ok(true);
            }
            let side = self.turn;
            self.turn = side.next();
            if self.alignment.is_open(side.index()) && ask(&mut self.first, &mut self.other, side)?
            {
                self.fetched = Some(side);
                self.progress.read += 1;
            }
        }
        Ok(self.fetched.is_some())
    }
}

impl<K, T, U, A, B, O> Drive for Paired<A, B, O>
where
    K: Send + 'static,
    T: Send + 'static,
    U: Send + 'static,
    A: Chain<Out = WithKey<K, T>>,
    B: Chain<Out = WithKey<K, U>>,
    O: FromSide<T, U>,
{
    type Out = WithKey<K, O>;

    #[inline]
    fn drive<W: Way, E: Emit<Self::Out>>(&mut self, into: &mut E) -> Result<()> {
        let alignment = &mut self.alignment;
        match self.fetched.take() {
            Some(Side::First) if const { W::FIRST } => {
                self.first.drive::<W::Rest, _>(&mut OfSide {
                    alignment,
                    side: Side::First,
                    into,
                    tag: O::first,
                })
            }
            Some(Side::Other) if const { W::SECOND } => {
                self.other.drive::<W::Rest, _>(&mut OfSide {
                    alignment,
                    side: Side::Other,
                    into,
                    tag: O::other,
                })
            }
            _ => Ok(()),
        }
    }

    fn pass<E: Emit<Self::Out>>(&mut self, into: &mut E) -> Result<()> {
        let alignment = &mut self.alignment;
        match self.fetched.take() {
            Some(Side::First) => {
                self.first.pass(&mut OfSide { alignment, side: Side::First, into, tag: O::first })
            }
            Some(Side::Other) => {
                self.other.pass(&mut OfSide { alignment, side: Side::Other, into, tag: O::other })
            }
            None => Ok(()),
        }
    }
}

impl<K, T, U, A, B, O> Path for Paired<A, B, O>
where
    K: Send + 'static,
    T: Send + 'static,
    U: Send + 'static,
    A: Chain<Out = WithKey<K, T>>,
    B: Chain<Out = WithKey<K, U>>,
    O: FromSide<T, U>,
{
    closed!();
}

impl<K, T, U, A, B, O> Chain for Paired<A, B, O>
where
    K: Send + 'static,
    T: Send + 'static,
    U: Send + 'static,
    A: Chain<Out = WithKey<K, T>>,
    B: Chain<Out = WithKey<K, U>>,
    O: FromSide<T, U>,
{
    fn attach(&mut self, clock: &TaskClock) {
        self.first.attach(clock);
        self.other.attach(clock);
    }

    fn fetch_local(&mut self, work: LocalWork) -> bool {
        let fetched = self.fetch(|first, other, side| {
            Ok(match side {
                Side::First => first.fetch_local(work),
                Side::Other => other.fetch_local(work),
            })
        });
        fetched.unwrap_or(false)
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let fetched = self.fetch(|first, other, side| {
            let polled = match side {
                Side::First => first.poll_fetch(cx),
                Side::Other => other.poll_fetch(cx),
            };
            match polled {
                Poll::Ready(fetched) => fetched.map(|()| true),
                Poll::Pending => Ok(false),
            }
        });
        match fetched {
            Ok(true) => Poll::Ready(Ok(())),
            Ok(false) => Poll::Pending,
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    fn goes_on(&mut self) -> bool {
        // The side that was asked last.
        let side = self.turn.next();
        let goes_on = match side {
            Side::First => self.first.goes_on(),
            Side::Other => self.other.goes_on(),
        };
        if goes_on {
            self.fetched = Some(side);
        }
        goes_on
    }

    fn poll_due(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.fetched.is_none() {
            self.fetched = if self.first.poll_due(cx).is_ready() {
                Some(Side::First)
            } else if self.other.poll_due(cx).is_ready() {
                Some(Side::Other)
            } else {
                return Poll::Pending;
            };
        }
        Poll::Ready(())
    }

    fn turn(&self) -> Turn {
        match self.fetched {
            Some(Side::First) => self.first.turn(),
            Some(Side::Other) => self.other.turn(),
            None => Turn::Mark,
        }
    }

    fn way<V: ForWay>(&self, each: V) -> V::Value {
        match self.fetched {
            Some(Side::First) | None => self.first.way(ForFirst(each)),
            Some(Side::Other) => self.other.way(ForSecond(each)),
        }
    }

    const LOOKS_AHEAD: bool = A::LOOKS_AHEAD || B::LOOKS_AHEAD;

    fn looks_ahead(&self) -> bool {
        match self.fetched {
            Some(Side::First) | None => self.first.looks_ahead(),
            Some(Side::Other) => self.other.looks_ahead(),
        }
    }

    fn awaited(&self) -> Option<Epoch> {
        // Of the side that lags, if both are fed from outside.
        let sides = self.first.awaited().or(self.other.awaited());
        sides.map(|_| self.alignment.awaited())
    }

    fn sides<'a>(&'a mut self, visit: VisitSides<'_, 'a>) {
        self.first.sides(visit);
        self.other.sides(visit);
    }
}

/// Emits the marks that a mark of one side releases for the join as a whole.
fn emit_marks<T>(
    alignment: &mut Alignment,
    side: Side,
    mark: Mark,
    into: &mut impl Emit<T>,
) -> Result<()> {
    if let Mark::Watermark(time) = mark {
        into.side_passed(side.index(), time)?;
    }
    let mut marks = alignment.on(side.index(), mark).map_err(|wrong| wrong.by(side))?;
    marks.try_for_each(|mark| {
        into.mark(mark)?;
        // Events that it releases are counted and flushed like a batch.
        if mark.may_release() { into.batch_end(0) } else { Ok(()) }
    })
}

/// Emits the end of a batch of one side; its events wake a side that was idle.
fn end_batch<T>(
    alignment: &mut Alignment,
    side: Side,
    events: u64,
    into: &mut impl Emit<T>,
) -> Result<()> {
    if events > 0 {
        alignment.wake(side.index());
    }
    into.batch_end(events)
}

/// Receives what a side emits, and tags its events.
struct OfSide<'a, E, F> {
    alignment: &'a mut Alignment,
    side: Side,
    into: &'a mut E,
    tag: F,
}

impl<K, T, O, E, F> Emit<WithKey<K, T>> for OfSide<'_, E, F>
where
    F: Fn(T) -> O,
    E: Emit<WithKey<K, O>>,
{
    #[inline(always)]
    fn emit(&mut self, event: WithKey<K, T>, meta: Meta) -> Result<()> {
        let WithKey { key, value } = event;
        self.into.emit(WithKey { key, value: (self.tag)(value) }, meta)
    }

    fn passed(&mut self, passed: Passed) -> Result<()> {
        self.into.passed(passed)
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        emit_marks(self.alignment, self.side, mark, self.into)
    }

    fn slice_end(&mut self) -> Result<()> {
        self.into.slice_end()
    }

    fn batch_end(&mut self, events: u64) -> Result<()> {
        end_batch(self.alignment, self.side, events, self.into)
    }
}
