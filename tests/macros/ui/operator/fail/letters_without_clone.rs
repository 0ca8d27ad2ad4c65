//! Letters of events that cannot be copied.

use millstream::prelude::*;

struct Line(String);

#[operator(errors = letters)]
async fn parsed(line: Line) -> Result<u64, std::num::ParseIntError> {
    line.0.parse()
}

fn main() {}
