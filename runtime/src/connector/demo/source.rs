//! The generator as a source.

use super::{Demo, Transaction, Transactions};
use crate::connector::again::CountingReader;
use crate::env::Env;
use crate::error::Result;
use crate::source::{Position, Replayable, Source};

/// Reads 1,000,000 generated card transactions, always the same: [`Demo::new(42)`](Demo::new).
///
/// A stream to try things with, of 104 days of event time. Replayable.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let frauds = Collected::new();
/// topology!(
///     tx = source(demo::transactions().events(10_000)),
///     tx >> filter(|t| t.is_fraud == 1) >> sink(frauds.sink()),
/// )
/// .run(Config::default())
/// .await?;
/// assert!(!frauds.take().is_empty());
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn transactions() -> Demo {
    Demo::new(42)
}

#[diagnostic::do_not_recommend]
impl Source<Transaction> for Demo {
    type Reader = CountingReader<Transactions>;
    type Replay = Replayable;

    fn open(self, _: &Env) -> Result<Self::Reader> {
        Ok(CountingReader::new(self.transactions()))
    }

    /// Generates the transactions before the position again.
    fn open_at(self, _: &Env, at: &Position) -> Result<Self::Reader> {
        CountingReader::new_at(self.transactions(), at)
    }

    fn again(&self) -> Option<Self> {
        Some(self.clone())
    }
}
