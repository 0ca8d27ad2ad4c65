//! A shared value of another type.

use millstream::prelude::*;

#[operator]
async fn near(place: u64, #[shared] cities: &Vec<u64>) -> u64 {
    cities[0] - place
}

fn main() {
    let _ = near::new(12);
}
