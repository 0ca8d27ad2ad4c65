//! Numbers of calls, behind operators of every form.

use millstream::prelude::*;

mod calls {
    use millstream::prelude::*;

    #[operator(in_flight = 2)]
    pub async fn located(address: u32, by: u32) -> Result<u32, std::num::TryFromIntError> {
        std::future::ready(address + by).await;
        u32::try_from(u64::from(address) + u64::from(by))
    }

    #[operator]
    pub async fn passed<T: Send + 'static>(event: T, seen: &mut u64) -> T {
        *seen += 1;
        std::future::ready(event).await
    }
}

const FEW: usize = 3;

pub fn main() {
    let many = 4_096;
    let topology = topology!(
        hits = source(from_iter([1_u32, 2])),
        located = hits >> shuffle >> calls::located(7).in_flight(FEW + 1) * 2,
        passed = located >> by(|hit| *hit) >> calls::passed.in_flight(many),
        passed >> ignore,
        located.errors >> ignore,
        hits >> by(|hit| *hit) >> calls::passed.in_flight(1) >> ignore,
    );
    let calls: Vec<_> = topology.nodes().iter().filter_map(|node| node.in_flight).collect();
    assert_eq!(calls, [4, 4_096, 1]);
}
