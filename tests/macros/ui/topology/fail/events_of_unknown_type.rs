//! A source of events that nobody names the type of.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        orders = source(csv_file("orders.csv")),
        orders >> ignore,
    );
}
