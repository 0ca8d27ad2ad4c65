//! A type parameter that the event does not decide.

use millstream::prelude::*;

#[operator]
async fn last<T: Default + Send + 'static>(number: u64, last: &mut T) -> u64 {
    *last = T::default();
    number
}

fn main() {}
