//! A time for every event, and the watermarks that follow.

use super::idle::Idle;
use super::{Chain, Found};
use crate::env::Env;
use crate::error::Result;
use crate::event::{Mark, Meta};
use crate::exchange::Drive;
use crate::operator::Emit;
use crate::time::{EventClock, EventTime, Watermarks};
use std::fmt;
use std::task::{Context, Poll};

/// A time for every event of a chain, a watermark after every batch, and a mark where no event has
/// come for some time.
pub struct EventTimed<C, F, W> {
    chain: C,
    time: F,
    /// Absent only while a batch is worked through.
    strategy: Option<W>,
    stand: Stand,
}

/// How far event time has come, and whether events still come.
struct Stand {
    clock: EventClock,
    idle: Idle,
}

impl<C, F, W> fmt::Debug for EventTimed<C, F, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventTimed")
            .field("watermark", &self.stand.clock.watermark())
            .finish_non_exhaustive()
    }
}

impl<C: Chain, F, W: Watermarks<C::Out>> EventTimed<C, F, W> {
    /// A time for every event of a chain.
    pub fn new(chain: C, time: F, strategy: W, env: Env) -> Self {
        let idle = Idle::new(strategy.idleness(), env);
        let stand = Stand { clock: EventClock::default(), idle };
        Self { chain, time, strategy: Some(strategy), stand }
    }
}

impl<C, F, W> Drive for EventTimed<C, F, W>
where
    C: Chain,
    F: Fn(&C::Out) -> EventTime,
    W: Watermarks<C::Out>,
{
    type Out = C::Out;

    #[inline]
    fn drive<E: Emit<C::Out>>(&mut self, into: &mut E) -> Result<()> {
        let Self { chain, time, strategy, stand } = self;
        if stand.idle.say() {
            return into.mark(Mark::Idle);
        }
        let Some(taken) = strategy.take() else {
            return Ok(());
        };
        // On the stack, where the compiler keeps what it can of it in registers.
        let mut timing = Timing { time: &*time, strategy: taken, stand, into };
        chain.drive(&mut timing)?;
        *strategy = Some(timing.strategy);
        Ok(())
    }
}

impl<C, F, W> Chain for EventTimed<C, F, W>
where
    C: Chain,
    F: Fn(&C::Out) -> EventTime + Send + 'static,
    W: Watermarks<C::Out>,
{
    fn fetch_local(&mut self) -> bool {
        let found = self.chain.fetch_local();
        if found {
            self.stand.idle.interrupt();
        }
        found
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if let Poll::Ready(fetched) = self.chain.poll_fetch(cx) {
            self.stand.idle.interrupt();
            return Poll::Ready(fetched);
        }
        self.stand.idle.poll(cx).map(Ok)
    }

    fn sides<'a>(&'a mut self, found: Found<'_, 'a>) {
        self.chain.sides(found);
    }
}

impl Stand {
    /// No watermark may follow the one beyond all times: a loop goes on behind it.
    fn close(&mut self) {
        self.clock.advance(EventTime::MAX);
        self.idle.end();
    }

    /// The watermark that follows a batch of so many events, if there is one to emit. It never goes
    /// back, whatever the strategy says.
    fn advance(&mut self, watermark: EventTime, events: u64) -> Option<EventTime> {
        let woken = events > 0 && self.idle.wake();
        let risen = self.clock.advance(watermark);
        // After an idle mark the last watermark is emitted again: it wakes the input.
        let last = self.clock.watermark();
        risen.or_else(|| (woken && last > EventTime::MIN).then_some(last))
    }
}

struct Timing<'a, F, W, E> {
    time: &'a F,
    strategy: W,
    stand: &'a mut Stand,
    into: &'a mut E,
}

impl<T, F, W, E> Emit<T> for Timing<'_, F, W, E>
where
    F: Fn(&T) -> EventTime,
    W: Watermarks<T>,
    E: Emit<T>,
{
    #[inline(always)]
    fn emit(&mut self, value: T, meta: Meta) -> Result<()> {
        let time = (self.time)(&value);
        self.strategy.observe(&value, time);
        self.into.emit(value, Meta { time, ..meta })
    }

    #[inline(always)]
    fn mark(&mut self, mark: Mark) -> Result<()> {
        if let Mark::Watermark(time) = mark {
            // One from before is about another time than the one assigned here, except at the end.
            if time < EventTime::MAX {
                return Ok(());
            }
            self.stand.close();
        }
        self.into.mark(mark)
    }

    #[inline(always)]
    fn batch_end(&mut self, events: u64) -> Result<()> {
        let watermark = self.strategy.watermark();
        if let Some(watermark) = self.stand.advance(watermark, events) {
            self.into.mark(Mark::Watermark(watermark))?;
        }
        self.into.batch_end(events)
    }
}
