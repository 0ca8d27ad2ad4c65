//! Repeated events of no time.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        once = numbers >> by(|number| *number) >> dedupe(1.mins()),
        once >> ignore,
        once.late >> ignore,
    );
}
