//! A file of dead letters for errors without their events.

use millstream::prelude::*;

#[operator]
async fn parsed(text: &'static str) -> Result<u64, std::num::ParseIntError> {
    text.parse()
}

fn main() {
    let _ = topology!(
        parsed = source(from_iter(["1", "two"])) >> parsed,
        parsed >> ignore,
        parsed.errors >> dead_letters("failed.jsonl"),
    );
}
