//! Shows some of the events that are sent, while somebody looks.

use crate::event::Batch;
use crate::metrics::{EdgeCounters, TappedEvent};
use crate::peek::Peeker;
use std::fmt;
use std::sync::Arc;

/// Where the events of an edge are sent, as those see it who look at them.
pub(super) struct TapPoint<T> {
    edge: Arc<EdgeCounters>,
    peeker: Peeker<T>,
}

impl<T> fmt::Debug for TapPoint<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TapPoint").finish_non_exhaustive()
    }
}

impl<T> Clone for TapPoint<T> {
    fn clone(&self) -> Self {
        Self { edge: Arc::clone(&self.edge), peeker: self.peeker }
    }
}

impl<T> TapPoint<T> {
    /// On this edge.
    pub(super) fn on(edge: &Arc<EdgeCounters>) -> Self
    where
        T: 'static,
    {
        Self { edge: Arc::clone(edge), peeker: edge.tap.types().of() }
    }

    /// Shows some events of a batch, if somebody looks.
    #[inline]
    pub(super) fn offer(&self, batch: &Batch<T>) {
        let wanted = self.edge.tap.wanted();
        if wanted > 0 {
            self.show(batch, wanted);
        }
    }

    /// Shows some events of a batch, evenly spread.
    #[cold]
    fn show(&self, batch: &Batch<T>, wanted: u32) {
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX).max(1);
        let step = batch.len().div_ceil(wanted).max(1);
        let shown = batch.shown().step_by(step).map(|(event, time, hash)| TappedEvent {
            key: hash.map(|hash| u16::try_from(hash.get() >> 48).unwrap_or_default()),
            time,
            event: self.peeker.peek(event),
        });
        self.edge.tap.see(shown.collect());
    }
}
