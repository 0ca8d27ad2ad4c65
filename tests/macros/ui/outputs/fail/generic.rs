//! Outputs of types that are not known yet.

use millstream::prelude::*;

#[derive(Outputs)]
enum Parsed<T> {
    Order(T),
    Garbage(String),
}

fn main() {}
