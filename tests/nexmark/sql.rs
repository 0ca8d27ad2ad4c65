//! The queries in SQL.

use crate::input::{Input, STEP};
use millstream_benches::nexmark::BASE_TIME;
use nexmark::event::Event;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};
use serde_json::{Map, Value};

/// The rows that the database gives.
pub fn rows(name: &str, input: Input) -> Vec<Value> {
    let database = filled(input.events()).expect("the tables can be filled");
    asked(&database, &query(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The text of a query, from `queries.sql`: it stands between its name and the next one.
fn query(name: &str) -> String {
    let queries = include_str!("queries.sql");
    let text = queries.split("\n-- ").find_map(|text| text.strip_prefix(&format!("{name}\n")));
    let text = text.unwrap_or_else(|| panic!("queries.sql has no `-- {name}`"));
    text.replace(":base", &BASE_TIME.to_string()).replace(":step", &STEP.to_string())
}

/// The events as tables, each row with its number of arrival `n`.
fn filled(events: &[Event]) -> rusqlite::Result<Connection> {
    let mut database = Connection::open_in_memory()?;
    database.execute_batch(
        "CREATE TABLE person (n, id INTEGER PRIMARY KEY, name, city, state, date_time);
         CREATE TABLE auction (n, id INTEGER PRIMARY KEY, date_time, expires, seller, category);
         CREATE TABLE bid (n, auction, bidder, price, channel, url, date_time, extra);",
    )?;
    let filling = database.transaction()?;
    {
        let mut person = filling.prepare("INSERT INTO person VALUES (?, ?, ?, ?, ?, ?)")?;
        let mut auction = filling.prepare("INSERT INTO auction VALUES (?, ?, ?, ?, ?, ?)")?;
        let mut bid = filling.prepare("INSERT INTO bid VALUES (?, ?, ?, ?, ?, ?, ?, ?)")?;
        for (n, event) in events.iter().enumerate() {
            let (n, time) = (n as i64, event.timestamp() as i64);
            match event {
                Event::Person(e) => {
                    person.execute(params![n, e.id as i64, e.name, e.city, e.state, time])?
                }
                Event::Auction(e) => {
                    let (seller, category) = (e.seller as i64, e.category as i64);
                    let expires = e.expires as i64;
                    auction.execute(params![n, e.id as i64, time, expires, seller, category])?
                }
                Event::Bid(e) => {
                    let (auction, bidder, price) =
                        (e.auction as i64, e.bidder as i64, e.price as i64);
                    bid.execute(params![
                        n, auction, bidder, price, e.channel, e.url, time, e.extra
                    ])?
                }
            };
        }
    }
    filling.commit()?;
    Ok(database)
}

/// The result of a query, each row an object with its columns.
fn asked(database: &Connection, query: &str) -> rusqlite::Result<Vec<Value>> {
    let mut query = database.prepare(query)?;
    let columns: Vec<String> = query.column_names().into_iter().map(str::to_owned).collect();
    let row = |row: &rusqlite::Row<'_>| -> rusqlite::Result<Value> {
        let mut fields = Map::new();
        for (place, column) in columns.iter().enumerate() {
            let value = match row.get_ref(place)? {
                ValueRef::Integer(number) => number.into(),
                ValueRef::Real(number) => number.into(),
                ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
                ValueRef::Null | ValueRef::Blob(_) => Value::Null,
            };
            fields.insert(column.clone(), value);
        }
        Ok(fields.into())
    };
    query.query_map([], row)?.collect()
}
