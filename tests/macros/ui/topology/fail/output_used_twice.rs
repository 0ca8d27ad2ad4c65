//! An output used in two lines.

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
        parsed.order >> map(|order| order + 1) >> ignore,
        parsed.garbage >> ignore,
    );
}
