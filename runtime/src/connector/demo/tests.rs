//! Tests of the generator of card transactions.

use std::collections::{HashMap, HashSet};

use super::population::square_distance;
use super::rng::{Purpose, Random, exponential, logarithm};
use super::{Demo, Transaction};

/// Fingerprints of the first 10,000 transactions of two seeds: never to be changed.
const GOLDEN: [(u64, u64); 2] = [(42, 9_911_352_984_019_811_316), (7, 8_466_188_122_996_912_973)];

/// FNV-1a over all fields of all transactions.
fn fingerprint(transactions: impl Iterator<Item = Transaction>) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut feed = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for transaction in transactions {
        feed(&transaction.transaction_id.to_le_bytes());
        feed(&transaction.unix_seconds.to_le_bytes());
        feed(&transaction.customer_id.to_le_bytes());
        feed(&transaction.terminal_id.to_le_bytes());
        feed(&transaction.amount.to_bits().to_le_bytes());
        feed(&[transaction.is_fraud, transaction.fraud_scenario]);
    }
    hash
}

#[test]
fn the_stream_of_a_seed_never_changes() {
    for (seed, golden) in GOLDEN {
        let first = Demo::new(seed).transactions().take(10_000);
        assert_eq!(fingerprint(first), golden, "seed {seed}");
    }
}

#[test]
fn the_stream_of_a_small_town_never_changes() {
    // Two months, so that all scenarios and distant uses are among the transactions.
    let demo = Demo::new(42).customers(100).terminals(500).events(10_000);
    assert_eq!(fingerprint(demo.transactions()), 2_259_539_450_126_626_574);
}

#[test]
fn a_clone_continues_with_the_same_transactions() {
    let mut first = Demo::new(1).events(30_000).transactions();
    assert_eq!(first.by_ref().take(12_345).count(), 12_345);
    let second = first.clone();
    assert_eq!(first.size_hint(), (17_655, Some(17_655)));
    assert!(first.eq(second));
}

#[test]
fn ids_ascend_from_zero_and_time_never_goes_back() {
    let transactions: Vec<_> = Demo::new(3).events(50_000).transactions().collect();
    assert_eq!(transactions.len(), 50_000);
    assert!((0..).zip(&transactions).all(|(id, transaction)| transaction.transaction_id == id));
    assert!(transactions.is_sorted_by_key(|transaction| transaction.unix_seconds));
    let first = transactions[0].unix_seconds;
    assert!((1_522_540_800..1_522_540_800 + 86_400).contains(&first));
    let cents = |transaction: &Transaction| transaction.amount * 100.0;
    assert!(transactions.iter().all(|transaction| {
        transaction.amount >= 0.0 && (cents(transaction) - cents(transaction).round()).abs() < 1e-6
    }));
}

#[test]
fn a_stream_ends_and_stays_ended() {
    let mut none = Demo::new(1).events(0).transactions();
    assert_eq!(none.next(), None);
    let mut tiny = Demo::new(1).customers(0).terminals(0).events(5).transactions();
    assert_eq!(tiny.by_ref().count(), 5);
    assert_eq!(tiny.next(), None);
}

#[test]
fn the_volume_is_that_of_the_handbook() {
    let per_customer_day = 1_754_155.0 / (5_000.0 * 183.0);
    let days = 60;
    let end = 1_522_540_800 + days * 86_400;
    let transactions = Demo::new(11).transactions();
    let count = transactions.take_while(|transaction| transaction.unix_seconds < end).count();
    let measured = count as f64 / (5_000.0 * days as f64);
    assert!((measured / per_customer_day - 1.0).abs() < 0.03, "{measured}");
}

#[test]
fn amounts_and_times_have_the_right_moments() {
    let genuine: Vec<_> = Demo::new(5)
        .events(300_000)
        .transactions()
        .filter(|transaction| transaction.fraud_scenario != 3)
        .collect();
    let count = genuine.len() as f64;
    let mean = genuine.iter().map(|transaction| transaction.amount).sum::<f64>() / count;
    assert!((mean - 53.0).abs() < 2.0, "{mean}");
    let noon = |transaction: &Transaction| {
        (transaction.unix_seconds - 1_522_540_800).rem_euclid(86_400) as f64 - 43_200.0
    };
    let shift = genuine.iter().map(noon).sum::<f64>() / count;
    assert!(shift.abs() < 200.0, "{shift}");
    let spread = genuine.iter().map(|each| noon(each).powi(2)).sum::<f64>() / count;
    // Less than 20,000 since the tails belong to other days.
    assert!((spread.sqrt() - 18_193.0).abs() < 200.0, "{}", spread.sqrt());
}

