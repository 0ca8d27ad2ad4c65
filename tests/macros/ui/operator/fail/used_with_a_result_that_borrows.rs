//! A result that borrows: nothing follows where it is used.

use millstream::prelude::*;

#[operator]
async fn name(number: u64) -> &str {
    &number.to_string()
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64])),
        numbers >> name >> map(|x| x.found) >> ignore,
    );
}
