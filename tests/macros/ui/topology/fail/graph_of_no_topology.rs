//! A function with `#[topology_graph]` that has no topology.

use millstream::prelude::*;

#[topology_graph]
fn unfinished() {}

fn main() {
    unfinished();
}
