//! A sink that writes the events of a [`millstream`] job into a table of a SQLite database, each
//! exactly once.
//!
//! # Examples
//! ```
//! use millstream::prelude::*;
//! use millstream_sqlite::sqlite;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let name = format!("millstream-sqlite-{}", std::process::id());
//! # let folder = std::env::temp_dir().join(name);
//! # std::fs::create_dir_all(&folder)?;
//! let path = folder.join("out.db");
//! let totals = sqlite(&path)
//!     .setup("CREATE TABLE IF NOT EXISTS totals (card TEXT PRIMARY KEY, cents INTEGER)")
//!     .table("totals")
//!     .columns(["card", "cents"])
//!     .rows(|total: &(&str, u64)| [total.0.into(), total.1.into()])
//!     .upsert(["card"]);
//! topology!(
//!     job("totals", exactly_once),
//!     payments = source(from_iter_again([("amy", 5), ("bob", 3), ("amy", 9)])),
//!     payments >> sink(totals),
//! )
//! .run(Config::default().checkpoints(folder.join("checkpoints")))
//! .await?;
//!
//! let database = rusqlite::Connection::open(&path)?;
//! let amy = "SELECT cents FROM totals WHERE card = 'amy'";
//! assert_eq!(database.query_row(amy, (), |row| row.get::<_, i64>(0))?, 9);
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok(())
//! # }
//! ```
//!
//! # How each row is written once
//! The checkpoint of an `exactly_once` job contains the rows of its epoch. Once it is durable they
//! are written in one transaction, together with the number of the epoch in the table
//! `millstream_commits`. After a crash, that number shows what is visible already. A database that
//! was replaced, restored from a backup, or that another job uses under the same name, is refused.
//!
//! | setting or limit | |
//! |---|---|
//! | durability | `synchronous = FULL`; the journal mode stays as it is |
//! | memory | the rows of one epoch: the events between two checkpoints |
//! | a commit that fails | is repeated until it succeeds, with pauses; the job continues meanwhile |
//! | a row that breaks a constraint | its commit fails for ever, and delays those behind it: the log names the table |
//! | threads | the job's threads for blocking work; tasks never wait in a system call |

mod commit;
mod database;
mod rows;
mod sink;
mod target;
mod turn;
mod value;
mod writer;

pub use sink::{Added, Columns, Effect, Replaced, ReplacedAtOnce, Rows, Sqlite, Table, sqlite};
pub use value::Value;
pub use writer::RowWriter;

/// The program of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
