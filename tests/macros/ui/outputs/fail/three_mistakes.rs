//! Three mistakes, told at once; the outputs are there all the same.

use millstream::prelude::*;

#[derive(Outputs)]
enum Parsed {
    Late(u64),
    Refund { id: u64 },
    Garbage,
}

fn main() {
    let _ = topology!(
        parsed = source(from_iter([Parsed::Garbage])),
        parsed.refund >> ignore,
        parsed.garbage >> ignore,
    );
}
