//! What a checkpoint contains of a loop: its events in flight.

use crate::checkpoint::Moment;
use crate::error::Result;
use crate::event::Epoch;
use crate::mutant::Mutant;
use crate::stage::Saver;
use crate::state::{Durable, Kept, Memory, WAITING_EVENT, WrittenShapes, append};
use std::marker::PhantomData;

/// The events of a loop that belong to a checkpoint: those that come back to the head after the
/// barrier it sends, and ahead of that barrier as all tails return it.
///
/// They were in flight in the loop when the state of its operators was saved, so no state contains
/// them, and no source emits them again. As in the snapshots of Chandy and Lamport, what a channel
/// contains is what arrives on it ahead of the marker. See Carbone et al., "Lightweight
/// Asynchronous Snapshots for Distributed Dataflows" (2015), section 4.3.
pub(super) struct LoopLog<T, D> {
    /// Where the events are reported, in a job with checkpoints.
    saver: Option<Saver>,
    state: LogState,
    /// The number of events noted.
    events: u64,
    /// These events, encoded, or why one of them could not be.
    bytes: Result<Vec<u8>>,
    /// Whether the last part is known to be empty.
    is_empty: bool,
    types: PhantomData<fn() -> (T, D)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LogState {
    /// No barrier is in the loop.
    Closed,
    /// The barrier of this epoch has been sent, and not all tails have returned it.
    Open(Epoch),
    /// No barrier is returned, as all tails have ended.
    Over,
}

impl<T: Kept<D>, D: Memory> LoopLog<T, D> {
    pub(super) fn new(saver: Option<Saver>) -> Self {
        let (state, bytes) = (LogState::Closed, Ok(Vec::new()));
        Self { saver, state, events: 0, bytes, is_empty: false, types: PhantomData }
    }

    /// Whether a barrier is in the loop.
    #[inline]
    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, LogState::Open(_))
    }

    /// Begins as the head sends the barrier of an epoch.
    #[cold]
    pub(super) fn begin(&mut self, epoch: Epoch) {
        match self.state {
            LogState::Over => self.report(Moment::Barrier(epoch)),
            LogState::Closed | LogState::Open(_) => self.state = LogState::Open(epoch),
        }
    }

    /// Notes events that have come back, if they belong to a checkpoint.
    #[inline]
    pub(super) fn note(&mut self, events: &[T]) {
        if D::DURABLE && self.is_open() && self.saver.is_some() {
            self.write(events);
        }
    }

    #[cold]
    fn write(&mut self, events: &[T]) {
        if Mutant::LoopNotSaved.is_planted() {
            return;
        }
        self.events += events.len() as u64;
        if let Ok(bytes) = &mut self.bytes {
            let written = events.iter().try_for_each(|event| event.write(bytes));
            self.bytes = written.map(|()| std::mem::take(bytes));
        }
    }

    /// Ends as all tails have returned the barrier.
    #[cold]
    pub(super) fn end(&mut self) {
        if let LogState::Open(epoch) = std::mem::replace(&mut self.state, LogState::Closed) {
            self.report(Moment::Barrier(epoch));
        }
    }

    /// Ends for good, as all tails have ended.
    #[cold]
    pub(super) fn no_tail_is_left(&mut self) {
        self.end();
        self.state = LogState::Over;
    }

    /// Ends together with the head, whose loop is empty.
    #[cold]
    pub(super) fn close(&mut self) {
        self.no_tail_is_left();
        self.report(Moment::End);
    }

    fn report(&mut self, moment: Moment) {
        let events = std::mem::take(&mut self.events);
        let bytes = std::mem::replace(&mut self.bytes, Ok(Vec::new()));
        let Some(saver) = &self.saver else { return };
        let was_empty = std::mem::replace(&mut self.is_empty, events == 0);
        let whole = bytes.and_then(|bytes| {
            if was_empty && events == 0 {
                return Ok(None);
            }
            let mut whole = Vec::with_capacity(bytes.len() + size_of::<u64>());
            append(&events, &mut whole)?;
            whole.extend(bytes);
            Ok(Some(whole))
        });
        saver.whole(moment, whole);
    }

    /// The events of a part, which the head emits first.
    ///
    /// # Errors
    /// If it was written by another type.
    pub(super) fn read(mut bytes: &[u8], written: &WrittenShapes) -> Result<Vec<T>> {
        let events: u64 = Kept::<Durable>::read(&mut bytes)?;
        (0..events).map(|_| T::read_written(written.of(WAITING_EVENT), &mut bytes)).collect()
    }
}
