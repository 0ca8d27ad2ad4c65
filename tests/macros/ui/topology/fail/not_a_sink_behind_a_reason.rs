//! A reason, and behind it what is no sink.

use millstream::prelude::*;

fn main() {
    let _: Topology = topology!(
        job("payments", exactly_once),
        payments = source(csv_file::<u64>("payments.csv")),
        payments >> weaken("for people to watch") >> sink(5),
    );
}
