//! Windows and joins: what comes in is kept in a store, which gives on what is due.

use super::chain::fetch_from_chain;
use super::{Chain, Found};
use crate::error::Result;
use crate::event::{Mark, Meta, WithKey};
use crate::exchange::{Drive, Gather};
use crate::metrics::InstanceCounters;
use crate::operator::Emit;
use crate::time::EventTime;
use crate::window::{Late, Results, Store};
use std::fmt;
use std::sync::Arc;

/// What a store makes of the events of a chain.
pub struct Windowed<C, K, T, S: Store<K, T>> {
    chain: C,
    kept: Kept<T, S, S::Unmatched>,
    ahead: Ahead<K, T>,
}

/// Events of the batch at hand that are not yet in the store.
type Ahead<K, T> = Vec<(WithKey<K, T>, Meta)>;

/// How many events are looked at together. What they need lies anywhere in memory, and to wait for
/// one after the other would take most of the time.
const AHEAD: usize = 32;

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
        Self { chain, kept, ahead: Vec::new() }
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
        let Self { chain, kept, ahead } = self;
        chain.drive(&mut Keeping { kept, ahead, into })
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

    fn sides<'a>(&'a mut self, found: Found<'_, 'a>) {
        self.chain.sides(found);
        if let Some(late) = &mut self.kept.late {
            found(late);
        }
        if let Some(unmatched) = &mut self.kept.unmatched {
            found(unmatched);
        }
    }
}

struct Keeping<'a, K, T, S, U, E> {
    kept: &'a mut Kept<T, S, U>,
    ahead: &'a mut Ahead<K, T>,
    into: &'a mut E,
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
    /// Event time has come to the watermark. The store keeps how far it has come, and one that goes
    /// back does not get there: windows that are over do not open again.
    fn advance(&mut self, watermark: EventTime) -> Result<()> {
        if watermark < self.kept.store.watermark() {
            return Ok(());
        }
        let Kept { store, unmatched, counters, given, .. } = &mut *self.kept;
        let mut giving = Giving { unmatched, counters, given: 0, into: self.into };
        store.advance(watermark, &mut giving)?;
        *given += giving.given;
        Ok(())
    }

    #[inline]
    fn insert(&mut self, event: WithKey<K, T>, meta: Meta) -> Result<()> {
        let Kept { store, late, unmatched, counters, given } = &mut *self.kept;
        let mut giving = Giving { unmatched, counters, given: 0, into: self.into };
        let refused = store.insert(event, meta, &mut giving)?;
        *given += giving.given;
        match refused {
            None => Ok(()),
            Some(event) => Late::give(event, meta.time, store.watermark(), late, counters),
        }
    }

    /// Inserts the events that were looked at.
    #[inline(never)]
    fn insert_ahead(&mut self) -> Result<()> {
        let mut ahead = std::mem::take(self.ahead);
        for (event, meta) in &ahead {
            self.kept.store.touch(&event.key, meta.hash);
        }
        let inserted = ahead.drain(..).try_for_each(|(event, meta)| self.insert(event, meta));
        *self.ahead = ahead;
        inserted
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
        if !S::AHEAD {
            return self.insert(event, meta);
        }
        self.ahead.push((event, meta));
        if self.ahead.len() < AHEAD { Ok(()) } else { self.insert_ahead() }
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        if S::AHEAD {
            self.insert_ahead()?;
        }
        match mark {
            Mark::Watermark(time) => self.advance(time)?,
            Mark::End => self.advance(EventTime::MAX)?,
            _ => {}
        }
        if let Some(late) = &mut self.kept.late {
            late.mark(mark)?;
        }
        if let Some(unmatched) = &mut self.kept.unmatched {
            unmatched.mark(mark)?;
        }
        self.into.mark(mark)
    }

    fn batch_end(&mut self, events: u64) -> Result<()> {
        if S::AHEAD {
            self.insert_ahead()?;
        }
        if let Some(late) = &mut self.kept.late {
            late.batch_end(events)?;
        }
        if let Some(unmatched) = &mut self.kept.unmatched {
            unmatched.batch_end(events)?;
        }
        self.into.batch_end(std::mem::take(&mut self.kept.given))
    }
}
