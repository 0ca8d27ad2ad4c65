//! Windows and joins: what comes in is kept in a store, which gives on what is due.

use super::chain::fetch_from_chain;
use super::{Chain, Sides};
use crate::error::Result;
use crate::event::{Meta, Signal, WithKey};
use crate::exchange::{Drive, Gather};
use crate::metrics::InstanceCounters;
use crate::operator::Emit;
use crate::time::EventTime;
use crate::window::{Late, Results, Store};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// What a store makes of the events of a chain.
pub struct Windowed<C, K, T, S: Store<K, T>> {
    chain: C,
    kept: Kept<T, S, S::Unmatched>,
    keys: PhantomData<fn() -> K>,
}

/// A store, and where goes what does not come out of it.
struct Kept<T, S, U> {
    store: S,
    late: Option<Gather<Late<T>>>,
    unmatched: Option<Gather<U>>,
    counters: Arc<InstanceCounters>,
    given: u64,
}

/// Where goes what comes late, and what finds no partner.
#[derive(Debug)]
pub struct Losses<T, U> {
    /// What comes late.
    pub late: Option<Gather<Late<T>>>,
    /// What finds no partner.
    pub unmatched: Option<Gather<U>>,
}

impl<C, K, T, S: Store<K, T>> fmt::Debug for Windowed<C, K, T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let watermark = self.kept.store.watermark();
        f.debug_struct("Windowed").field("watermark", &watermark).finish_non_exhaustive()
    }
}

impl<C, K, T, S: Store<K, T>> Windowed<C, K, T, S> {
    /// What a store makes of the events of a chain.
    pub fn new(
        chain: C,
        store: S,
        losses: Losses<T, S::Unmatched>,
        counters: Arc<InstanceCounters>,
    ) -> Self {
        let Losses { late, unmatched } = losses;
        let kept = Kept { store, late, unmatched, counters, given: 0 };
        Self { chain, kept, keys: PhantomData }
    }
}

impl<C, K, T, S> Drive for Windowed<C, K, T, S>
where
    C: Chain<Out = WithKey<K, T>>,
    K: Send + 'static,
    T: Send + 'static,
    S: Store<K, T>,
{
    type Out = S::Out;

    #[inline]
    fn drive<E: Emit<S::Out>>(&mut self, into: &mut E) -> Result<()> {
        self.chain.drive(&mut Keeping { kept: &mut self.kept, into, keys: PhantomData })
    }
}

impl<C, K, T, S> Chain for Windowed<C, K, T, S>
where
    C: Chain<Out = WithKey<K, T>>,
    K: Send + 'static,
    T: Send + 'static,
    S: Store<K, T>,
{
    fetch_from_chain!();

    fn sides<'a>(&'a mut self, found: &mut Sides<'a>) {
        self.chain.sides(found);
        if let Some(late) = &mut self.kept.late {
            found.push(late);
        }
        if let Some(unmatched) = &mut self.kept.unmatched {
            found.push(unmatched);
        }
    }
}

struct Keeping<'a, K, T, S, U, E> {
    kept: &'a mut Kept<T, S, U>,
    into: &'a mut E,
    keys: PhantomData<fn() -> K>,
}

/// Takes what a store gives on.
struct Giving<'a, U, E> {
    unmatched: &'a mut Option<Gather<U>>,
    counters: &'a InstanceCounters,
    given: u64,
    into: &'a mut E,
}

impl<O, U: Send, E: Emit<O>> Results<O, U> for Giving<'_, U, E> {
    #[inline]
    fn result(&mut self, result: O, meta: Meta) -> Result<()> {
        self.given += 1;
        self.into.emit(result, meta)
    }

    fn unmatched(&mut self, event: U, time: EventTime) -> Result<()> {
        match self.unmatched {
            Some(output) => output.emit(event, Meta { time, ..Meta::default() }),
            None => {
                self.counters.dropped.add(1);
                Ok(())
            }
        }
    }
}

impl<K, T: Send, S: Store<K, T>, E: Emit<S::Out>> Keeping<'_, K, T, S, S::Unmatched, E> {
    /// Event time has come to the watermark.
    fn advance(&mut self, watermark: EventTime) -> Result<()> {
        let Kept { store, unmatched, counters, given, .. } = &mut *self.kept;
        let mut giving = Giving { unmatched, counters, given: 0, into: self.into };
        store.advance(watermark, &mut giving)?;
        *given += giving.given;
        Ok(())
    }
}

impl<K, T, S, E> Emit<WithKey<K, T>> for Keeping<'_, K, T, S, S::Unmatched, E>
where
    T: Send,
    S: Store<K, T>,
    E: Emit<S::Out>,
{
    #[inline]
    fn emit(&mut self, event: WithKey<K, T>, meta: Meta) -> Result<()> {
        let Kept { store, late, unmatched, counters, given } = &mut *self.kept;
        let mut giving = Giving { unmatched, counters, given: 0, into: self.into };
        let refused = store.insert(event, meta, &mut giving)?;
        *given += giving.given;
        match refused {
            None => Ok(()),
            Some(event) => Late::give(event, meta.time, store.watermark(), late, counters),
        }
    }

    fn signal(&mut self, signal: Signal) -> Result<()> {
        match signal {
            Signal::Watermark(time) => self.advance(time)?,
            Signal::End => self.advance(EventTime::MAX)?,
            Signal::BatchEnd(_) | Signal::Idle | Signal::Barrier(_) => {}
        }
        if let Some(late) = &mut self.kept.late {
            late.signal(signal)?;
        }
        if let Some(unmatched) = &mut self.kept.unmatched {
            unmatched.signal(signal)?;
        }
        match signal {
            Signal::BatchEnd(_) => {
                let given = std::mem::take(&mut self.kept.given);
                self.into.signal(Signal::BatchEnd(given))
            }
            other => self.into.signal(other),
        }
    }
}
