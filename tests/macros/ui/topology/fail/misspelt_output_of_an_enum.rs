//! An output that the enum does not have.

use millstream::prelude::*;

#[derive(Outputs)]
enum Parsed {
    Order(u64),
    Garbage(String),
}

fn main() {
    let _ = topology!(
        parsed = source(from_iter([Parsed::Order(1)])),
        parsed.ordr >> ignore,
        parsed.garbage >> ignore,
    );
}
