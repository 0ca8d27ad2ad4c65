//! A file of dead letters whose events cannot be written.

use millstream::prelude::*;

#[derive(Clone)]
struct Line(&'static str);

#[operator(errors = letters)]
async fn parsed(line: Line) -> Result<u64, std::num::ParseIntError> {
    line.0.parse()
}

fn main() {
    let _ = topology!(
        parsed = source(from_iter([Line("two")])) >> parsed,
        parsed >> ignore,
        parsed.errors >> dead_letters("failed.jsonl"),
    );
}
