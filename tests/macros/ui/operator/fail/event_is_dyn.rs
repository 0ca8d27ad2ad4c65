//! An event that is any value of a trait, borrowed.

use millstream::prelude::*;

#[operator]
async fn show(event: &(dyn ToString + Send)) -> String {
    event.to_string()
}

fn main() {}
