//! The attribute on a module.

use millstream::prelude::*;

#[operator]
mod twice {}

fn main() {}
