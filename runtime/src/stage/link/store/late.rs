//! Late events.

use super::StoreLink;
use crate::error::Result;
use crate::mutant::Mutant;
use crate::stage::instance::report_late;
use crate::time::EventTime;
use crate::window::{Late, Store};

impl<K, T: Send, S: Store<K, T>, D> StoreLink<K, T, S, D> {
    /// Reports an event that the store has refused.
    #[inline]
    pub(super) fn refused(&mut self, refused: Option<T>, time: EventTime) -> Result<()> {
        match refused {
            None => Ok(()),
            Some(event) => self.refuse(event, time),
        }
    }

    #[cold]
    #[inline(never)]
    fn refuse(&mut self, event: T, time: EventTime) -> Result<()> {
        if Mutant::LateUncounted.strikes() {
            return Ok(());
        }
        self.flow.late.add(1);
        let late = Late { event, time, watermark: self.store.watermark().max(time) };
        report_late((late, self.passed), &mut self.outputs.late, &self.counters)
    }

    /// Reports an event that is late by what its split had passed.
    #[cold]
    #[inline(never)]
    pub(super) fn report(&mut self, event: T, time: EventTime) -> Result<()> {
        if Mutant::LateUncounted.strikes() {
            return Ok(());
        }
        self.flow.late.add(1);
        let late = Late { event, time, watermark: self.passed.watermark };
        report_late((late, self.passed), &mut self.outputs.late, &self.counters)
    }
}
