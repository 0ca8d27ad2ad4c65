//! Windows of events.

use super::chain::fetch_from_chain;
use super::{Chain, Sides, WithKey};
use crate::error::Result;
use crate::event::{Meta, Signal};
use crate::exchange::{Drive, Gather};
use crate::key::Key;
use crate::metrics::InstanceCounters;
use crate::operator::Emit;
use crate::time::EventTime;
use crate::window::{Late, Window, WindowBuffer};
use std::fmt;
use std::sync::Arc;

/// The windows of a chain: each is given on once, when the watermark has passed its end.
pub struct Windowed<C, K, T> {
    chain: C,
    panes: Panes<K, T>,
}

struct Panes<K, T> {
    buffer: WindowBuffer<K, T>,
    watermark: EventTime,
    late: Option<Gather<Late<T>>>,
    counters: Arc<InstanceCounters>,
    given: u64,
}

impl<C, K, T> fmt::Debug for Windowed<C, K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Windowed").field("watermark", &self.panes.watermark).finish_non_exhaustive()
    }
}

impl<C, K, T> Windowed<C, K, T> {
    /// The windows of a chain.
    pub fn new(
        chain: C,
        buffer: WindowBuffer<K, T>,
        late: Option<Gather<Late<T>>>,
        counters: Arc<InstanceCounters>,
    ) -> Self {
        let watermark = EventTime::MIN;
        Self { chain, panes: Panes { buffer, watermark, late, counters, given: 0 } }
    }
}

impl<C, K, T> Drive for Windowed<C, K, T>
where
    C: Chain<Out = WithKey<K, T>>,
    K: Key,
    T: Clone + Send + Sync + 'static,
{
    type Out = WithKey<K, Window<K, T>>;

    #[inline]
    fn drive<E: Emit<Self::Out>>(&mut self, into: &mut E) -> Result<()> {
        self.chain.drive(&mut Firing { panes: &mut self.panes, into })
    }
}

impl<C, K, T> Chain for Windowed<C, K, T>
where
    C: Chain<Out = WithKey<K, T>>,
    K: Key,
    T: Clone + Send + Sync + 'static,
{
    fetch_from_chain!();

    fn sides<'a>(&'a mut self, found: &mut Sides<'a>) {
        self.chain.sides(found);
        if let Some(late) = &mut self.panes.late {
            found.push(late);
        }
    }
}

struct Firing<'a, K, T, E> {
    panes: &'a mut Panes<K, T>,
    into: &'a mut E,
}

impl<K, T, E> Firing<'_, K, T, E>
where
    K: Key,
    T: Clone + Send,
    E: Emit<WithKey<K, Window<K, T>>>,
{
    fn fire(&mut self, until: EventTime) -> Result<()> {
        while let Some((window, hash)) = self.panes.buffer.next_until(until) {
            self.panes.given += 1;
            let time = window.last_moment();
            let key = window.key().clone();
            self.into.emit(WithKey { key, value: window }, Meta { time, hash })?;
        }
        Ok(())
    }
}

impl<K, T, E> Emit<WithKey<K, T>> for Firing<'_, K, T, E>
where
    K: Key,
    T: Clone + Send,
    E: Emit<WithKey<K, Window<K, T>>>,
{
    #[inline]
    fn emit(&mut self, event: WithKey<K, T>, meta: Meta) -> Result<()> {
        let panes = &mut *self.panes;
        let WithKey { key, value } = event;
        match panes.buffer.insert(key, meta, value, panes.watermark) {
            None => Ok(()),
            Some(value) => {
                Late::give(value, meta.time, panes.watermark, &mut panes.late, &panes.counters)
            }
        }
    }

    fn signal(&mut self, signal: Signal) -> Result<()> {
        match signal {
            Signal::Watermark(time) => {
                self.panes.watermark = time;
                self.fire(time)?;
            }
            Signal::End => self.fire(EventTime::MAX)?,
            Signal::BatchEnd(_) | Signal::Idle | Signal::Barrier(_) => {}
        }
        if let Some(late) = &mut self.panes.late {
            late.signal(signal)?;
        }
        match signal {
            Signal::BatchEnd(_) => {
                let given = std::mem::take(&mut self.panes.given);
                self.into.signal(Signal::BatchEnd(given))
            }
            other => self.into.signal(other),
        }
    }
}
