//! A `Result` by another name, which does not say so.

use millstream::prelude::*;

type Parsed = Result<u64, std::num::ParseIntError>;

#[operator]
async fn parsed(line: String) -> Parsed {
    line.parse()
}

fn main() {}
