//! A value given when wiring that depends on the type of the event.

use millstream::prelude::*;

#[operator]
async fn other<T: Clone + Sync + Send + 'static>(_event: T, other: T) -> T {
    other
}

fn main() {}
