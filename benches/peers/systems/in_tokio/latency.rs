//! From a source through a keyed exchange and a step with state to a sink.

use super::tasks::{run, sink, step};
use super::wire::{Split, Wire, link, links};
use crate::systems::Ready;
use crate::systems::by_loop::Map;
use crate::systems::delays::Delays;
use crate::systems::pace::{Due, Pace};
use crate::work::Work;

pub fn latency<W: Wire>(work: Work, quick: bool, instances: usize) -> Ready {
    Box::new(move || {
        let pace = Pace::of(work, quick);
        let delays = Delays::since(pace.start());
        let mut seen = delays.clone();
        run(instances, |tasks| {
            let (to_counts, parts) = links::<W, Due>(instances);
            let (to_sink, events) = link::<W, Due>();
            tasks.spawn(paced(pace, to_counts));
            for events in parts {
                let mut counts: Map<u64, u64> = Map::default();
                tasks.spawn(step(events, to_sink.clone(), move |event: Due| {
                    let count = counts.entry(event.key).or_insert(0);
                    *count += 1;
                    Some(Due { count: *count, ..event })
                }));
            }
            drop(to_sink);
            tasks.spawn(sink(events, move |event| seen.arrived(&event)));
        });
        delays.take()
    })
}

/// Sends events as they become due, and all due events before it yields.
async fn paced<W: Wire>(mut pace: Pace, mut to: Split<W, Due>) {
    while !pace.has_ended() {
        to.share_out(pace.due(), |event| event.key).await;
        to.flush().await;
        if !pace.is_due() {
            tokio::task::yield_now().await;
        }
    }
}
