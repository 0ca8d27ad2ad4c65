//! The contents of joins with a bound in checkpoints: those of the join. The bound is not part of
//! them, so that it can be changed between two runs.

use super::super::rows::KeepsRows;
use super::BoundedStore;
use crate::error::Result;
use crate::state::KeptType;
use crate::time::EventTime;
use crate::window::{KeptStore, StoreRow, StoreRows};

impl<K, T, D, R> KeptStore<K, T, D> for BoundedStore<R>
where
    T: Send + 'static,
    R: KeptStore<K, T, D> + KeepsRows,
{
    const KEPT: bool = R::KEPT;

    fn types() -> Vec<KeptType> {
        R::types()
    }

    fn save(&self, into: &mut StoreRows<'_, D>) -> Result<()> {
        self.join.save(into)
    }

    fn restore(&mut self, row: StoreRow<'_, D>) -> Result<()> {
        self.join.restore(row)
    }

    fn resume(&mut self, watermark: EventTime) {
        self.join.resume(watermark);
    }
}
