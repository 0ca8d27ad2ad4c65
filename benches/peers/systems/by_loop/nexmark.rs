//! Queries of Nexmark.

use super::super::rows::{Means, TakeRow};
use super::{Ready, Total};
use crate::auctions::Auctions;
use crate::systems::sum::Part;
use millstream_benches::nexmark::by_hand;

/// Prepares a query.
pub fn prepare(query: u8, events: Auctions) -> Option<Ready> {
    Some(match query {
        0 => rows(events, |events, mut sum| by_hand::q0(events, |row| sum.take(row))),
        1 => rows(events, |events, mut sum| by_hand::q1(events, |row| sum.take(row))),
        2 => rows(events, |events, mut sum| by_hand::q2(events, |row| sum.take(row))),
        3 => rows(events, |events, mut sum| by_hand::q3(events, |row| sum.take(row))),
        4 => rows(events, |events, sum| {
            let mut means = Means::of(sum);
            by_hand::q4(events, |row| means.take(row));
        }),
        5 => rows(events, |events, mut sum| by_hand::q5(events, |row| sum.take(row))),
        7 => rows(events, |events, mut sum| by_hand::q7(events, |row| sum.take(row))),
        8 => rows(events, |events, mut sum| by_hand::q8(events, |row| sum.take(row))),
        _ => return None,
    })
}

fn rows(events: Auctions, query: impl FnOnce(Auctions, Part) + 'static) -> Ready {
    Box::new(move || {
        let total = Total::default();
        query(events, total.part());
        total.get().into()
    })
}
