//! A part of a topology is a function.

use millstream::prelude::*;

fn halved(numbers: Stream<u64>) -> Stream<u64> {
    numbers.map(|number| number / 2).detached()
}

pub fn main() {
    let topology = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> map(|number| number + 1) >> ignore,
        numbers >> through(halved) >> ignore,
    );
    topology.check().unwrap();
}
