//! A crate path that is none.

use millstream::prelude::*;

#[derive(Clone, PartialEq, Eq, Key)]
#[key(crate = "my engine")]
struct Id(u64);

fn main() {}
