//! Numbers of instances, of events, and with units, of any type that a configuration has.

use millstream::prelude::*;

#[operator]
async fn twice(n: u64) -> u64 {
    2 * n
}

fn job(out: impl Sink<u64>, (cores, room): (u32, i64), seconds: u64, mebibytes: usize) -> Topology {
    topology!(
        job("numbers").instances(cores).memory(mebibytes.mib()),
        numbers = source(from_iter([1_u64, 2]))
            >> event_time(|n| EventTime::from_secs(*n as i64), lateness(seconds.secs())),
        doubled = numbers >> twice * (cores + 1) >> buffer(room) >> twice * cores as u16,
        doubled >> filter(|n| *n > 2) >> sink(out),
    )
}

pub fn main() {
    assert!(job(Collected::new().sink(), (2, 100), 5, 64).check().is_ok());
    let each = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> sink(for_each(|n| assert!(n.is_power_of_two()))),
    );
    assert!(each.check().is_ok());
}
