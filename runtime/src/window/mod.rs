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

pub(crate) mod accumulator;
pub mod aggregate;
mod bounds;
pub(crate) mod declared;
pub(crate) mod kind;
mod late;
pub(crate) mod reorder;
mod result;
pub(crate) mod store;
pub(crate) mod trigger;
#[expect(clippy::module_inception, reason = "the folder is named after its main type")]
mod window;

pub use accumulator::Accumulator;
pub use aggregate::Aggregate;
pub use bounds::Bounds;
pub(crate) use declared::WindowsOf;
pub use declared::{AggregateWindows, FullWindows, StoreFactory, Windows};
pub(crate) use kind::Aligned;
pub(crate) use kind::in_words;
pub use kind::{
    Counted, EmittedWindows, Global, Session, Sliding, Trailing, Tumbling, counted, global,
    session, sliding, trailing, tumbling,
};
pub use late::{Late, LateReason};
pub(crate) use reorder::Reorder;
pub use result::{TrailingResult, WindowResult};
pub(crate) use store::Keys;
pub use store::{Results, Store};
pub(crate) use trigger::Triggers;
pub use trigger::{AtEnd, Firing, Triggered};
pub use window::Window;
