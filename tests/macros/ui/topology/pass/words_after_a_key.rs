//! Words that need no key may follow one; so may those of another line.

use millstream::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[tokio::main(flavor = "current_thread")]
pub async fn main() {
    let (kept, seen) = (Collected::new(), Arc::new(AtomicU64::new(0)));
    let sum = Arc::clone(&seen);
    let topology = topology!(
        numbers = source(from_iter([1_u64, 2, 3])),
        doubled = numbers >> by(|n| *n) >> flat_map(|n| [n, n + 10]) * 2,
        keyed = doubled >> by(|n| n % 10),
        keyed >> flat_map(|n| Some(n).filter(|n| *n < 13)) >> sink(kept.sink()),
        numbers >> by(|n| *n) >> map(|n| n * 100) >> sink(kept.sink()),
        numbers >> by(|n| *n) >> filter(|n| *n == 3) >> sink(kept.sink()),
        numbers
            >> by(|n| *n)
            >> inspect(move |n| {
                sum.fetch_add(*n, Ordering::Relaxed);
            })
            >> ignore,
    );
    topology.run(Config::default()).await.unwrap();
    let mut kept = kept.take();
    kept.sort_unstable();
    assert_eq!(kept, [1, 2, 3, 3, 11, 12, 100, 200, 300]);
    assert_eq!(seen.load(Ordering::Relaxed), 6);
}
