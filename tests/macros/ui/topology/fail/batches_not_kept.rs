//! Batches of events that cannot be written to a checkpoint.

use millstream::prelude::*;

struct Tick(u64);

fn main() {
    topology!(
        job("ticks", at_least_once),
        ticks = source(from_iter_again([3, 4])) >> map(|number| Tick(number)),
        sizes = ticks >> in_batches_of(3).or_after(1.secs()) >> map(|ticks| ticks.len()),
        sizes >> map(|size| size + 1) >> ignore,
    );
}
