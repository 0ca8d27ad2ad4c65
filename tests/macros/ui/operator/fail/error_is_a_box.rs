//! A boxed error that does not move between threads.

use millstream::prelude::*;
use std::error::Error;

#[operator]
async fn parsed(line: String) -> Result<u64, Box<dyn Error>> {
    Ok(line.parse()?)
}

fn main() {}
