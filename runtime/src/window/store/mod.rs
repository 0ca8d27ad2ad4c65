//! The open windows of one operator instance: one kind of store for each way of keeping them.
//!
//! | store | windows | how |
//! |---|---|---|
//! | `panes` | tumbling, global | a table of keys for each window |
//! | `slices` | sliding | for each key its panes, merged as two stacks |
//! | `shared` | whole windows, tumbling and sliding | for each key its events, once |
//! | `sessions` | sessions | for each key its sessions |
//! | `counts` | counted | for each key its window |
//! | `trails` | trailing | for each key its last events |

mod buffer;
mod counts;
mod events;
mod keys;
mod panes;
mod schedule;
mod sessions;
mod slices;
mod stacks;
mod trailing;

pub use counts::CountStore;
pub use events::Events;
pub(super) use events::Stamp;
pub(crate) use keys::Keys;

pub use buffer::WindowBuffer;
pub use panes::{Always, PaneStore, Panes};
pub use sessions::SessionStore;
pub use slices::SliceStore;
pub use trailing::{TrailingRules, TrailingStore};

use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::KeyHash;
use crate::time::EventTime;

/// What a window operator or a join keeps, and when it gives something on.
pub trait Store<K, T>: Send + 'static {
    /// What is given on.
    type Out: Send + 'static;
    /// What is given to the unmatched output.
    type Unmatched: Send + 'static;
    /// Whether events are worth a look ahead: several of them are shown to
    /// [`touch`](Store::touch), and then inserted. For stores that are much larger than a cache.
    const AHEAD: bool = false;

    /// Reads what an event with this key will need, so that the processor fetches it while it goes
    /// on.
    #[inline]
    fn touch(&mut self, _: &K, _: KeyHash) {}

    /// Takes in an event; gives it back if it is late.
    ///
    /// # Errors
    /// Those of `results`.
    fn insert<R: Results<Self::Out, Self::Unmatched>>(
        &mut self,
        event: WithKey<K, T>,
        meta: Meta,
        results: &mut R,
    ) -> Result<Option<T>>;

    /// Event time has come to the watermark.
    ///
    /// # Errors
    /// Those of `results`.
    fn advance<R: Results<Self::Out, Self::Unmatched>>(
        &mut self,
        watermark: EventTime,
        results: &mut R,
    ) -> Result<()>;

    /// How far event time has come.
    fn watermark(&self) -> EventTime;
}

/// Where results go.
pub trait Results<O, U> {
    /// A result.
    ///
    /// # Errors
    /// If something further down failed: the store returns the error at once.
    fn result(&mut self, result: O, meta: Meta) -> Result<()>;

    /// An event that found no partner.
    ///
    /// # Errors
    /// If something further down failed: the store returns the error at once.
    fn unmatched(&mut self, event: U, time: EventTime) -> Result<()>;
}
