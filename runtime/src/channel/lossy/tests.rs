//! What a channel drops, and in which order the rest arrives.

use super::*;
use crate::event::Epoch;
use crate::time::EventTime;

fn batch(events: impl IntoIterator<Item = u32>) -> Element<u32> {
    let mut batch = Batch::default();
    events.into_iter().for_each(|event| batch.push(event));
    Element::Batch(batch)
}

fn mark(second: i64) -> Element<u32> {
    Element::Mark(Mark::Watermark(EventTime::from_secs(second)))
}

/// Sends an element; what was dropped and what has to wait.
fn send(sender: &mut LossySender<u32>, element: Element<u32>) -> (Vec<u32>, Vec<u32>) {
    let mut dropped = Batch::default();
    let waiting = match sender.try_send(element, &mut dropped).unwrap() {
        Some(Element::Batch(batch)) => batch.into_values(),
        _ => Vec::new(),
    };
    (dropped.into_values(), waiting)
}

const NONE: [u32; 0] = [];

/// Everything the channel still holds, as text.
fn drain(receiver: &LossyReceiver<u32>) -> Vec<String> {
    let mut cx = Context::from_waker(Waker::noop());
    let mut out = Vec::new();
    while let Poll::Ready(element) = receiver.poll_recv(&mut cx) {
        out.push(match element {
            Element::Batch(batch) => format!("{:?}", batch.into_values()),
            Element::Mark(Mark::Watermark(time)) => {
                format!("to {}", time.as_micros() / 1_000_000)
            }
            Element::Mark(mark) => format!("{mark:?}"),
        });
    }
    out
}

#[test]
fn drop_newest_keeps_as_many_of_the_first_events_as_the_edge_holds() {
    let (mut sender, receiver) = lossy(Capacity::of(5, 3), Overflow::DropNewest);
    assert_eq!(send(&mut sender, batch(0..3)).0, NONE);
    assert_eq!(send(&mut sender, batch(3..6)).0, [5]);
    assert_eq!(send(&mut sender, batch(6..9)).0, [6, 7, 8]);
    assert_eq!(drain(&receiver), ["[0, 1, 2]", "[3, 4]"]);
    assert_eq!(send(&mut sender, batch(9..12)).0, NONE);
    assert_eq!(drain(&receiver), ["[9, 10, 11]"]);
}

#[test]
fn drop_oldest_keeps_as_many_of_the_last_events_as_the_edge_holds() {
    let (mut sender, receiver) = lossy(Capacity::of(5, 3), Overflow::DropOldest);
    assert_eq!(send(&mut sender, batch(0..3)).0, NONE);
    assert_eq!(send(&mut sender, batch(3..6)).0, [0]);
    assert_eq!(send(&mut sender, batch(6..9)).0, [1, 2, 3]);
    assert_eq!(send(&mut sender, batch(10..17)).0, [4, 5, 6, 7, 8, 10, 11]);
    assert_eq!(drain(&receiver), ["[12, 13, 14, 15, 16]"]);
}

#[test]
fn drop_oldest_evicts_nothing_before_a_barrier() {
    let barrier = |epoch| Element::Mark(Mark::Barrier(Epoch(epoch)));
    let (mut sender, receiver) = lossy(Capacity::of(5, 3), Overflow::DropOldest);
    send(&mut sender, batch(0..2));
    send(&mut sender, barrier(1));
    assert_eq!(send(&mut sender, batch(2..6)).0, [2], "the oldest behind the barrier");
    send(&mut sender, mark(1));
    assert_eq!(send(&mut sender, batch(6..8)).0, [3, 4]);
    send(&mut sender, barrier(2));
    assert_eq!(send(&mut sender, batch(8..10)).0, [8, 9], "no room but for the newest");
    let mut cx = Context::from_waker(Waker::noop());
    assert!(receiver.poll_recv(&mut cx).is_ready());
    assert_eq!(send(&mut sender, batch(10..14)).0, [10, 11]);
    let rest = ["Barrier(Epoch(1))", "[5]", "to 1", "[6, 7]", "Barrier(Epoch(2))", "[12, 13]"];
    assert_eq!(drain(&receiver), rest);
    assert_eq!(send(&mut sender, batch(20..27)).0, [20, 21], "no barrier is left");
}

#[test]
fn sample_drops_all_but_every_nth_event_without_room_and_waits_with_that() {
    let (mut sender, receiver) = lossy(Capacity::of(2, 8), Overflow::Sample(3));
    assert_eq!(send(&mut sender, batch(0..10)), (vec![2, 3, 5, 6, 8, 9], vec![4, 7]));
    // Events that were kept are not sampled again.
    assert_eq!(send(&mut sender, batch([4, 7])), (vec![], vec![4, 7]));
    assert_eq!(drain(&receiver), ["[0, 1]"]);
    assert_eq!(send(&mut sender, batch([4, 7])), (vec![], vec![]));
    // Two events without room since 7: the count goes on.
    assert_eq!(send(&mut sender, batch(10..12)), (vec![11], vec![10]));
}

#[test]
fn marks_keep_their_place_and_do_not_pile_up() {
    let (mut sender, receiver) = lossy(Capacity::of(2, 1), Overflow::DropOldest);
    for second in 0..100 {
        send(&mut sender, batch([second]));
        send(&mut sender, mark(i64::from(second)));
        send(&mut sender, Element::Mark(Mark::Idle));
    }
    send(&mut sender, Element::Mark(Mark::End));
    let expected = ["to 97", "Idle", "[98]", "to 98", "Idle", "[99]", "to 99", "Idle", "End"];
    assert_eq!(drain(&receiver), expected);

    let (mut sender, receiver) = lossy(Capacity::of(2, 1), Overflow::DropNewest);
    for second in 0..100 {
        send(&mut sender, batch([second]));
        send(&mut sender, mark(i64::from(second)));
    }
    assert_eq!(drain(&receiver), ["[0]", "to 0", "[1]", "to 99"]);
}

#[test]
fn a_sender_whose_receiver_is_gone_gets_an_error() {
    let (mut sender, receiver) = lossy(Capacity::of(2, 1), Overflow::DropOldest);
    drop(receiver);
    assert_eq!(sender.try_send(batch([1]), &mut Batch::default()).unwrap_err(), Closed);
}
