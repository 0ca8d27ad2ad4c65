//! From a source through an operator with state to a sink. Each tick takes the due events.

use crate::systems::Ready;
use crate::systems::by_loop::Map;
use crate::systems::delays::Delays;
use crate::systems::pace::{Due, Pace};
use crate::work::Work;
use dfir_rs::dfir_syntax;
use dfir_rs::futures::stream::{Stream, poll_fn};
use std::task::Poll;

type Counts = Map<u64, u64>;

pub fn latency(work: Work, quick: bool) -> Ready {
    Box::new(move || {
        let pace = Pace::of(work, quick);
        let delays = Delays::since(pace.start());
        let mut seen = delays.clone();
        let mut flow = dfir_syntax! {
            source_stream(paced(pace))
                -> scan::<'static>(Counts::default, |counts: &mut Counts, event: Due| {
                    let count = counts.entry(event.key).or_insert(0);
                    *count += 1;
                    Some(Due { count: *count, ..event })
                })
                -> for_each(|event| seen.arrived(&event));
        };
        flow.run_available_sync();
        drop(flow);
        delays.take()
    })
}

/// Events as they become due. A tick ends when there are none, and schedules the next one.
fn paced(mut pace: Pace) -> impl Stream<Item = Due> + Unpin {
    let mut due = pace.due();
    poll_fn(move |cx| {
        let mut next = due.next();
        if next.is_none() && !pace.has_ended() {
            due = pace.due();
            next = due.next();
            if next.is_none() {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
        }
        Poll::Ready(next)
    })
}
