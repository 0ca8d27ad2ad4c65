//! Two states.

use millstream::prelude::*;

#[operator]
async fn mean(ticket: f64, sum: &mut f64, count: &mut u64) -> f64 {
    *sum += ticket;
    *count += 1;
    *sum / *count as f64
}

fn main() {}
