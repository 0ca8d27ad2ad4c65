//! What may be written in more than one way.

use millstream::prelude::*;
use std::fmt::Debug;

#[derive(Clone)]
struct Times(i64);

#[operator]
impl Times {
    fn new(factor: i64) -> Self {
        Self(factor)
    }

    fn more(self, by: i64) -> Self {
        Self(self.0 + by)
    }

    async fn process(&self, number: i64) -> i64 {
        self.0 * number
    }
}

macro_rules! doubled {
    ($stream:expr, $operator:expr, $other:path, $instances:expr) => {
        topology!(
            job("doubled").late(ignore),
            numbers = $stream >> event_time(|n| EventTime::from_secs(*n), lateness(0.secs())),
            /// An operator that a macro is given.
            a = numbers >> $operator * $instances,
            b = numbers >> $other * $instances,
            c = numbers >> by(|n| *n) >> window(tumbling(1.mins())) >> aggregate(|n| *n, sum()),
            [a, b] >> shuffle >> Times::new(2).more(1) * 2 >> shown::<i64> >> ignore,
            [c.late, numbers] >> ignore,
            c >> by(|c| c.key) >> dedupe(1.mins()) >> ignore,
        )
    };
}

/// The first lines are the caller's, the last ones the macro's.
macro_rules! ended {
    ($numbers:ident, $($lines:tt)*) => {
        topology!($($lines)* $numbers >> next >> ignore,)
    };
}

#[operator]
async fn shown<T: Debug + Send + 'static>(event: T) -> T {
    assert!(!format!("{event:?}").is_empty());
    event
}

#[operator]
async fn next(number: i64) -> i64 {
    number + 1
}

pub fn main() {
    let first = from_iter([1_i64, 2]);
    let topology = doubled!(source(first), next, next, 1 + 1);
    topology.check().unwrap();
    let second = from_iter([1_i64, 2]);
    let topology =
        ended!(numbers, numbers = source(second), numbers >> next >> shown::<i64> >> ignore,);
    topology.check().unwrap();
}
