//! A program may have modules with the names that the library has.

use millstream::prelude::*;

mod steps {
    pub fn double(number: u64) -> u64 {
        2 * number
    }
}

mod overflow {
    pub const LIMIT: u64 = 7;
}

mod words {
    pub fn is_small(number: u64) -> bool {
        number < super::overflow::LIMIT
    }
}

mod heads {
    pub const FIRST: [u64; 2] = [1, 5];
}

pub fn main() {
    let doubled = Collected::new();
    let topology = topology!(
        numbers = source(from_iter(heads::FIRST)) >> filter(|number| words::is_small(*number)),
        numbers
            >> map(steps::double)
            >> filter(|number| *number > overflow::LIMIT)
            >> sink(doubled.sink()),
    );
    assert!(topology.check().is_ok());
}
