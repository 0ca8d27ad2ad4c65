//! Operators in modules are imported by one name.

mod operators {
    use millstream::prelude::*;

    /// Doubles.
    #[operator(name = "two times")]
    pub(crate) async fn twice(number: u64) -> u64 {
        2 * number
    }
}

use millstream::operator::Operator;
use operators::twice;

pub fn main() {
    assert_eq!(<twice as Operator<u64>>::NAME, "two times");
    drop(twice(2));
}
