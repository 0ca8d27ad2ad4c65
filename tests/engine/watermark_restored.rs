//! The watermark of an operator after a restart.

use crate::durable::config;
use crate::durable_windows::{Numbers, time};
use crate::support::{INSTANCES, awaited, settled};
use millstream::prelude::*;
use std::time::Duration;

#[operator]
async fn seen(_: u64, count: &mut u64, ctx: &mut Context) -> EventTime {
    *count += 1;
    ctx.watermark()
}

#[operator]
async fn seen_without_state(_: u64, ctx: &mut Context) -> EventTime {
    ctx.watermark()
}

#[operator]
async fn seen_slowly(_: u64, ctx: &mut Context) -> EventTime {
    let watermark = ctx.watermark();
    tokio::task::yield_now().await;
    watermark
}

type Seen = [Collected<EventTime>; 3];

fn job(seen_by: &Seen, until: u64, instances: usize) -> Topology {
    let [keyed, plain, slow] = seen_by;
    topology!(
        job("watermarks", at_least_once),
        ones = source(Numbers { until }),
        others = source(Numbers { until }),
        timed = ones >> event_time(time, lateness(8.secs()).never_idle()),
        // This one is slower.
        late = others >> event_time(time, lateness(20.secs()).never_idle()),
        slower = late >> awaited,
        all = [timed, slower],
        by_key = all >> by(|number| *number) >> seen * instances,
        without = all >> shuffle >> seen_without_state * instances,
        slowly = all >> shuffle >> seen_slowly * instances,
        by_key >> sink(keyed.sink()),
        without >> sink(plain.sink()),
        slowly >> sink(slow.sink()),
    )
}

#[tokio::test(start_paused = true)]
async fn after_a_restart_the_watermark_of_an_operator_is_that_of_the_checkpoint() {
    for instances in INSTANCES {
        let (directory, seen) = (tempfile::tempdir().unwrap(), Seen::default());
        let mut least = [EventTime::MIN; 3];
        for until in [300, 600, 900] {
            let topology = job(&seen, until, instances);
            let mut job = topology.start(config(&directory).batch(16)).unwrap();
            tokio::time::sleep(Duration::from_millis(40)).await;
            settled(job.suspend()).await.unwrap();
            crate::support::assert_balanced(&job);
            for (seen, least) in seen.iter().zip(&mut least) {
                let seen = seen.take();
                let first = *seen.iter().min().unwrap();
                // With as many instances as before, each goes on where it was.
                assert!(first >= *least, "{first} after {least}, {instances} instances");
                *least = *seen.iter().max().unwrap();
            }
        }
        assert!(least.iter().all(|least| *least > EventTime::MIN), "{least:?}");
    }
}
