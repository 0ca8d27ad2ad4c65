//! A store that takes a moment to answer.

use millstream::connector::demo::Transaction;
use std::collections::HashSet;
use std::time::Duration;

/// A slow store of fraudulent transactions.
#[derive(Debug)]
pub struct FraudStore {
    pub frauds: HashSet<u64>,
    pub delay: Duration,
}

impl FraudStore {
    /// A store of the frauds among these transactions.
    pub fn of(transactions: impl Iterator<Item = Transaction>, delay: Duration) -> Self {
        let frauds = transactions.filter(|one| one.is_fraud == 1).map(|one| one.transaction_id);
        Self { frauds: frauds.collect(), delay }
    }

    pub(super) async fn has(&self, transaction_id: u64) -> bool {
        tokio::time::sleep(self.delay).await;
        self.frauds.contains(&transaction_id)
    }
}
