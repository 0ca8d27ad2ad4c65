//! The macros need nothing but themselves.

#[millstream::operator]
async fn twice(number: u64) -> u64 {
    2 * number
}

pub fn main() {
    let topology = millstream::topology!(
        numbers = source(millstream::connector::memory::from_iter([1, 2])),
        numbers >> twice >> ignore,
    );
    assert_eq!(topology.nodes().len(), 3);
    topology.check().unwrap();
}
