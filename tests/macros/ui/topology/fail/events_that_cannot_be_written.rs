//! A file for events that cannot be written as text.

use millstream::prelude::*;

struct Order;

fn main() {
    let _ = topology!(
        orders = source(from_iter([Order])),
        orders >> sink(csv_file("orders.csv")),
    );
}
