//! The unmatched events of a node that is no join.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        more = numbers >> map(|n| n + 1),
        more >> ignore,
        more.unmatched >> ignore,
    );
}
