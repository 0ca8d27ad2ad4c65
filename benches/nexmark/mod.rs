//! The Nexmark benchmark: an auction house in 24 queries.
//!
//! Persons open auctions, and bid in those of others. The events come from the crate `nexmark`,
//! where event `i` is a function of `i`: the first N events are the same everywhere, and so are the
//! results. Each query is a function from a source of events and a sink of rows to a topology, in a
//! file of its own:
//!
//! ```
//! use millstream::prelude::*;
//! use millstream_benches::nexmark::{events, q00};
//!
//! # #[tokio::main]
//! # async fn main() -> millstream::Result<()> {
//! let rows = Collected::new();
//! q00::q0(from_iter(events(100)), rows.sink(), 1).run(Config::default()).await?;
//! assert_eq!(rows.take().len(), 92); // 46 of 50 events are bids
//! # Ok(())
//! # }
//! ```
//!
//! The result is the state after the last event: windows fire at the end of input, and if a query
//! emits updates, the last one for each key counts ([`LastPerKey`]).

pub mod by_hand;
mod calendar;
mod clock;
mod event;
mod highest;
mod hot;
mod latest;
pub mod partner;
mod query;
mod rank;
mod records;
mod row;
mod run;

pub mod q00;
pub mod q01;
pub mod q02;
pub mod q03;
pub mod q04;
pub mod q05;
pub mod q06;
pub mod q07;
pub mod q08;
pub mod q09;
pub mod q10;
pub mod q11;
pub mod q12;
pub mod q13;
pub mod q14;
pub mod q15;
pub mod q16;
pub mod q17;
pub mod q18;
pub mod q19;
pub mod q20;
pub mod q21;
pub mod q22;
pub mod q23;

pub use calendar::{Day, Minute};
pub use clock::Clock;
pub use event::{
    BASE_TIME, Entry, Pace, bid, bid_row, entry, events, events_at, stream, time, without_texts,
};
pub use highest::{Highest, highest};
pub use hot::HotWindow;
pub use latest::{LastPerKey, LastPerKeySink};
pub use query::{Prepared, Query, Rows, Setup};
pub use rank::{Rank, Totals};
pub use records::{Record, Records};
pub use row::PlainBid;
pub use run::{Failure, Outcome, run};
