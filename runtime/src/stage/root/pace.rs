//! How many events a root emits before it looks at the clock.

use crate::control::TaskClock;
use crate::time::Monotonic;

/// Ends a batch early if it takes longer than a turn: the task can then flush, fire timers and
/// yield, however slow the operators are and however many events are at hand.
///
/// A batch is driven in slices, and the clock is read after each. A slice is one event at first,
/// doubles as long as events are fast, up to a whole batch, and follows their measured cost
/// otherwise. So fast events cost one reading per batch. If they become slow all at once, the first
/// slow slice is not cut.
#[derive(Debug)]
pub(super) struct Pace {
    /// The clock of the task; never cuts a batch before there is one.
    clock: Option<TaskClock>,
    /// The number of events of a slice.
    slice: usize,
    /// The current batch; its next slice is driven at once unless it has ended.
    batch: Paced,
}

/// A batch that is driven in slices.
#[derive(Debug, Clone, Copy)]
struct Paced {
    /// When it began.
    began: Monotonic,
    /// How many of its events are emitted.
    done: usize,
    /// The number of events of its next slice; 0 if there is none.
    next: usize,
}

impl Default for Pace {
    fn default() -> Self {
        let batch = Paced { began: Monotonic::default(), done: 0, next: 0 };
        Self { clock: None, slice: usize::MAX, batch }
    }
}

impl Pace {
    /// Cuts batches by this clock.
    pub(super) fn attach(&mut self, clock: &TaskClock) {
        *self = Self { clock: Some(clock.clone()), slice: 1, ..Self::default() };
    }

    /// The number of events that may be emitted now. Begins a batch if none is being driven, right
    /// after the last reading of the clock.
    #[inline(never)]
    pub(super) fn limit(&mut self) -> usize {
        if !self.goes_on() {
            let began = self.clock.as_ref().map_or(Monotonic::default(), TaskClock::last);
            self.batch = Paced { began, done: 0, next: self.slice };
        }
        self.batch.next
    }

    /// The number of events of the batch emitted so far.
    pub(super) fn done(&self) -> usize {
        self.batch.done
    }

    /// Whether the batch goes on at once, with another slice.
    #[inline]
    pub(super) fn goes_on(&self) -> bool {
        self.batch.next > 0
    }

    /// Notes a slice of `events` events; whether the batch goes on. It ends if there is no `rest`
    /// of it, or no time.
    #[inline(never)]
    pub(super) fn note(&mut self, events: usize, rest: bool) -> bool {
        self.batch.done += events;
        let next = match &self.clock {
            None => self.slice,
            Some(clock) => {
                let (took, turn) = (clock.read().since(self.batch.began), clock.turn());
                // Events that take no time: nothing to adapt.
                if events < self.slice && took < turn / 4 {
                    self.slice
                } else {
                    self.adapt(events, (took.as_nanos(), turn.as_nanos()))
                }
            }
        };
        self.batch.next = if rest { next } else { 0 };
        self.goes_on()
    }

    /// Adapts the size of slices to what the events cost; returns that of the next, 0 if there is
    /// no time for it.
    fn adapt(&mut self, events: usize, (took, turn): (u128, u128)) -> usize {
        let in_time = |time: u128| {
            let fit = self.batch.done as u128 * time / took.max(1);
            usize::try_from(fit).unwrap_or(usize::MAX).max(1)
        };
        let (in_turn, in_rest) = (in_time(turn), in_time(turn.saturating_sub(took)));
        let grown = if events < self.slice { self.slice } else { events.saturating_mul(2) };
        self.slice = grown.min(in_turn);
        if took < turn { self.slice.min(in_rest) } else { 0 }
    }
}
