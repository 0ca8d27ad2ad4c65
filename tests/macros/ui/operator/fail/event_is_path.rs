//! An event that is a borrowed path.

use millstream::prelude::*;

#[operator]
async fn length(path: &std::path::Path) -> usize {
    path.as_os_str().len()
}

fn main() {}
