//! A `union` as state.

use millstream::prelude::*;

#[derive(Clone, Copy, State)]
union Total {
    cents: u64,
    euros: f64,
}

fn main() {}
