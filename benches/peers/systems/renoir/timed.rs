//! Works in event time.

use super::{Ready, add, batch, sum};
use crate::steps::{self, APART};
use crate::systems::hours::Hours;
use millstream_benches::nexmark::by_hand::Map;
use millstream_benches::stateless::Event;
use renoir::Stream;
use renoir::operator::{Operator, StreamElement};
use renoir::prelude::*;

/// The number of events between two watermarks.
const BETWEEN: usize = 1_024;

/// A stream in event time. A watermark excludes further events at or before its time, and several
/// events share a millisecond.
pub fn timed<D: Clone + Send + 'static>(
    events: Stream<impl Operator<Out = D> + 'static>,
    time: fn(&D) -> u64,
) -> Stream<impl Operator<Out = D>> {
    let mut seen = 0;
    events.add_timestamps(
        move |event| time(event) as i64,
        move |_, now| {
            seen = (seen + 1) % BETWEEN;
            (seen == 0).then_some(now - 1)
        },
    )
}

/// An input of the last step: a window, or the end of input.
pub enum Ended<W> {
    Window(W, u64),
    All,
}

/// Combines windows by hand; emits the rows of a window when it has arrived.
pub fn together<W: Send + 'static, R: Clone + Send + 'static>(
    windows: Stream<impl Operator<Out = W> + 'static>,
    mut put: impl FnMut(Ended<W>, &mut Vec<R>) + Clone + Send + 'static,
) -> Stream<impl Operator<Out = R>> {
    let (mut rows, mut end) = (Vec::new(), None);
    windows.rich_map_custom(move |mut windows| {
        loop {
            if let Some(row) = rows.pop() {
                return StreamElement::Item(row);
            }
            if let Some(end) = end.take() {
                return end;
            }
            match windows.next() {
                StreamElement::Timestamped(window, until) => {
                    put(Ended::Window(window, until as u64), &mut rows);
                }
                StreamElement::FlushAndRestart => {
                    put(Ended::All, &mut rows);
                    end = Some(StreamElement::FlushAndRestart);
                }
                StreamElement::Terminate => return StreamElement::Terminate,
                StreamElement::FlushBatch => return StreamElement::FlushBatch,
                StreamElement::Item(_) | StreamElement::Watermark(_) => {}
            }
        }
    })
}

/// Counts all keys in windows of a second.
pub fn sliding(input: Vec<Event>) -> Ready {
    fn count(counts: &mut Map<u64, u32>, event: &Event) {
        *counts.entry(event.key).or_default() += 1;
    }
    sum(1, |context, part| {
        let events = context.stream_iter(input.into_iter()).batch_mode(batch());
        let seconds = timed(events, |event| event.time)
            .window_all(EventTimeWindow::tumbling(1_000))
            .fold(Map::default(), count)
            .drop_key();
        let mut hours = Hours::default();
        let values = together(seconds, move |ended, rows| match ended {
            Ended::Window(counts, until) => {
                *hours.second(until / 1_000 - 1) = counts;
                hours.close(until / 1_000, rows);
            }
            Ended::All => hours.close(u64::MAX, rows),
        });
        add(values, part);
    })
}

pub fn joined([lefts, rights]: [Vec<Event>; 2]) -> Ready {
    sum(1, |context, part| {
        let [lefts, rights] = [lefts, rights].map(|side| {
            let events = context.stream_iter(side.into_iter()).batch_mode(batch());
            timed(events, |event| event.time).group_by(|event| event.key)
        });
        let pairs = lefts.interval_join(rights, APART as i64, APART as i64);
        add(pairs.map(|(_, (left, right))| steps::pair(left.id, right.id)).drop_key(), part);
    })
}
