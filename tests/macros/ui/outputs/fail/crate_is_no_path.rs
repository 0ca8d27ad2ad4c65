//! A crate path that is no path.

use millstream::prelude::*;

#[derive(Outputs)]
#[outputs(crate = "my engine")]
enum Parsed {
    Order(u64),
}

fn main() {}
