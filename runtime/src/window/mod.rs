//! Bounded sets of the events of a key, and what is computed from them.
//!
//! A stream does not end, so a sum, a count or a list over it needs bounds. A window has them: it
//! contains the events of one key in a span of event time, and *fires*, which is to emit a result,
//! when the span is over. [`window(…)`](crate::builder::KeyedStream::window) assigns the events of
//! a keyed stream to windows; [`aggregate(…)`](crate::builder::WindowedStream::aggregate) or an
//! operator on a [`Window`] says what to emit.
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
//! (`sliding` also has the windows that begin at -2 and at 6.)
//!
//! | kind | a window contains | fires |
//! |---|---|---|
//! | [`tumbling`] | one interval; the next begins where it ends | at its end |
//! | [`sliding`] | one interval; intervals overlap | at its end |
//! | [`session`] | events with gaps shorter than a given one | a gap after the last event |
//! | [`counted`] | a fixed number of events, as they arrive | with its last event or at the end |
//! | [`global`] | all events of the key | at the end of input |
//! | [`trailing`] | the events up to an event, for each event | when the watermark passes it |
//!
//! # Examples
//! Views of each page per minute:
//! ```
//! use millstream::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> millstream::Result<()> {
//! let results = Collected::new();
//! let views = [(5, "/home"), (20, "/docs"), (42, "/home"), (61, "/home")];
//! let topology = topology!(
//!     job("page_views"),
//!     views = source(from_iter(views))
//!         >> event_time(|view| EventTime::from_secs(view.0), lateness(2.secs())),
//!     counts = views
//!         >> by(|view| view.1)
//!         >> window(tumbling(1.mins()))
//!         >> aggregate(|_| (), count()),
//!     counts
//!         >> map(|count: WindowResult<&'static str, u64>| (count.key, count.value))
//!         >> sink(results.sink()),
//!     counts.late >> ignore,
//! );
//! topology.run(Config::default()).await?;
//! let mut counts = results.take();
//! counts.sort();
//! assert_eq!(counts, [("/docs", 1), ("/home", 1), ("/home", 2)]);
//! # Ok(())
//! # }
//! ```
//!
//! # Bounds
//! A window contains its start but not its end. Tumbling and sliding windows are aligned to the
//! Unix epoch, or to an offset from it, never to the first event, so repeated runs have the same
//! windows. A key without an event in a window has no such window, and nothing is emitted for it.
//!
//! # Without event time
//! [`by_clock`](Tumbling::by_clock) assigns events to windows as they arrive, and fires the windows
//! by the job's clock.
//!
//! # Firing
//! A window fires on time once, when the watermark reaches its end. To see results sooner or to
//! correct them later, add [`early_every`](Tumbling::early_every),
//! [`early_each`](Tumbling::early_each) or [`allowed_lateness`](Tumbling::allowed_lateness); each
//! result carries its [`Firing`].
//!
//! # Late events
//! An event is [`Late`] when all its windows are closed: the watermark of its own split had
//! reached their ends, plus any allowed lateness, before the event. It is sent to the late output
//! of the node. Where that depends on other windows, as in sessions, or where it fires a window
//! again, this happens when the watermark next advances.
//!
//! # Order
//! The events of a [`Window`] are in order of event time, those of equal time in order of arrival.
//! Results of one key are emitted in the order in which its windows fire; results of different keys
//! are in no particular order.
//!
//! # Memory
//! An [`Aggregate`] keeps a small state for each key and pane instead of the events, so prefer it
//! where it suffices. Operators on a [`Window`] and [`aggregate::collect`] keep the events
//! themselves.

pub(crate) mod accumulator;
pub mod aggregate;
mod bounds;
pub(crate) mod declared;
pub(crate) mod kind;
mod late;
mod peeked;
pub(crate) mod reorder;
mod result;
pub(crate) mod sorted;
pub(crate) mod store;
pub(crate) mod trailing_spec;
pub(crate) mod trigger;
pub(crate) mod verdict;
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
    ByClock, Counted, EmittedWindows, Global, Session, Sliding, Trailing, Tumbling, counted,
    global, session, sliding, trailing, tumbling,
};
pub use late::{Late, LateReason};
pub(crate) use reorder::Reorder;
pub use result::{TrailingResult, WindowResult};
pub(crate) use sorted::{Sorted, SortedPlace};
pub(crate) use store::{BatchesOf, Debounce, InBatches};
pub(crate) use store::{CONTENTS, Keys, ShowStates, WAITING, WaitingForTime};
pub use store::{Dedupe, KeptStore, Results, Store, StoreRow, StoreRows, Tally};
pub(crate) use trigger::Triggers;
pub use trigger::{AtEnd, Firing, Triggered};
pub use verdict::Verdict;
pub use window::Window;
