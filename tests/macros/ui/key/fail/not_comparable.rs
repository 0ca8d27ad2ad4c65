//! A key without the traits of one.

use millstream::prelude::*;

#[derive(Key)]
struct Id(u64);

fn main() {}
