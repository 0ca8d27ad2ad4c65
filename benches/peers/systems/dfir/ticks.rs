//! Sources that end the ticks of a flow.

use dfir_rs::futures::stream::{Stream, poll_fn};
use std::task::Poll;

/// The number of events per tick in flows with branches.
pub const TICK: usize = 1_024;

/// Events in ticks of a given number.
pub fn by_number<T>(mut input: impl Iterator<Item = T> + Unpin) -> impl Stream<Item = T> + Unpin {
    let mut left = TICK;
    poll_fn(move |cx| {
        if left == 0 {
            left = TICK;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        left -= 1;
        Poll::Ready(input.next())
    })
}

/// Events by time, in ticks of a given number of milliseconds, after a start time. There are ticks
/// without events, too.
pub fn by_time<T>(
    input: impl Iterator<Item = T> + Unpin,
    time: fn(&T) -> u64,
    from: u64,
    millis: u64,
) -> impl Stream<Item = T> + Unpin {
    let mut input = input.peekable();
    let mut end = from / millis * millis + millis;
    poll_fn(move |cx| {
        if input.peek().is_some_and(|event| time(event) >= end) {
            end += millis;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(input.next())
    })
}
