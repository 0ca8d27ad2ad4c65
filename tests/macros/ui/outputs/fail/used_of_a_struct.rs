//! Outputs of a struct: nothing follows where they are used.

use millstream::prelude::*;

#[derive(Outputs)]
struct Checked(u64);

#[operator]
async fn check(number: u64) -> Checked {
    Checked(number)
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64])),
        checked = numbers >> check,
        checked.good >> map(|n| n + 1) >> ignore,
    );
}
