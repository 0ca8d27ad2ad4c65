//! Sets of events that belong together in event time.
//!
//! ```text
//! events            a  b     c        d
//! time              0  1  2  3  4  5  6  7  8  9  …
//! tumbling(4)      [a  b     c ][     d    ]
//! sliding(4, 2)    [a  b     c ]
//!                        [   c        d ]
//!                              [      d     ]
//! session(3)        [a  b     c        )[d        )
//! ```
//!
//! | kind | a window has the events of a key |
//! |---|---|
//! | [`tumbling`] | of one length of time, one window after the other |
//! | [`sliding`] | of one length of time, a window every so often |
//! | [`session`] | that follow each other closely |
//! | [`counted`] | so many at a time, in order of arrival |
//! | [`global`] | all of them |
//! | [`trailing`] | that came before an event: one window for each event |
//!
//! The first two are aligned to the epoch, or an offset from it, never to the first event, so that
//! equal runs give equal windows. A window is on time once, when the watermark has passed its end;
//! a key without an event in a window has no such window. With
//! [`early_every`](Tumbling::early_every), [`early_each`](Tumbling::early_each) and
//! [`allowed_lateness`](Tumbling::allowed_lateness) it speaks more often, and every result says
//! [which it is](Firing). An event all of whose windows are over is [`Late`].
//!
//! An operator that takes a [`Window`] sees all of its events, in order of time, those of equal
//! time in order of arrival. An [`Aggregate`] keeps a small state instead of the events.

pub mod aggregate;
mod bounds;
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
pub use bounds::Bounds;
pub use contents::{Contents, Selected, Whole};
pub use declared::{
    AggregateWindows, Keeping, Lending, Stored, TrailingOf, WholeStored, WholeWindows, Windows,
};
pub(crate) use kind::spoken;
pub use kind::{
    Aligned, Counted, Global, Session, Shown, Sliding, Spans, Trailing, Tumbling, counted, global,
    session, sliding, trailing, tumbling,
};
pub use late::{Late, LateReason};
pub use reorder::Reorder;
pub use result::{TrailingResult, WindowResult};
pub(crate) use store::Keys;
pub use store::{
    Always, CountStore, Events, PaneStore, Panes, Results, SessionStore, SliceStore, Store,
    TrailRules, TrailStore, WindowBuffer,
};
pub use trigger::{AtEnd, Firing, Marks, Triggered, Triggers};
pub use window::Window;
