//! The sides of a join as one chain.
//!
//! It keeps the least watermark of both sides and aligns their barriers, as an inlet does with its
//! inputs: a side that has given its barrier is left alone until the other has given its own.

use super::{Chain, Found};
use crate::error::Result;
use crate::event::{Epoch, Mark, Meta, WithKey};
use crate::exchange::Drive;
use crate::join::Combined;
use crate::operator::Emit;
use crate::time::{Advance, Frontier, InputIndex};
use std::fmt;
use std::marker::PhantomData;
use std::task::{Context, Poll};

/// A first side and another, or several, as one chain.
pub struct Paired<A, B, O> {
    first: A,
    other: B,
    /// The side that was fetched from and is to be driven.
    fetched: Option<Side>,
    turn: Side,
    merging: Merging,
    events: PhantomData<fn() -> O>,
}

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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Open,
    Aligned(Epoch),
    Ended,
}

/// What both sides have said.
#[derive(Debug)]
struct Merging {
    frontier: Frontier,
    first: Reading,
    other: Reading,
}

impl<A, B, O> fmt::Debug for Paired<A, B, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paired").field("merging", &self.merging).finish_non_exhaustive()
    }
}

impl<A, B, O> Paired<A, B, O> {
    /// Two sides as one chain.
    pub fn new(first: A, other: B) -> Self {
        let merging =
            Merging { frontier: Frontier::new(2), first: Reading::Open, other: Reading::Open };
        let turn = Side::First;
        Self { first, other, fetched: None, turn, merging, events: PhantomData }
    }

    /// Asks the open sides in turn until one has something.
    fn fetch(&mut self, mut ask: impl FnMut(&mut A, &mut B, Side) -> Result<bool>) -> Result<bool> {
        for _ in 0..2 {
            if self.fetched.is_some() {
                return Ok(true);
            }
            let side = self.turn;
            self.turn = side.next();
            if self.merging.reading(side) == Reading::Open
                && ask(&mut self.first, &mut self.other, side)?
            {
                self.fetched = Some(side);
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
    O: Combined<T, U>,
{
    type Out = WithKey<K, O>;

    #[inline]
    fn drive<E: Emit<Self::Out>>(&mut self, into: &mut E) -> Result<()> {
        let merging = &mut self.merging;
        match self.fetched.take() {
            Some(Side::First) => self.first.drive(&mut OfFirst {
                merging,
                into,
                events: PhantomData::<fn() -> (U, O)>,
            }),
            Some(Side::Other) => self.other.drive(&mut OfOther {
                merging,
                into,
                events: PhantomData::<fn() -> (T, O)>,
            }),
            None => Ok(()),
        }
    }
}

impl<K, T, U, A, B, O> Chain for Paired<A, B, O>
where
    K: Send + 'static,
    T: Send + 'static,
    U: Send + 'static,
    A: Chain<Out = WithKey<K, T>>,
    B: Chain<Out = WithKey<K, U>>,
    O: Combined<T, U>,
{
    fn fetch_local(&mut self) -> bool {
        let fetched = self.fetch(|first, other, side| {
            Ok(match side {
                Side::First => first.fetch_local(),
                Side::Other => other.fetch_local(),
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

    fn sides<'a>(&'a mut self, found: Found<'_, 'a>) {
        self.first.sides(found);
        self.other.sides(found);
    }
}

impl Merging {
    fn reading(&self, side: Side) -> Reading {
        match side {
            Side::First => self.first,
            Side::Other => self.other,
        }
    }

    fn read(&mut self, side: Side, reading: Reading) {
        match side {
            Side::First => self.first = reading,
            Side::Other => self.other = reading,
        }
    }

    /// What a mark of one side means for both together.
    fn mark<T>(&mut self, side: Side, mark: Mark, into: &mut impl Emit<T>) -> Result<()> {
        let index = side.index();
        match mark {
            Mark::Watermark(time) => {
                let advance = self.frontier.advance(index, time);
                Self::advanced(advance, into)
            }
            Mark::Idle => {
                let advance = self.frontier.idle(index);
                Self::advanced(advance, into)
            }
            Mark::Barrier(epoch) => {
                self.read(side, Reading::Aligned(epoch));
                self.aligned(into)
            }
            Mark::End => {
                self.read(side, Reading::Ended);
                let advance = self.frontier.end(index);
                if (self.first, self.other) == (Reading::Ended, Reading::Ended) {
                    return into.mark(Mark::End);
                }
                self.aligned(into)?;
                Self::advanced(advance, into)
            }
        }
    }

    fn batch_end(&mut self, side: Side, events: u64) {
        if events > 0 {
            self.frontier.wake(side.index());
        }
    }

    fn advanced<T>(advance: Advance, into: &mut impl Emit<T>) -> Result<()> {
        match advance {
            Advance::None => Ok(()),
            Advance::To(time) => {
                into.mark(Mark::Watermark(time))?;
                // What the watermark has set free is counted and handed over like any batch.
                into.batch_end(0)
            }
            Advance::Idle => into.mark(Mark::Idle),
        }
    }

    /// Gives on the barrier, once no side is read before it any more.
    fn aligned<T>(&mut self, into: &mut impl Emit<T>) -> Result<()> {
        let epoch = match (self.first, self.other) {
            (Reading::Aligned(epoch), Reading::Aligned(_) | Reading::Ended)
            | (Reading::Ended, Reading::Aligned(epoch)) => epoch,
            _ => return Ok(()),
        };
        for side in [Side::First, Side::Other] {
            if self.reading(side) != Reading::Ended {
                self.read(side, Reading::Open);
            }
        }
        into.mark(Mark::Barrier(epoch))
    }
}

struct OfFirst<'a, E, M> {
    merging: &'a mut Merging,
    into: &'a mut E,
    events: PhantomData<M>,
}

impl<K, T, U, O, E> Emit<WithKey<K, T>> for OfFirst<'_, E, fn() -> (U, O)>
where
    O: Combined<T, U>,
    E: Emit<WithKey<K, O>>,
{
    #[inline(always)]
    fn emit(&mut self, event: WithKey<K, T>, meta: Meta) -> Result<()> {
        let WithKey { key, value } = event;
        self.into.emit(WithKey { key, value: O::first(value) }, meta)
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        self.merging.mark(Side::First, mark, self.into)
    }

    fn batch_end(&mut self, events: u64) -> Result<()> {
        self.merging.batch_end(Side::First, events);
        self.into.batch_end(events)
    }
}

struct OfOther<'a, E, M> {
    merging: &'a mut Merging,
    into: &'a mut E,
    events: PhantomData<M>,
}

impl<K, T, U, O, E> Emit<WithKey<K, U>> for OfOther<'_, E, fn() -> (T, O)>
where
    O: Combined<T, U>,
    E: Emit<WithKey<K, O>>,
{
    #[inline(always)]
    fn emit(&mut self, event: WithKey<K, U>, meta: Meta) -> Result<()> {
        let WithKey { key, value } = event;
        self.into.emit(WithKey { key, value: O::other(value) }, meta)
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        self.merging.mark(Side::Other, mark, self.into)
    }

    fn batch_end(&mut self, events: u64) -> Result<()> {
        self.merging.batch_end(Side::Other, events);
        self.into.batch_end(events)
    }
}
