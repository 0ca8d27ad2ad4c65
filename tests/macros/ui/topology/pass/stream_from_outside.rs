//! A stream of the builder is used in the macro, and a part of a topology as a function.

use millstream::prelude::*;

fn halved(numbers: Stream<u64>) -> Stream<u64> {
    numbers.map(|number| number / 2)
}

fn main() {
    let topology = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> map(|number| number + 1) >> ignore,
        numbers >> through(|numbers| halved(numbers)) >> ignore,
    );
    topology.check().unwrap();
}
