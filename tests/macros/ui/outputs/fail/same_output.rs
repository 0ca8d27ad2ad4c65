//! Two outputs of one name.

use millstream::prelude::*;

#[derive(Outputs)]
enum Answer {
    HttpError(u16),
    HTTPError(String),
}

fn main() {}
