//! Two users of events that cannot be copied.

use millstream::prelude::*;

struct Once;

fn main() {
    let _ = topology!(
        once = source(from_iter([Once])),
        once >> ignore,
        once >> ignore,
    );
}
