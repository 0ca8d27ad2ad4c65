//! A scripted chain: tests drive single links with it.

use super::chain::closed;
use super::way::LookingAhead;
use super::{Chain, Drive, EveryWay, Link, Linked, LocalWork, Path, Turn, VisitSides, Way};
use crate::control::TaskClock;
use crate::error::Result;
use crate::event::{Epoch, Mark, Meta, Passed};
use crate::exchange::Outbox;
use crate::operator::Emit;
use crate::time::EventTime;
use std::collections::VecDeque;
use std::fmt::Debug;
use std::task::{Context, Poll, Waker};

/// One step of a script: an event with its time and key hash, a mark, or the end of a batch.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item<T> {
    Event(T, Meta),
    Passed(Passed),
    Mark(Mark),
    BatchEnd(u64),
}

/// An event at this time.
pub(super) fn event<T>(value: T, seconds: i64) -> Item<T> {
    let time = EventTime::from_secs(seconds);
    Item::Event(value, Meta { time, ..Meta::default() })
}

/// The end of a batch of this many events.
pub(super) fn batch<T>(events: u64) -> Item<T> {
    Item::BatchEnd(events)
}

/// A watermark at this time.
pub(super) fn watermark<T>(seconds: i64) -> Item<T> {
    Item::Mark(Mark::Watermark(EventTime::from_secs(seconds)))
}

/// Emits a script in one turn.
#[derive(Debug)]
pub(super) struct FakeChain<T>(VecDeque<Item<T>>);

impl<T> Drive for FakeChain<T> {
    type Out = T;

    fn drive<W: Way, E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        self.0.drain(..).try_for_each(|item| match item {
            Item::Event(value, meta) => into.emit(value, meta),
            Item::Passed(passed) => into.passed(passed),
            Item::Mark(mark) => into.mark(mark),
            Item::BatchEnd(events) => into.batch_end(events),
        })
    }

    fn pass<E: Emit<T>>(&mut self, _: &mut E) -> Result<()> {
        Ok(())
    }
}

impl<T: Send + 'static> Path for FakeChain<T> {
    closed!();
}

impl<T: Send + 'static> Chain for FakeChain<T> {
    fn attach(&mut self, _: &TaskClock) {}

    fn fetch_local(&mut self, _: LocalWork) -> bool {
        !self.0.is_empty()
    }

    fn poll_fetch(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        if self.0.is_empty() { Poll::Pending } else { Poll::Ready(Ok(())) }
    }

    fn goes_on(&mut self) -> bool {
        false
    }

    fn poll_due(&mut self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }

    fn turn(&self) -> Turn {
        Turn::Batch
    }

    fn awaited(&self) -> Option<Epoch> {
        None
    }

    fn sides<'a>(&'a mut self, _: VisitSides<'_, 'a>) {}
}

/// Records what it receives.
struct Received<T>(Vec<Item<T>>);

impl<T> Emit<T> for Received<T> {
    fn emit(&mut self, value: T, meta: Meta) -> Result<()> {
        self.0.push(Item::Event(value, meta));
        Ok(())
    }

    fn passed(&mut self, passed: Passed) -> Result<()> {
        self.0.push(Item::Passed(passed));
        Ok(())
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        self.0.push(Item::Mark(mark));
        Ok(())
    }

    fn batch_end(&mut self, events: u64) -> Result<()> {
        self.0.push(Item::BatchEnd(events));
        Ok(())
    }
}

/// One link downstream of a scripted chain.
pub(super) struct Alone<T, L>(Linked<FakeChain<T>, L>);

impl<T: Send + 'static, L: Link<T>> Alone<T, L> {
    pub(super) fn new(link: L) -> Self {
        Self(Linked::new(FakeChain(VecDeque::new()), link))
    }

    /// What the link emits for this script.
    pub(super) fn receive(
        &mut self,
        items: impl IntoIterator<Item = Item<T>>,
    ) -> Vec<Item<L::Out>> {
        self.0.chain_mut().0.extend(items);
        let mut received = Received(Vec::new());
        match self.0.turn() {
            Turn::Batch => self.0.drive::<EveryWay, _>(&mut received).unwrap(),
            Turn::Mark => self.0.pass(&mut received).unwrap(),
        }
        received.0
    }

    /// The same of a link that looks ahead.
    pub(super) fn receive_ahead(&mut self, items: Vec<Item<T>>) -> Vec<Item<L::Out>> {
        self.0.chain_mut().0.extend(items);
        let mut received = Received(Vec::new());
        self.0.drive::<LookingAhead<EveryWay>, _>(&mut received).unwrap();
        received.0
    }

    /// Whether the link would look ahead.
    pub(super) fn looks_ahead(&self) -> bool {
        self.0.looks_ahead()
    }

    /// What the link emits, as text: events by `Debug`, marks by name.
    pub(super) fn receive_in_words<const N: usize>(&mut self, items: [Item<T>; N]) -> Vec<String>
    where
        L::Out: Debug,
    {
        self.receive(items).into_iter().map(words).collect()
    }

    /// Whether the link is due by the clock while its upstream has nothing.
    pub(super) fn is_due(&mut self) -> bool {
        self.0.poll_fetch(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    /// The number of its side outputs.
    pub(super) fn sides(&mut self) -> usize {
        let mut sides: Vec<&mut dyn Outbox> = Vec::new();
        self.0.sides(&mut |side| sides.push(side));
        sides.len()
    }
}

fn words<T: Debug>(item: Item<T>) -> String {
    match item {
        Item::Event(value, meta) => match meta.time {
            EventTime::MIN => format!("{value:?}"),
            time => format!("{value:?} at {}", time.as_micros() / 1_000_000),
        },
        Item::Passed(passed) if passed.is_nothing() => "nothing passed".to_owned(),
        Item::Passed(passed) => {
            format!("passed {}", passed.watermark.as_micros() / 1_000_000)
        }
        Item::BatchEnd(events) => format!("batch of {events}"),
        Item::Mark(Mark::Watermark(EventTime::MAX)) => "watermark at the end".to_owned(),
        Item::Mark(Mark::Watermark(time)) => {
            format!("watermark {}", time.as_micros() / 1_000_000)
        }
        Item::Mark(mark) => format!("{mark:?}"),
    }
}
