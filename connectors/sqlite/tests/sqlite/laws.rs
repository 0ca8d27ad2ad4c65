//! The laws of sinks, for rows that are added or replaced.

use crate::{Event, EventRow, Events, KEYED, TABLE, event, events, written};
use millstream::testkit::laws::{self, SinkUnderTest};
use millstream_sqlite::{Replaced, ReplacedAtOnce, Rows};
use std::path::PathBuf;
use tempfile::TempDir;

macro_rules! place {
    ($name:ident, $sink:ty, $setup:expr, $open:expr) => {
        struct $name(TempDir);

        impl $name {
            fn fresh() -> Self {
                Self(tempfile::tempdir().unwrap())
            }

            fn path(&self) -> PathBuf {
                self.0.path().join("it.db")
            }
        }

        impl SinkUnderTest for $name {
            type Event = Event;
            type Sink = $sink;

            fn sink(&self) -> $sink {
                ($open)(events(&self.path(), $setup))
            }
            fn event(&self, number: u64) -> Event {
                event(number)
            }
            fn visible(&self) -> Vec<Event> {
                written(&self.path())
            }
        }
    };
}

const WAL: &str = "PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS events (number INTEGER, name TEXT)";

place!(Rollback, Events, TABLE, |rows: Events| rows);
place!(WriteAhead, Events, WAL, |rows: Events| rows);
place!(Upserts, Rows<Event, EventRow, 2, Replaced>, KEYED, |rows: Events| rows.upsert(["number"]));
place!(AtOnce, Rows<Event, EventRow, 2, ReplacedAtOnce>, KEYED, |rows: Events| {
    rows.upsert(["number"]).at_once()
});

laws::sink!(rows_with_a_rollback_journal, Rollback::fresh());
laws::sink!(rows_with_a_write_ahead_log, WriteAhead::fresh());
laws::sink!(rows_that_are_replaced, Upserts::fresh());
laws::idempotent_sink!(rows_that_are_replaced_at_once, AtOnce::fresh());
