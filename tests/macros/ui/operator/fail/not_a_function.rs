//! The attribute on a struct.

use millstream::prelude::*;

#[operator]
struct Twice;

fn main() {}
