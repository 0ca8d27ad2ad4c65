//! Async closures for words that do not await.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> map(|n| async move { n + 1 }) >> ignore,
        numbers >> filter(async move |n| *n > 1) >> ignore,
        numbers >> flat_map(move |n| async move { [n] }) >> ignore,
        numbers >> inspect(async |n| println!("{n}")) >> ignore,
    );
}
