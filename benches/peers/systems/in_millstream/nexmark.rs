//! Queries of Nexmark, shared with the library's own benchmark.

use super::{Ready, sum};
use crate::auctions::Auctions;
use crate::systems::rows::{Means, TakeRow};
use millstream::prelude::*;
use millstream_benches::nexmark::{q00, q01, q02, q03, q04, q05, q07, q08};

/// Prepares a query.
pub fn prepare(query: u8, events: Auctions) -> Option<Ready> {
    let events = from_iter(events);
    Some(match query {
        0 => sum(|total| q00::q0(events, rows(total.part()), 1)),
        1 => sum(|total| q01::q1(events, rows(total.part()), 1)),
        2 => sum(|total| q02::q2(events, rows(total.part()), 1)),
        3 => sum(|total| q03::q3(events, rows(total.part()), 1)),
        4 => sum(|total| q04::q4(events, rows(Means::of(total.part())), 1)),
        5 => sum(|total| q05::q5(events, rows(total.part()), 1)),
        7 => sum(|total| q07::q7(events, rows(total.part()), 1)),
        8 => sum(|total| q08::q8(events, rows(total.part()), 1)),
        _ => return None,
    })
}

fn rows<R: Send + 'static>(mut sum: impl TakeRow<R>) -> impl Sink<R> {
    for_each(move |row| {
        let sum = &mut sum;
        sum.take(row);
    })
}
