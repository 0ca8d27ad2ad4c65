//! No event: nothing follows where it is used.

use millstream::prelude::*;

#[operator]
async fn one() -> u64 {
    1
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64])),
        numbers >> one >> map(|x| x.found) >> ignore,
    );
}
