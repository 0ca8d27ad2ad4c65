//! A punctuation that says whether, and not how far.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_i64, 2])),
        numbers >> event_time(|n| EventTime::from_secs(*n), punctuated(|n| *n > 1)) >> ignore,
    );
}
