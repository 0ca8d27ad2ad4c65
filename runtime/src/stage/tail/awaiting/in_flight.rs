//! The calls in flight of one instance, each in a berth of its own.

use super::deadlines::{CallClock, Deadlines, PassClock};
use super::flights::Flights;
use super::seat::Seat;
use super::trip::Trip;
use crate::env::Env;
use crate::metrics::{CallBegan, InstanceCounters};
use crate::operator::{AwaitStep, Handoff};
use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll};

/// What belongs to one slot.
pub(super) struct Berth<O: AwaitStep<T>, T, K> {
    /// The seat, while no call has it.
    pub(super) seat: Option<Box<Seat<O, T>>>,
    pub(super) handoff: Arc<Handoff<O::Out>>,
    pub(super) clock: Arc<CallClock>,
    /// Of the call in flight.
    pub(super) trip: Option<Trip<K>>,
    /// When it began.
    pub(super) began: CallBegan,
    handed_over: HandedOver,
}

/// Whether a call is listed for what it has handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HandedOver {
    Listed,
    Nothing,
}

/// Calls in flight: polled as a whole, also while their segment waits for room downstream.
pub(super) struct InFlight<O: AwaitStep<T>, T, K, F> {
    pub(super) flights: Flights<F>,
    pub(super) berths: Vec<Berth<O, T, K>>,
    /// Calls that have returned and whose results were not taken.
    pub(super) returned: VecDeque<(usize, Box<Seat<O, T>>)>,
    /// Slots whose calls have handed over a batch and go on.
    pub(super) sending: VecDeque<usize>,
    pub(super) deadlines: Deadlines,
    pub(super) clock: Arc<PassClock>,
    /// Where calls in flight are shown.
    counters: Arc<InstanceCounters>,
}

impl<O: AwaitStep<T>, T, K, F> fmt::Debug for InFlight<O, T, K, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InFlight").field("flights", &self.flights).finish_non_exhaustive()
    }
}

impl<O, T, K, F> InFlight<O, T, K, F>
where
    O: AwaitStep<T>,
    F: Future<Output = Box<Seat<O, T>>>,
{
    /// Whether calls need a clock.
    const TIMED: bool = O::CALLS.are_timed();

    /// No calls.
    pub(super) fn new(env: Env, counters: Arc<InstanceCounters>) -> Self {
        Self {
            flights: Flights::new(),
            berths: Vec::new(),
            returned: VecDeque::new(),
            sending: VecDeque::new(),
            deadlines: Deadlines::new(env.clone()),
            clock: Arc::new(PassClock::new(env)),
            counters,
        }
    }

    /// The berth of a slot that was reserved.
    pub(super) fn berth(&mut self, at: usize) -> Option<&mut Berth<O, T, K>> {
        if self.berths.len() == at {
            self.berths.push(Berth {
                seat: None,
                handoff: Arc::default(),
                clock: Arc::new(CallClock::new(Arc::clone(&self.clock))),
                trip: None,
                began: self.counters.shown.calls.add_slot(),
                handed_over: HandedOver::Nothing,
            });
        }
        self.berths.get_mut(at)
    }

    /// Notes what a call that was just polled, and has not returned, asks for.
    pub(super) fn note_pending(&mut self, at: usize) {
        let Self { berths, sending, deadlines, .. } = self;
        note_pending(at, berths, sending, deadlines);
    }

    /// The slot of a call that goes on and whose batch may leave: any, or only that in slot `head`.
    pub(super) fn next_sending(&self, head: Option<Option<usize>>) -> Option<usize> {
        match head {
            None => self.sending.front().copied(),
            Some(head) => {
                let berth = self.berths.get(head?)?;
                berth.handoff.is_full().then_some(head?)
            }
        }
    }

    /// Removes a slot from the list of those that have handed over a batch.
    pub(super) fn take_sending(&mut self, at: usize) {
        if self.sending.front() == Some(&at) {
            self.sending.pop_front();
        } else {
            self.sending.retain(|other| *other != at);
        }
        if let Some(berth) = self.berths.get_mut(at) {
            berth.handed_over = HandedOver::Nothing;
        }
    }

    /// Polls the calls that were woken, and those that have run out of time.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) {
        if self.flights.in_flight() == 0 {
            return;
        }
        self.clock.begin_pass();
        self.poll_woken(cx);
        if Self::TIMED {
            self.poll_deadlines(cx);
        }
    }

    /// Ready if a call has run out of time: polled also by a task that is never idle.
    pub(super) fn poll_due(&mut self, cx: &mut Context<'_>) {
        if Self::TIMED && self.flights.in_flight() > 0 {
            self.clock.begin_pass();
            self.poll_deadlines(cx);
        }
    }

    fn poll_woken(&mut self, cx: &mut Context<'_>) {
        let Self { flights, berths, returned, sending, deadlines, clock, counters } = self;
        let times = &counters.shown.calls.times;
        flights.poll(cx, |at, polled| match polled {
            Poll::Ready(seat) => {
                // Now: its results may have to wait for room.
                let began = berths.get(at).and_then(|berth| berth.began.get());
                began.into_iter().for_each(|began| times.add(clock.now().since(began)));
                returned.push_back((at, seat));
            }
            Poll::Pending => note_pending(at, berths, sending, deadlines),
        });
    }

    /// Polls once more what is due: a call that waits asks for its time only when it is polled.
    fn poll_deadlines(&mut self, cx: &mut Context<'_>) {
        let Self { flights, deadlines, .. } = self;
        let mut due = false;
        deadlines.poll(cx, |at| {
            due = true;
            flights.wake(at);
        });
        if due {
            self.clock.begin_pass();
            self.poll_woken(cx);
            self.deadlines.poll(cx, |at| self.flights.wake(at));
        }
    }
}

/// Notes what a call that was just polled, and has not returned, asks for.
fn note_pending<O: AwaitStep<T>, T, K>(
    at: usize,
    berths: &mut [Berth<O, T, K>],
    sending: &mut VecDeque<usize>,
    deadlines: &mut Deadlines,
) {
    let Some(berth) = berths.get_mut(at) else { return };
    if const { O::CALLS.are_timed() } {
        deadlines.note(at, &berth.clock);
    }
    if berth.handed_over == HandedOver::Nothing && berth.handoff.is_full() {
        berth.handed_over = HandedOver::Listed;
        sending.push_back(at);
    }
}
