//! Sets of events that belong together in event time.
//!
//! ```text
//! events            a  b     c        d
//! time              0  1  2  3  4  5  6  7  8  9  …
//! tumbling(4)      [a  b     c ][     d    ]
//! sliding(4, 2)    [a  b     c ]
//!                        [   c        d ]
//!                              [      d     ]
//! ```
//!
//! Windows are aligned to the epoch, never to the first event, so that equal runs give equal
//! windows. A window is given on once, when the watermark has passed its end; a key without an
//! event in a window has no such window. An event all of whose windows have been given on is
//! [`Late`].
//!
//! An operator that takes a [`Window`] sees all of its events, in order of time, those of equal
//! time in order of arrival. The events are stored once per key, however many windows overlap.

pub mod aggregate;
mod contents;
mod declared;
mod kind;
mod late;
mod reorder;
mod result;
mod store;
mod trigger;
#[expect(clippy::module_inception, reason = "the folder is named after its main type")]
mod window;

pub use aggregate::Aggregate;
pub use contents::{Bounds, Contents, Selected, Whole};
pub use declared::{AggregateWindows, Keeping, Lending, Stored, TrailingOf, WholeWindows, Windows};
pub(crate) use kind::spoken;
pub use kind::{
    Aligned, Counted, Global, Session, Shown, Sliding, Spans, Trailing, Tumbling, counted, global,
    session, sliding, trailing, tumbling,
};
pub use late::Late;
pub use reorder::Reorder;
pub use result::{TrailingResult, WindowResult};
pub(crate) use store::Keys;
pub use store::{
    Always, CountStore, Events, PaneStore, Panes, Results, SessionStore, SliceStore, Store,
    TrailRules, TrailStore, WindowBuffer,
};
pub use trigger::{AtEnd, Firing, Marks, Triggered, Triggers};
pub use window::Window;
