//! Events that cannot be copied go to all instances.

use millstream::prelude::*;

struct Once;

fn main() {
    let _ = topology!(
        once = source(from_iter([Once])),
        once >> to_all >> map(|once| once) * 2 >> ignore,
    );
}
