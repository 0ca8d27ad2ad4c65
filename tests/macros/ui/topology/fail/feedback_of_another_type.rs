//! Events are fed back that are not those that come in.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([3_u64])),
        again = feedback(10, drop_oldest),
        [numbers, again] >> map(|n| n.to_string()) >> feedback(again),
    );
}
