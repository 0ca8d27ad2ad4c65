//! Another value of `errors`.

use millstream::prelude::*;

#[operator(errors = dead_letters)]
async fn parsed(text: String) -> Result<u64, std::num::ParseIntError> {
    text.parse()
}

fn main() {}
