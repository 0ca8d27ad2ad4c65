//! A key with a field that is no key.

use millstream::prelude::*;

#[derive(Clone, PartialEq, Key)]
struct Place {
    city: String,
    latitude: f64,
}

impl Eq for Place {}

fn main() {}
