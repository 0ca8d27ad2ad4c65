//! Nexmark: each query against SQL, and against a computation that knows nothing of streams.
//!
//! The two oracles are also held to each other. Larger inputs, on a release build:
//! `NEXMARK_EVENTS=1000000 cargo test --release -p millstream-tests --test nexmark`.

mod compare;
mod files;
mod input;
mod plain;
mod sql;

use compare::assert_same_rows;
use input::{BATCHES, INSTANCES, Input};
use millstream::prelude::*;
use millstream_benches::measure::runtime;
use millstream_benches::nexmark::{Query, run};

/// A query in all ways, on all inputs.
fn check(name: &str) {
    let query: Query = name.parse().unwrap();
    for &input in Input::of(name) {
        let expected = plain::rows(name, input);
        assert!(!expected.is_empty(), "{name} of {input:?} has no row: nothing is tested");
        assert_same_rows(&sql::rows(name, input), &expected, || {
            format!("{name} of {input:?}: SQL and the plain computation disagree")
        });
        for (instances, batch) in INSTANCES.into_iter().zip(BATCHES).chain(input.more()) {
            let rows = streamed(query, input, instances, batch);
            assert_same_rows(&rows, &expected, || {
                format!("{name} of {input:?} in {instances} instances by batches of {batch}")
            });
        }
    }
}

fn streamed(query: Query, input: Input, instances: usize, batch: usize) -> Vec<serde_json::Value> {
    let folder = tempfile::tempdir().unwrap();
    let setup = input.setup(instances, folder.path());
    let config = Config::default().batch(batch);
    let outcome = runtime().block_on(run(setup.prepare(query), config));
    outcome.unwrap().rows.values().unwrap()
}

macro_rules! queries {
    ($($test:ident, $query:literal;)+) => {$(
        #[test]
        fn $test() {
            check($query);
        }
    )+};
}
queries! {
    q0_gives_on_every_bid, "q0";
    q1_converts_every_price, "q1";
    q2_chooses_auctions, "q2";
    q3_finds_local_sellers, "q3";
    q4_averages_winning_prices_of_categories, "q4";
    q5_finds_hot_auctions, "q5";
    q6_averages_winning_prices_of_sellers, "q6";
    q7_finds_the_highest_bids, "q7";
    q8_finds_new_sellers, "q8";
    q9_finds_winning_bids, "q9";
    q10_writes_every_bid, "q10";
    q11_counts_bids_of_sessions, "q11";
    q12_counts_bids_by_processing_time, "q12";
    q13_joins_a_side_table, "q13";
    q14_classifies_bids, "q14";
    q15_counts_bids_of_days, "q15";
    q16_counts_bids_of_channels, "q16";
    q17_knows_the_prices_of_auctions, "q17";
    q18_finds_last_bids, "q18";
    q19_finds_the_ten_highest_bids, "q19";
    q20_joins_bids_with_their_auction, "q20";
    q21_numbers_channels, "q21";
    q22_splits_urls, "q22";
    q23_joins_bids_with_auction_and_seller, "q23";
}
