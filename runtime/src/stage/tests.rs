//! Links at the end of a scripted chain: a watermark that goes back has no effect.

use super::{Chain, Found, InOrder, Losses, Windowed};
use crate::error::Result;
use crate::event::{Mark, Meta, WithKey};
use crate::exchange::Drive;
use crate::operator::Emit;
use crate::time::EventTime;
use crate::window::{Results, Store};
use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

fn at(second: i64) -> EventTime {
    EventTime::from_secs(second)
}

/// What a scripted chain emits: events whose time is their value, and watermarks.
#[derive(Clone, Copy)]
enum Line {
    Event(i64),
    Watermark(i64),
}

/// A chain that emits what stands in its script; `make` makes the events.
struct Scripted<T> {
    lines: Vec<Line>,
    make: fn(i64) -> T,
}

impl<T: Send + 'static> Drive for Scripted<T> {
    type Out = T;

    fn drive<E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        self.lines.drain(..).try_for_each(|line| match line {
            Line::Event(second) => {
                into.emit((self.make)(second), Meta { time: at(second), ..Meta::default() })
            }
            Line::Watermark(second) => into.mark(Mark::Watermark(at(second))),
        })
    }
}

impl<T: Send + 'static> Chain for Scripted<T> {
    fn fetch_local(&mut self) -> bool {
        false
    }

    fn poll_fetch(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Pending
    }

    fn sides<'a>(&'a mut self, _: Found<'_, 'a>) {}
}

/// Keeps the events that are emitted.
struct Kept<T>(Vec<T>);

impl<T> Emit<T> for Kept<T> {
    fn emit(&mut self, value: T, _: Meta) -> Result<()> {
        self.0.push(value);
        Ok(())
    }

    fn mark(&mut self, _: Mark) -> Result<()> {
        Ok(())
    }

    fn batch_end(&mut self, _: u64) -> Result<()> {
        Ok(())
    }
}

/// A watermark that goes back after 10 s, and an event that is late if it has not.
const SCRIPT: [Line; 5] =
    [Line::Event(5), Line::Watermark(10), Line::Watermark(3), Line::Event(7), Line::Watermark(20)];

#[test]
fn an_order_does_not_go_back_with_a_watermark() {
    let chain = Scripted { lines: SCRIPT.to_vec(), make: |second| second };
    let mut in_order = InOrder::new(chain, |_: &i64| (), None, Arc::default());
    let mut kept = Kept(Vec::new());
    in_order.drive(&mut kept).unwrap();
    assert_eq!(kept.0, [5], "7 was before the watermark");
}

/// A store that emits each watermark that it comes to.
struct Watching(EventTime);

impl Store<(), i64> for Watching {
    type Out = EventTime;
    type Unmatched = Infallible;

    fn insert<R: Results<EventTime, Infallible>>(
        &mut self,
        _: WithKey<(), i64>,
        _: Meta,
        _: &mut R,
    ) -> Result<Option<i64>> {
        Ok(None)
    }

    fn advance<R: Results<EventTime, Infallible>>(
        &mut self,
        watermark: EventTime,
        results: &mut R,
    ) -> Result<()> {
        self.0 = watermark;
        results.result(watermark, Meta::default())
    }

    fn watermark(&self) -> EventTime {
        self.0
    }
}

#[test]
fn a_store_does_not_go_back_with_a_watermark() {
    let make = |value| WithKey { key: (), value };
    let chain = Scripted { lines: SCRIPT.to_vec(), make };
    let losses = Losses { late: None, unmatched: None };
    let mut windowed = Windowed::new(chain, Watching(EventTime::MIN), losses, Arc::default());
    let mut kept = Kept(Vec::new());
    windowed.drive(&mut kept).unwrap();
    assert_eq!(kept.0, [at(10), at(20)]);
}
