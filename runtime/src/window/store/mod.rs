//! Stores: the open windows of one instance, one store for each kind of window.
//!
//! | store | windows | what it keeps |
//! |---|---|---|
//! | [`panes`] | tumbling, global | for each window a table of keys |
//! | [`slices`] | sliding | for each key its panes, merged as a sum or two stacks |
//! | [`buffer`] | full tumbling and sliding windows | for each key its events, once |
//! | [`sessions`] | session | for each key its open sessions |
//! | [`counts`] | counted | for each key its incomplete window |
//! | [`trailing`] | trailing | for each key its last events |
//! | [`dedupe`] | none: repeated events | the keys that were seen |
//! | [`gathered`] | none: batches, and events before a silence | for each key the events that wait |

mod blocks;
mod buffer;
mod by_clock;
mod counts;
mod dedupe;
mod events;
mod gathered;
mod kept;
mod key_panes;
mod keys;
mod line;
mod merging;
mod panes;
mod schedule;
mod sessions;
mod slices;
mod stacks;
mod states;
mod sums;
mod tally;
mod trailing;
mod waiting;

pub use counts::CountStore;
pub use dedupe::{Dedupe, DedupeStore};
pub use events::Events;
pub(super) use events::Stamp;
pub use gathered::{BatchesOf, Debounce, GatheredStore, Gathers, InBatches};
pub(crate) use kept::{CONTENTS, declared_otherwise};
pub use kept::{KeptStore, StoreRow, StoreRows};
pub(crate) use keys::Keys;
pub(crate) use waiting::{WAITING, WaitingForTime};

pub use buffer::WindowBuffer;
pub use by_clock::ClockStore;
pub use panes::{Always, PaneStore, Panes};
pub use sessions::SessionStore;
pub use slices::SliceStore;
pub use states::ShowStates;
pub use tally::Tally;
pub use trailing::{TrailingRules, TrailingStore};

use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::KeyHash;
use crate::metrics::PendingWindow;
use crate::time::{EventTime, InputIndex};
use crate::window::Verdict;

