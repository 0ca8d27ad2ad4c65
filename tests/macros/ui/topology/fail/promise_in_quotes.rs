//! A promise in quotes.

use millstream::prelude::*;

fn main() {
    let _ = topology!(job("a", "at_most_once"), source(from_iter([1])) >> ignore);
}
