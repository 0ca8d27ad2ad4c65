//! A file of events that cannot be read from text.

use millstream::prelude::*;

struct Order;

fn main() {
    let _ = topology!(
        orders = source(csv_file("orders.csv")),
        orders >> map(|order: Order| order) >> ignore,
    );
}
