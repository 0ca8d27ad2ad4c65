//! A closure that is not made a sink.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> sink(|n| println!("{n}")),
    );
}
