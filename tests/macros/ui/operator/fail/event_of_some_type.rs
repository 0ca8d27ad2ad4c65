//! An event whose type has no name.

use millstream::prelude::*;

#[operator]
async fn text(value: impl ToString + Send) -> String {
    value.to_string()
}

fn main() {}
