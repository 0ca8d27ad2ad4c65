//! Events, the batches they travel in, and the marks between them.
//!
//! An event is any value that owns its parts and can move between threads ([`Event`]); it needs no
//! derive. Events travel in batches, with their event times and key hashes in columns beside them.
//!
//! Watermarks, barriers and the end of a stream travel as marks on the same edges as the events, so
//! none of them can overtake an event. These types are in [`plumbing`](crate::plumbing::marks).
//!
//! # Examples
//! ```
//! use millstream::prelude::*;
//!
//! struct Order {
//!     id: u64,
//!     items: Vec<String>,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> millstream::Result<()> {
//! let large = Collected::new();
//! let orders = [3, 1].map(|id| Order { id, items: vec!["book".to_owned(); id as usize] });
//! topology!(
//!     orders = source(from_iter(orders)),
//!     orders >> filter(|order| order.items.len() > 1) >> map(|order| order.id)
//!         >> sink(large.sink()),
//! )
//! .run(Config::default())
//! .await?;
//! assert_eq!(large.take(), [3]);
//! # Ok(())
//! # }
//! ```

pub(crate) mod batch;
pub(crate) mod element;
pub(crate) mod keyed;
pub(crate) mod passed;
mod payload;

pub(crate) use batch::{Batch, BatchParts, Meta, Times};
pub use element::Epoch;
pub(crate) use element::{Element, Mark, Origin, Round};
pub(crate) use keyed::WithKey;
pub(crate) use passed::{ArrivalPlace, Carrying, Passed, SplitsReceived};
pub use payload::Event;
