//! A choice of functions in place of an operator.

use millstream::prelude::*;

fn twice(n: u64) -> u64 {
    2 * n
}

fn main() {
    let numbers_are_large = true;
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> if numbers_are_large { twice } else { twice } >> ignore,
    );
}
