//! Frauds: compromised terminals and leaked cards by day.

use super::population::square_distance;
use super::rng::{Purpose, Random};
use super::{Terminal, Transaction};

/// Amount above which every transaction is a fraud (scenario 1).
const LARGE_AMOUNT: f64 = 220.0;
/// Terminals compromised each day (scenario 2).
const TERMINALS_PER_DAY: u32 = 2;
/// Days for which such a terminal stays compromised.
const TERMINAL_DAYS: u64 = 28;
/// Cards that leak each day (scenario 3).
const CARDS_PER_DAY: u32 = 3;
/// Days for which a leaked card is used.
const CARD_DAYS: u64 = 14;
/// One in this many transactions of a leaked card is the thief's.
const CARD_USE: u32 = 3;
/// The factor by which a thief exceeds the usual amount.
const THIEF_FACTOR: f64 = 5.0;
/// The least distance between a genuine purchase and a distant use.
const FAR: f64 = 40.0;
/// Seconds between a genuine purchase and a distant use, at least and at most: even the slowest
/// implies 240 units an hour.
const DELAY: (u32, u32) = (60, 600);

/// The compromised terminals and cards of the current day.
#[derive(Debug, Clone)]
pub(super) struct Thieves {
    seed: u64,
    day: u64,
    distant_use: f64,
    random: Random,
    distant: Random,
    /// For each terminal, the first day on which it is safe again.
    terminals_until: Vec<u64>,
    /// For each card, the first day on which it is safe again.
    cards_until: Vec<u64>,
}

impl Thieves {
    /// Starts without compromised terminals and cards.
    pub(super) fn new(seed: u64, customers: u32, terminals: u32, distant_use: f64) -> Self {
        Self {
            seed,
            day: 0,
            distant_use,
            random: Random::new(seed, Purpose::Frauds, 0),
            distant: Random::new(seed, Purpose::DistantUses, 0),
            terminals_until: vec![0; terminals as usize],
            cards_until: vec![0; customers as usize],
        }
    }

    /// Starts a day: compromises more terminals and cards.
    pub(super) fn begin(&mut self, day: u64) {
        self.day = day;
        self.random = Random::new(self.seed, Purpose::Frauds, day);
        self.distant = Random::new(self.seed, Purpose::DistantUses, day);
        let until = day + TERMINAL_DAYS;
        take(&mut self.terminals_until, TERMINALS_PER_DAY, until, &mut self.random);
        let until = day + CARD_DAYS;
        take(&mut self.cards_until, CARDS_PER_DAY, until, &mut self.random);
    }

    /// Labels a transaction as a fraud if a scenario applies; the last of several counts.
    pub(super) fn judge(&mut self, transaction: &mut Transaction) {
        if transaction.amount > LARGE_AMOUNT {
            transaction.fraud_scenario = 1;
        }
        if self.holds(&self.terminals_until, transaction.terminal_id) {
            transaction.fraud_scenario = 2;
        }
        if self.holds(&self.cards_until, transaction.customer_id)
            && self.random.below(CARD_USE) == 0
        {
            transaction.amount = super::cents(transaction.amount * THIEF_FACTOR);
            transaction.fraud_scenario = 3;
        }
        transaction.is_fraud = u8::from(transaction.fraud_scenario != 0);
    }

    /// Draws whether a genuine purchase with a leaked card is followed by a distant use, and which.
    pub(super) fn distant_use(
        &mut self,
        genuine: &Transaction,
        terminals: &[Terminal],
    ) -> Option<Transaction> {
        if genuine.is_fraud != 0
            || !self.holds(&self.cards_until, genuine.customer_id)
            || self.distant.unit() >= self.distant_use
        {
            return None;
        }
        let here = terminals.get(genuine.terminal_id as usize)?;
        let delay = DELAY.0 + self.distant.below(DELAY.1 - DELAY.0 + 1);
        let terminal_id = self.far_from(here, terminals)?;
        Some(Transaction {
            terminal_id,
            unix_seconds: genuine.unix_seconds.saturating_add(i64::from(delay)),
            amount: super::cents(genuine.amount * self.distant.between(0.5, 1.5)),
            is_fraud: 1,
            fraud_scenario: 3,
            ..*genuine
        })
    }

    fn far_from(&mut self, here: &Terminal, terminals: &[Terminal]) -> Option<u32> {
        // With few terminals none may be far enough, so the number of attempts is bounded.
        const ATTEMPTS: u32 = 32;
        let count = u32::try_from(terminals.len()).unwrap_or(u32::MAX);
        (0..ATTEMPTS)
            .filter_map(|_| terminals.get(self.distant.below(count) as usize))
            .find(|there| square_distance(there, here.x, here.y) >= FAR * FAR)
            .map(|there| there.terminal_id)
    }

    fn holds(&self, until: &[u64], identifier: u32) -> bool {
        until.get(identifier as usize).is_some_and(|until| *until > self.day)
    }
}

/// Compromises `count` distinct owners, or all if there are fewer, until a day.
fn take(owners: &mut [u64], count: u32, until: u64, random: &mut Random) {
    let total = u32::try_from(owners.len()).unwrap_or(u32::MAX);
    let mut left = count.min(total);
    while left > 0 {
        if let Some(owner) = owners.get_mut(random.below(total) as usize)
            && *owner != until
        {
            *owner = until;
            left -= 1;
        }
    }
}
