//! A type with methods that is not `Clone`: nothing follows where it is used.

use millstream::prelude::*;

struct Twice;
#[operator]
impl Twice {
    async fn process(&self, number: u64) -> u64 {
        2 * number
    }
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64])),
        numbers >> by(|n| *n) >> Twice >> map(|n| n + 1) >> ignore,
    );
}
