//! The contents of window joins in checkpoints: those of their windows.

use super::super::rows::RowCount;
use super::{JoinKind, Sharing, Sides, WindowJoin};
use crate::error::Result;
use crate::key::Key;
use crate::state::{Kept, KeptType};
use crate::time::EventTime;
use crate::window::{KeptStore, ShowStates, Store, StoreRow, StoreRows};
use std::convert::Infallible;

impl<K, S, J, W, N, D> KeptStore<K, S::OneOf, D> for WindowJoin<W, S, J, N>
where
    K: Key,
    S: Sides,
    J: JoinKind<S>,
    W: Store<Sharing<K>, S::OneOf, Out = S::Lists, Unmatched = Infallible>
        + KeptStore<Sharing<K>, S::OneOf, D>
        + ShowStates<S::Lists>,
    N: RowCount,
    Sharing<K>: Kept<D>,
{
    const KEPT: bool = W::KEPT;

    fn types() -> Vec<KeptType> {
        W::types()
    }

    fn resume(&mut self, watermark: EventTime) {
        self.windows.resume(watermark);
        if const { N::COUNTS } {
            let Self { windows, rows, .. } = self;
            windows.each_state(&mut |lists, end| {
                rows.kept_until(end, S::lengths(lists).iter().sum());
            });
        }
    }

    fn save(&self, into: &mut StoreRows<'_, D>) -> Result<()> {
        self.windows.save(into)
    }

    fn restore(&mut self, row: StoreRow<'_, D>) -> Result<()> {
        // The next missing key gets a number that none has.
        let Sharing::<K> { number, .. } = row.key()?;
        self.missing = self.missing.max(number);
        self.windows.restore(row)
    }
}
