//! Outputs, but none.

use millstream::prelude::*;

#[derive(Outputs)]
enum Parsed {}

fn main() {}
