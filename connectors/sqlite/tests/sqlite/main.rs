//! The sink in jobs, against the laws of sinks, and under faults.

#![expect(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    reason = "a test fails by a panic, and its numbers are small"
)]

mod jobs;
mod killed;
mod laws;
mod refused;

use millstream_sqlite::{Rows, Sqlite, Value, sqlite};
use rusqlite::Connection;
use std::path::Path;

/// A number, and a text made of it.
pub(crate) type Event = (u64, String);

pub(crate) fn event(number: u64) -> Event {
    (number, format!("number {number}"))
}

pub(crate) type EventRow = fn(&Event) -> [Value<'_>; 2];
pub(crate) type Events = Rows<Event, EventRow, 2>;

fn row(event: &Event) -> [Value<'_>; 2] {
    [event.0.into(), (&event.1).into()]
}

pub(crate) const TABLE: &str = "CREATE TABLE IF NOT EXISTS events (number INTEGER, name TEXT)";
pub(crate) const KEYED: &str =
    "CREATE TABLE IF NOT EXISTS events (number INTEGER PRIMARY KEY, name TEXT)";

/// A sink that writes events into a table of a database.
pub(crate) fn events(path: &Path, setup: &str) -> Events {
    events_in(sqlite(path).setup(setup), "events")
}

/// The same under a name of its own.
pub(crate) fn events_in(database: Sqlite, name: &str) -> Events {
    database.table("events").named(name).columns(["number", "name"]).rows(row as EventRow)
}

/// The events in the table of a database, in order.
pub(crate) fn written(path: &Path) -> Vec<Event> {
    let database = Connection::open(path).unwrap();
    let mut rows = database.prepare("SELECT number, name FROM events ORDER BY 1, 2").unwrap();
    let event =
        |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?.try_into().unwrap(), row.get(1)?));
    let rows = rows.query_map((), event).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}