/// The state of one instance of a node with windows or a join: receives events and watermarks,
/// and emits results.
///
/// Implemented by the engine; implement it for a kind of window of your own, as shown in
/// `docs/guide/window.md`. `docs/decisions/0009-windows-have-stores.md` says why there are several.
pub trait Store<K, T>: Send + 'static {
    /// What it emits.
    type Out: Send + 'static;
    /// What it sends to the unmatched output; only joins do.
    type Unmatched: Send + 'static;
    /// Whether to prefetch: several events are passed to [`find`](Store::find) before they are
    /// inserted. Worth it for stores that are much larger than a cache.
    const AHEAD: bool = false;

    /// Whether [`judge`](Store::judge) may return [`Verdict::Hold`]. If not, the code for events
    /// that are held is not compiled.
    const HOLDS: bool = true;

    /// Whether [`insert`](Store::insert) emits results. If not, it does not show when exactly an
    /// event is inserted between two watermarks, and none has to be held for its own split.
    const INSERT_EMITS: bool = true;

    /// Whether `insert` calls code of the user outside of an accumulator, which names its node
    /// itself if it panics.
    const CALLS: bool = false;

    /// Reads what an event will need, so that the processor prefetches it, and returns where that
    /// is, for [`insert_found`](Self::insert_found).
    #[inline]
    fn find(&mut self, _event: &WithKey<K, T>, _hash: KeyHash) -> Option<usize> {
        None
    }

    /// Notes the watermark of a side of a join alone; that of the join may be behind it.
    fn side_passed(&mut self, _side: InputIndex, _watermark: EventTime) {}

    /// Says what to do with an event at `time` that is behind its split, which had passed the
    /// watermark `passed`. It must depend on these two and on the store's declaration alone, never
    /// on what the store has received: see [`Verdict`].
    #[inline]
    fn judge(&self, _time: EventTime, _passed: EventTime) -> Verdict {
        Verdict::Hold
    }

    /// Inserts an event, and emits what it causes; returns the event if it is late.
    ///
    /// # Errors
    /// Returns the first error of `results`.
    fn insert<R: Results<Self::Out, Self::Unmatched>>(
        &mut self,
        event: WithKey<K, T>,
        meta: Meta,
        results: &mut R,
    ) -> Result<Option<T>>;

    /// Inserts an event that [`find`](Self::find) has looked for; since then, only events were
    /// inserted.
    ///
    /// # Errors
    /// Returns the first error of `results`.
    #[inline(always)]
    fn insert_found<R: Results<Self::Out, Self::Unmatched>>(
        &mut self,
        event: WithKey<K, T>,
        meta: Meta,
        _found: Option<usize>,
        results: &mut R,
    ) -> Result<Option<T>> {
        self.insert(event, meta, results)
    }

    /// Advances the watermark, and emits what that causes.
    ///
    /// # Errors
    /// Returns the first error of `results`.
    fn advance<R: Results<Self::Out, Self::Unmatched>>(
        &mut self,
        watermark: EventTime,
        results: &mut R,
    ) -> Result<()>;

    /// Advances the watermark if that emits nothing; returns whether it did. Otherwise
    /// [`advance`](Store::advance) is called.
    #[inline]
    fn pass(&mut self, _watermark: EventTime) -> bool {
        false
    }

    /// Returns the watermark.
    fn watermark(&self) -> EventTime;

    /// Says what has become of the events that were inserted and not returned as late, if the store
    /// counts them: for [`Job::audit`](crate::Job::audit). Called once a batch.
    fn tally(&self) -> Option<Tally> {
        None
    }

    /// How many keys it has anything of, if that is known at once: for those who watch the job.
    /// Called once a batch.
    fn keys(&self) -> Option<usize> {
        None
    }

    /// The window that fires next as the watermark advances, if that is known at once: for those
    /// who watch the job. Called once a batch.
    fn next_window(&self) -> Option<PendingWindow> {
        None
    }

    /// Whether there is a bound for the events in it. If not, the code for
    /// [`is_full`](Store::is_full) and [`refuse`](Store::refuse) is not compiled.
    const BOUNDED: bool = false;

    /// Whether there is no room for another event, with `waiting` more that are not inserted yet.
    fn is_full(&self, _waiting: u64) -> bool {
        false
    }

    /// Notes that an event found no room, which is shed.
    ///
    /// # Errors
    /// If none is to be shed: the job ends.
    fn refuse(&mut self, _waiting: u64) -> Result<()> {
        Ok(())
    }

    /// Whether it goes by the job's clock. If not, the code for [`tick`](Store::tick) and
    /// [`next_due`](Store::next_due) is not compiled.
    const BY_CLOCK: bool = false;

    /// Advances to a reading of the job's clock, and emits what that causes. Called at the
    /// beginning of each turn, and when what is due next is due.
    ///
    /// # Errors
    /// Returns the first error of `results`.
    fn tick<R: Results<Self::Out, Self::Unmatched>>(
        &mut self,
        _now: EventTime,
        _results: &mut R,
    ) -> Result<()> {
        Ok(())
    }

    /// When it has something to emit next, at the earliest, if only time passes.
    fn next_due(&self) -> Option<EventTime> {
        None
    }
}

/// Receives what a [`Store`] emits.
pub trait Results<O, U> {
    /// Emits a result.
    ///
    /// # Errors
    /// If a downstream link failed. The store returns the error at once.
    fn result(&mut self, result: O, meta: Meta) -> Result<()>;

    /// Sends an event without a match to the unmatched output.
    ///
    /// # Errors
    /// If a downstream link failed. The store returns the error at once.
    fn unmatched(&mut self, event: U, time: EventTime) -> Result<()>;

    /// Emits a result that follows from the time that has passed, like those of
    /// [`advance`](Store::advance), while an event is inserted.
    ///
    /// # Errors
    /// If a downstream link failed. The store returns the error at once.
    fn result_by_time(&mut self, result: O, meta: Meta) -> Result<()> {
        self.result(result, meta)
    }

    /// Likewise sends an event without a match to the unmatched output.
    ///
    /// # Errors
    /// If a downstream link failed. The store returns the error at once.
    fn unmatched_by_time(&mut self, event: U, time: EventTime) -> Result<()> {
        self.unmatched(event, time)
    }

    /// Counts events that were dropped because they repeat others.
    fn duplicates(&mut self, _events: u64) {}
}

impl<O, U, R: Results<O, U> + ?Sized> Results<O, U> for &mut R {
    fn result(&mut self, result: O, meta: Meta) -> Result<()> {
        (**self).result(result, meta)
    }

    fn unmatched(&mut self, event: U, time: EventTime) -> Result<()> {
        (**self).unmatched(event, time)
    }

    fn result_by_time(&mut self, result: O, meta: Meta) -> Result<()> {
        (**self).result_by_time(result, meta)
    }

    fn unmatched_by_time(&mut self, event: U, time: EventTime) -> Result<()> {
        (**self).unmatched_by_time(event, time)
    }

    fn duplicates(&mut self, events: u64) {
        (**self).duplicates(events);
    }
}
