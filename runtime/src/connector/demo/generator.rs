//! The stream of transactions, generated one day at a time.

use std::iter::FusedIterator;

use super::fraud::Thieves;
use super::population::{self, Customer};
use super::rng::{Purpose, Random};
use super::{Demo, Terminal, Transaction};

const SECONDS_PER_DAY: i64 = 86_400;
/// Most purchases happen around noon.
const NOON: f64 = 43_200.0;
/// The standard deviation of the time of day, in seconds.
const TIME_DEVIATION: f64 = 20_000.0;

/// An iterator over generated card transactions in the order of time, made by
/// [`Demo::transactions`].
///
/// It generates and sorts one day at a time, so memory grows with the number of customers, not of
/// transactions. Transactions of the same second are ordered by id. A clone continues with the same
/// transactions.
///
/// # Examples
/// ```
/// use millstream::connector::demo::Demo;
///
/// let mut transactions = Demo::new(42).events(100).transactions();
/// transactions.next();
/// assert_eq!(transactions.size_hint(), (99, Some(99)));
/// ```
#[derive(Debug, Clone)]
pub struct Transactions {
    seed: u64,
    start: i64,
    customers: Vec<Customer>,
    terminals: Vec<Terminal>,
    thieves: Thieves,
    /// The next day to generate, counted from the start.
    day: u64,
    today: Today,
    next_id: u64,
    end_id: u64,
}

/// The transactions of one day and the order in which they are emitted.
#[derive(Debug, Clone, Default)]
struct Today {
    transactions: Vec<Transaction>,
    /// The second of the day in the upper half, the index into `transactions` in the lower: fast
    /// to sort.
    order: Vec<u64>,
    sent: usize,
}

impl Today {
    fn clear(&mut self) {
        self.transactions.clear();
        self.order.clear();
        self.sent = 0;
    }

    fn add(&mut self, second: i64, transaction: Transaction) {
        let second = u64::try_from(second).unwrap_or(0);
        self.order.push((second << 32) | self.transactions.len() as u64);
        self.transactions.push(transaction);
    }

    fn next(&mut self) -> Option<Transaction> {
        let position = self.order.get(self.sent)? & u64::from(u32::MAX);
        self.sent += 1;
        let position = usize::try_from(position).ok()?;
        self.transactions.get(position).copied()
    }
}

impl Transactions {
    pub(super) fn new(demo: &Demo) -> Self {
        let terminals = demo.terminal_positions();
        Self {
            seed: demo.seed,
            start: demo.start,
            customers: population::customers(demo.seed, demo.customers, &terminals),
            terminals,
            thieves: Thieves::new(demo.seed, demo.customers, demo.terminals, demo.distant_use),
            day: 0,
            today: Today::default(),
            next_id: 0,
            end_id: demo.events,
        }
    }

    fn begin_day(&mut self) {
        let Self { customers, terminals, thieves, today, .. } = self;
        let mut random = Random::new(self.seed, Purpose::Purchases, self.day);
        let midnight = self
            .start
            .saturating_add_unsigned(self.day.saturating_mul(SECONDS_PER_DAY.unsigned_abs()));
        thieves.begin(self.day);
        today.clear();
        for (customer_id, customer) in (0..).zip(&*customers) {
            for _ in 0..random.poisson(customer.purchases, customer.no_purchase) {
                let Some((second, mut transaction)) = purchase(customer, &mut random) else {
                    continue;
                };
                transaction.customer_id = customer_id;
                transaction.unix_seconds = midnight.saturating_add(second);
                thieves.judge(&mut transaction);
                today.add(second, transaction);
                if let Some(distant) = thieves.distant_use(&transaction, terminals) {
                    let second = distant.unix_seconds - midnight;
                    if second < SECONDS_PER_DAY {
                        today.add(second, distant);
                    }
                }
            }
        }
        today.order.sort_unstable();
        self.day += 1;
    }
}

/// Draws a genuine purchase and its second of the day; `None` if it falls on another day.
fn purchase(customer: &Customer, random: &mut Random) -> Option<(i64, Transaction)> {
    let (time, amount) = random.normals();
    let second = super::whole(NOON + time * TIME_DEVIATION);
    if !(1..SECONDS_PER_DAY).contains(&second) {
        return None;
    }
    let mut amount = customer.amount * (1.0 + amount / 2.0);
    if amount < 0.0 {
        amount = random.between(0.0, 2.0 * customer.amount);
    }
    let transaction = Transaction {
        transaction_id: 0,
        unix_seconds: 0,
        customer_id: 0,
        terminal_id: customer.terminal(random),
        amount: super::cents(amount),
        is_fraud: 0,
        fraud_scenario: 0,
    };
    Some((second, transaction))
}

impl Iterator for Transactions {
    type Item = Transaction;

    fn next(&mut self) -> Option<Transaction> {
        if self.next_id == self.end_id {
            return None;
        }
        loop {
            if let Some(mut transaction) = self.today.next() {
                transaction.transaction_id = self.next_id;
                self.next_id += 1;
                return Some(transaction);
            }
            self.begin_day();
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.end_id - self.next_id);
        (left.unwrap_or(usize::MAX), left.ok())
    }
}

impl FusedIterator for Transactions {}
