//! A misspelt `process`: nothing follows where it is used.

use millstream::prelude::*;

struct Twice;
#[operator]
impl Twice {
    async fn proces(&self, number: u64) -> u64 {
        2 * number
    }
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64])),
        numbers >> Twice >> map(|x| x.found) >> ignore,
    );
}
