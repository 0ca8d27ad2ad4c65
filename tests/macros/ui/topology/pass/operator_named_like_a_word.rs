//! An operator that is named like a word is reached by its path.

use millstream::prelude::*;

#[operator]
async fn filter(number: u64) -> Option<u64> {
    (number > 1).then_some(number)
}

pub fn main() {
    let topology = topology!(
        numbers = source(from_iter([1, 2])),
        numbers >> self::filter >> filter(|number| *number > 2) >> ignore,
    );
    topology.check().unwrap();
}
