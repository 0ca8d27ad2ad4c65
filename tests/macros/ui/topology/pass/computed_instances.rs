//! Numbers of instances that are computed.

use millstream::prelude::*;

#[operator]
async fn count(_number: u64, count: &mut u64) -> u64 {
    *count += 1;
    *count
}

pub fn main() {
    let (few, many) = (2, [2, 3]);
    let topology = topology!(
        job("counts").instances(few + 1),
        numbers = source(from_iter([1_u64, 2])),
        numbers >> by(|n| *n) >> count * many[1] >> shuffle >> map(|n| n + 1) * auto >> ignore,
        numbers >> to_all >> instances(few) >> map(|n| n) >> to_one >> buffer(8) >> ignore,
    );
    topology.check().unwrap();
}
