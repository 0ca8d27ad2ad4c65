//! An event that is some value of a trait, borrowed.

use millstream::prelude::*;

#[operator]
async fn show(event: &impl ToString) -> String {
    event.to_string()
}

fn main() {}
