//! Every join with every bound that it may have, and a window that is aggregated.

use millstream::prelude::*;
use millstream::topology::Instances;

#[operator]
async fn total((a, b): (i64, Option<i64>)) -> i64 {
    a + b.unwrap_or_default()
}

/// Declares them.
pub fn main() {
    let at = |n: &i64| EventTime::from_secs(*n);
    let topology = topology!(
        job("joins", at_most_once).instances(2),
        a = source(from_iter([1_i64, 2])) >> event_time(at, lateness(1.secs())),
        b = source(from_iter([2_i64, 3])) >> event_time(at, lateness(1.secs())),
        keyed = b >> by(|n| *n),
        near = (a >> by(|n| *n), keyed) >> join(within(1.secs(), 1.secs())) * 3,
        near >> map(|(a, b)| a + b) >> ignore,
        near.late >> map(|late| late.time) >> ignore,
        near.unmatched >> map(|one| matches!(one, OneOf2::First(_))) >> ignore,
        known = (a >> by(|n| *n), b >> overflow(drop_newest) >> by(|n| *n))
            >> left_join(latest(1.mins())) * auto,
        known.late >> ignore,
        known.overflow >> ignore,
        right = (a >> by(|n| *n), b >> map(|n| n) >> by(|n| *n)) >> right_join(tumbling(1.mins())),
        right >> map(|(a, b): (Option<i64>, i64)| b + a.unwrap_or_default()) >> ignore,
        right.late >> ignore,
        right.unmatched >> ignore,
        all = ([a, b] >> by(|n| *n), a >> by(|n| *n), b >> by(|n| *n), a >> by(|n| n + 1))
            >> full_join(sliding(2.mins(), 1.mins())),
        all >> map(|(a, ..)| a.is_some()) >> ignore,
        all.late >> ignore,
        totals = known >> total,
        sums = totals >> by(|n| *n) >> window(tumbling(1.mins())) >> aggregate(|n| *n, sum()) * 2,
        sums >> map(|sum| sum.value) >> ignore,
        sums.late >> ignore,
    );
    let instances = |name: &str| {
        let node = topology.nodes().iter().find(|node| node.name == name).unwrap();
        node.instances
    };
    assert_eq!(instances("near"), Instances::Exactly(3));
    assert_eq!(instances("known"), Instances::auto());
    assert_eq!(instances("right"), Instances::Default);
    assert_eq!(instances("sums"), Instances::Exactly(2));
    topology.check().unwrap();
}
