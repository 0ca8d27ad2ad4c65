//! Events for which a join with a bound has no room.

use super::StoreLink;
use crate::error::Result;
use crate::event::Meta;
use crate::operator::Emit;
use crate::time::EventTime;
use crate::window::{Store, Verdict};

impl<K, T: Send, S: Store<K, T>, D> StoreLink<K, T, S, D> {
    /// Whether there is room for an event, or it is late and needs none.
    #[inline]
    pub(super) fn has_room<E: Emit<S::Out>>(
        &mut self,
        time: EventTime,
        into: &mut E,
    ) -> Result<bool> {
        if self.store.is_full(self.held.len() + self.ahead.len() as u64) {
            return self.has_room_after_all(time, into);
        }
        Ok(true)
    }

    #[cold]
    #[inline(never)]
    fn has_room_after_all<E: Emit<S::Out>>(
        &mut self,
        time: EventTime,
        into: &mut E,
    ) -> Result<bool> {
        // Some of those may be late.
        self.insert_ahead(into)?;
        let (held, watermark) = (self.held.len(), self.store.watermark());
        let late = || time < watermark && self.store.judge(time, watermark) == Verdict::Late;
        if !self.store.is_full(held) || late() {
            return Ok(true);
        }
        self.store.refuse(held)?;
        Ok(false)
    }

    /// Sends an event to the overflow output.
    #[cold]
    #[inline(never)]
    pub(super) fn shed(&mut self, event: T, meta: Meta) -> Result<()> {
        self.counters.count_overflow(1);
        match &mut self.outputs.overflow {
            Some(overflow) => overflow.emit(event, meta),
            None => {
                self.counters.count_dropped(1);
                Ok(())
            }
        }
    }
}
