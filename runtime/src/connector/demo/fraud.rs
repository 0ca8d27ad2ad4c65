//! Who commits which fraud on which day.

use super::population::square_distance;
use super::rng::{Purpose, Random};
use super::{Terminal, Transaction};

/// Amount above which every transaction is a fraud (scenario 1).
const LARGE_AMOUNT: f64 = 220.0;
/// Terminals that fall into wrong hands each day (scenario 2).
const TERMINALS_PER_DAY: u32 = 2;
/// Days for which such a terminal stays compromised.
const TERMINAL_DAYS: u64 = 28;
/// Cards that leak each day (scenario 3).
const CARDS_PER_DAY: u32 = 3;
/// Days for which a leaked card is used.
const CARD_DAYS: u64 = 14;
/// One of this many transactions of a leaked card is the thief's.
const CARD_USE: u32 = 3;
/// How many times the usual amount the thief spends.
const THIEF_FACTOR: f64 = 5.0;
/// Least distance of a distant use from the genuine purchase before it.
const FAR: f64 = 40.0;
/// Least and most seconds between a genuine purchase and a distant use: even the slowest one needs
/// 240 units an hour.
const DELAY: (u32, u32) = (60, 600);

/// The terminals and cards in wrong hands as the days go by.
#[derive(Debug, Clone)]
pub(super) struct Thieves {
    seed: u64,
    day: u64,
    distant_use: f64,
    random: Random,
    distant: Random,
    /// For each terminal the day from which it is trusted again.
    terminals_until: Vec<u64>,
    /// For each card the day from which it is safe again.
    cards_until: Vec<u64>,
}

impl Thieves {
    /// Thieves who have nothing in hand yet.
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

    /// Begins a day: more terminals and cards fall into wrong hands.
    pub(super) fn begin(&mut self, day: u64) {
        self.day = day;
        self.random = Random::new(self.seed, Purpose::Frauds, day);
        self.distant = Random::new(self.seed, Purpose::DistantUses, day);
        let until = day + TERMINAL_DAYS;
        take(&mut self.terminals_until, TERMINALS_PER_DAY, until, &mut self.random);
        let until = day + CARD_DAYS;
        take(&mut self.cards_until, CARDS_PER_DAY, until, &mut self.random);
    }

    /// Makes a genuine transaction a fraud if it is one; where several scenarios apply the last one
    /// counts.
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

    /// A use of the same card far away soon after a genuine purchase, if its card has leaked and
    /// the dice say so.
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
        // A town of few terminals may have none far away, so the search gives up.
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

/// Takes `count` different ones (or all, if there are fewer) until a day.
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
