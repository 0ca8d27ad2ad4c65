//! A stream used as a whole beside its outputs.

use millstream::prelude::*;

#[derive(Outputs)]
enum Parsed {
    Order(u64),
    Garbage(String),
}

fn main() {
    let _ = topology!(
        parsed = source(from_iter([Parsed::Order(1)])),
        parsed.order >> ignore,
        parsed.garbage >> ignore,
        parsed >> ignore,
    );
}
