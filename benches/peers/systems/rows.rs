//! Checksums of Nexmark rows.

use super::sum::Part;
use millstream_benches::nexmark::{PlainBid, q01, q02, q03, q04, q05, q08};
use std::collections::BTreeMap;

/// A cheap fingerprint of a row.
pub trait Digest {
    /// A number that differs between rows.
    fn digest(&self) -> u64;
}

macro_rules! digests {
    ($($row:ty: |$one:ident| $digest:expr;)+) => {$(
        impl Digest for $row {
            #[inline]
            fn digest(&self) -> u64 {
                let $one = self;
                $digest
            }
        }
    )+};
}
digests! {
    PlainBid: |row| row.auction as u64 ^ row.bidder as u64 ^ row.price as u64 ^ row.date_time;
    q01::Row: |row| row.auction as u64 ^ row.bidder as u64 ^ row.price.to_bits() ^ row.date_time;
    q02::Row: |row| row.auction as u64 ^ row.price as u64;
    q03::Row: |row| row.id as u64 ^ (row.name.len() + row.city.len() + row.state.len()) as u64;
    q05::Row: |row| row.auction as u64 ^ (row.num << 32) ^ row.window_start;
    q08::Row: |row| row.id as u64 ^ row.name.len() as u64 ^ row.window_start;
}

/// Receives the rows of a query.
pub trait TakeRow<R>: Clone + Send + Sync + 'static {
    /// Receives a row.
    fn take(&mut self, row: R);
}

impl<R: Digest> TakeRow<R> for Part {
    #[inline]
    fn take(&mut self, row: R) {
        self.add(row.digest());
    }
}

/// The rows of q4, of which the last one per category counts. It has one instance.
#[derive(Debug)]
pub struct Means {
    part: Part,
    means: BTreeMap<usize, u64>,
}

impl Means {
    /// An empty collection; the checksum is added to `part`.
    pub fn of(part: Part) -> Self {
        Self { part, means: BTreeMap::new() }
    }
}

impl Clone for Means {
    fn clone(&self) -> Self {
        Self::of(self.part.clone())
    }
}

impl TakeRow<q04::Row> for Means {
    fn take(&mut self, row: q04::Row) {
        self.means.insert(row.category, row.mean.to_bits());
    }
}

impl Drop for Means {
    fn drop(&mut self) {
        for (category, mean) in &self.means {
            self.part.add(mean ^ *category as u64);
        }
    }
}