#[test]
fn genuine_purchases_of_a_customer_lie_close_together() {
    let demo = Demo::new(9).events(100_000);
    let terminals = demo.terminal_positions();
    let mut first = HashMap::new();
    for transaction in demo.transactions().filter(|transaction| transaction.is_fraud == 0) {
        let here = terminals[transaction.terminal_id as usize];
        let there = *first.entry(transaction.customer_id).or_insert(here);
        assert!(square_distance(&here, there.x, there.y) < 100.0);
    }
    assert!(first.len() > 4_800);
}

#[test]
fn frauds_follow_their_scenarios() {
    let demo = Demo::new(21).events(400_000).distant_use(0.0);
    let mut frauds = [0_u32; 4];
    let mut days: [HashMap<u32, HashSet<i64>>; 4] = Default::default();
    for transaction in demo.transactions() {
        let scenario = usize::from(transaction.fraud_scenario);
        assert_eq!(transaction.is_fraud != 0, scenario != 0);
        assert!(scenario != 0 || transaction.amount <= 220.0);
        assert!(scenario != 1 || transaction.amount > 220.0);
        frauds[scenario] += 1;
        let day = transaction.unix_seconds / 86_400;
        let owner = if scenario == 2 { transaction.terminal_id } else { transaction.customer_id };
        days[scenario].entry(owner).or_default().insert(day);
    }
    // The real file has 973, 9,077 and 4,631 in 1,754,155; the scenarios 2 and 3 start from nothing
    // on day one.
    assert!((150..350).contains(&frauds[1]), "{frauds:?}");
    assert!((1_000..2_500).contains(&frauds[2]), "{frauds:?}");
    assert!((700..1_300).contains(&frauds[3]), "{frauds:?}");
    // 41 days: about 3 cards and 2 terminals a day, less those with no transaction meanwhile.
    assert!((60..=126).contains(&days[3].len()), "{}", days[3].len());
    assert!((60..=84).contains(&days[2].len()), "{}", days[2].len());
}

#[test]
fn distant_uses_are_far_and_soon_and_leave_the_rest_as_it_is() {
    let demo = Demo::new(33).customers(1_000).events(60_000);
    let terminals = demo.terminal_positions();
    let content = |transaction: &Transaction| Transaction { transaction_id: 0, ..*transaction };
    let with: Vec<_> = demo.transactions().map(|each| content(&each)).collect();
    let mut rest =
        demo.clone().distant_use(0.0).transactions().map(|each| content(&each)).peekable();
    let mut distant = 0;
    for (position, transaction) in with.iter().enumerate() {
        if rest.peek() == Some(transaction) {
            rest.next();
            continue;
        }
        distant += 1;
        let there = terminals[transaction.terminal_id as usize];
        let genuine = with[..position].iter().rev().take(200).find(|earlier| {
            let here = terminals[earlier.terminal_id as usize];
            earlier.customer_id == transaction.customer_id
                && (60..=600).contains(&(transaction.unix_seconds - earlier.unix_seconds))
                && square_distance(&here, there.x, there.y) >= 1_600.0
        });
        assert!(genuine.is_some(), "{transaction:?}");
        assert_eq!(transaction.fraud_scenario, 3);
    }
    assert!((50..400).contains(&distant), "{distant}");
}

#[test]
fn no_distant_use_where_nothing_is_far() {
    let demo = Demo::new(2).customers(50).terminals(1).distant_use(1.0).events(2_000);
    assert!(demo.transactions().all(|transaction| transaction.terminal_id == 0));
}

#[test]
fn the_start_shifts_every_transaction() {
    let demo = Demo::new(4).events(3_000);
    let shifted = demo.clone().start(1_000_000).transactions();
    assert!(demo.transactions().zip(shifted).all(|(one, other)| {
        one.unix_seconds - 1_522_540_800 == other.unix_seconds - 1_000_000
            && one.amount == other.amount
    }));
}

#[test]
fn own_functions_agree_with_the_standard_library() {
    let mut random = Random::new(1, Purpose::Purchases, 0);
    for _ in 0..10_000 {
        let value = random.unit() + 1e-12;
        assert!((logarithm(value) - value.ln()).abs() <= 1e-14 * value.ln().abs().max(1.0));
        let value = random.between(-8.0, 8.0);
        assert!((exponential(value) / value.exp() - 1.0).abs() < 1e-13);
    }
}

#[test]
fn random_numbers_have_the_right_moments() {
    let mut random = Random::new(2, Purpose::Purchases, 0);
    let (mut sum, mut squares, mut events) = (0.0, 0.0, 0.0);
    let count = 200_000;
    for _ in 0..count {
        let (first, second) = random.normals();
        sum += first + second;
        squares += first * first + second * second;
        events += f64::from(random.poisson(2.5, exponential(-2.5)));
        assert!(random.below(7) < 7);
    }
    let count = f64::from(count);
    assert!((sum / count).abs() < 0.02);
    assert!((squares / (2.0 * count) - 1.0).abs() < 0.01);
    assert!((events / count - 2.5).abs() < 0.02);
    assert_eq!(random.below(0), 0);
}
