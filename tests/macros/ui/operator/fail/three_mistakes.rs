//! Three mistakes, all of which are told.

use millstream::prelude::*;

#[operator(naem = "mean")]
fn mean(ticket: &f64, mean: &mut f64) -> f64 {
    *mean = (*mean + ticket) / 2.0;
    *mean
}

fn main() {}
