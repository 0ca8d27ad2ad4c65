//! A state that cannot begin by itself.

use millstream::prelude::*;

struct Mean(f64);

#[operator]
async fn mean(ticket: f64, mean: &mut Mean) -> f64 {
    mean.0 = (mean.0 + ticket) / 2.0;
    mean.0
}

fn main() {}
