//! What begins next: a waiting event, a timer that is due, an event of a key that was in flight, or
//! what comes next in the inbox.

use super::lines::ReceivedEvent;
use super::passage::Ticket;
use super::seat::{CallMaker, OnError, Seat, Work};
use super::trip::{ResultsOf, Trip, TripKey};
use super::{AwaitSegment, HANDED_OVER, Rest};
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Mark, Meta, Passed};
use crate::mutant::Mutant;
use crate::operator::{self, AwaitStep, Snapshot as _};
use crate::stage::Chain;
use crate::stage::instance::{Asker, States, passed_of, time_of};
use crate::stage::tail::inbox::Buffered;
use crate::state::{DueTimer, NextTimer, Until};
use crate::time::EventTime;
use std::sync::Arc;
use std::task::Poll;

impl<C, O, X, T, L> AwaitSegment<C, O, X, T, L>
where
    C: Chain<Out: Send>,
    O: AwaitStep<T>,
    X: States<C::Out, T, State = O::State>,
    T: Send + 'static,
    L: CallMaker<O, T>,
{
    /// Whether one more call may begin. Results that were not flushed take up room too.
    pub(super) fn has_room(&self) -> bool {
        self.calls.flights.in_flight() < self.limit
            && self.calls.flights.has_room(self.limit)
            && self.emitted < self.batch
    }

    /// Whether what comes next in the inbox may begin.
    fn can_take(&self) -> bool {
        match self.inbox.front() {
            None => false,
            Some(Buffered::Event(..)) => {
                self.lines.waiting() < 2 * self.limit && self.passage.held() < self.limit
            }
            Some(Buffered::Mark(mark)) => !Self::fences(*mark) || self.is_quiet(),
            Some(Buffered::Passed(_) | Buffered::BatchEnd) => true,
        }
    }

    /// Whether a mark waits until nothing is in flight, and nothing behind it starts before.
    fn fences(mark: Mark) -> bool {
        match mark {
            Mark::Barrier(_) => true,
            Mark::Watermark(_) => Self::SETS_TIMERS,
            Mark::Idle | Mark::Round(_) | Mark::End => false,
        }
    }

    /// Whether nothing is in flight, and everything that has returned has left.
    fn is_quiet(&self) -> bool {
        self.calls.flights.is_empty() && self.lines.is_empty()
    }

    /// Starts calls while there is room.
    pub(super) fn start_calls(&mut self) -> Result<()> {
        while self.has_room() {
            if !(self.start_pending()? || self.take_next()?) {
                self.rest = Rest::NothingMayBegin;
                self.look_for_hot_key();
                return Ok(());
            }
        }
        self.rest = Rest::NoRoom;
        Ok(())
    }

    /// Notes which key it is if the input waits because of one, once until it goes on.
    fn look_for_hot_key(&mut self) {
        let waiting = self.lines.waiting();
        let is_full = waiting >= 2 * self.limit;
        if !std::mem::replace(&mut self.is_full, is_full) && is_full {
            let longest = self.lines.longest().filter(|(events, _)| 2 * events > waiting);
            if let Some((events, first)) = longest {
                let event = O::describe(&first.value).text();
                self.core.counters.note_hot_key((events, waiting), event);
            }
        }
    }

    /// Begins with something that is not in the inbox; whether there was anything.
    fn start_pending(&mut self) -> Result<bool> {
        if Self::SETS_TIMERS && (self.start_released()? || self.start_timer()?) {
            return Ok(true);
        }
        if let Some(line) = self.lines.next_ready()
            && let Some(event) = self.lines.take(line)
        {
            self.begin(event, TripKey::Line(line))?;
            return Ok(true);
        }
        Ok(false)
    }

    /// Begins with what comes next in the inbox; whether there was anything that may begin.
    fn take_next(&mut self) -> Result<bool> {
        if !self.can_take() {
            return Ok(false);
        }
        if let Some(Buffered::Mark(mark)) = self.inbox.front() {
            let mark = *mark;
            if Self::SETS_TIMERS && self.starts_firing(mark) {
                return Ok(true);
            }
            self.inbox.pop_front();
            self.is_ending |= mark == Mark::End;
            self.passage.mark(mark);
            self.let_pass()?;
            return Ok(true);
        }
        match self.inbox.pop_front() {
            Some(Buffered::Event(event, meta)) => self.receive(event, meta)?,
            Some(Buffered::Passed(passed)) => self.passed = passed,
            Some(Buffered::BatchEnd) => self.ring(),
            Some(Buffered::Mark(_)) | None => {}
        }
        Ok(true)
    }

    /// Receives an event: its call begins, or waits for that of its key.
    fn receive(&mut self, event: C::Out, meta: Meta) -> Result<()> {
        self.tally.received += 1;
        if Mutant::LostBeforeCall.strikes() {
            return Ok(());
        }
        self.counts.events_in += 1;
        self.received += 1;
        let (value, key) = X::split(event);
        let (passed, nth) = (self.passed, self.received);
        let received = ReceivedEvent { value, meta, passed, ticket: self.passage.enter(), nth };
        if X::KEYED
            && !self.lines.is_empty()
            && let Some(line) = self.lines.find(meta.hash, &key)
        {
            self.lines.wait(line, received);
            return Ok(());
        }
        self.begin(received, TripKey::Own(key))
    }

    /// Begins with an event of a key that is not in flight: its call starts, unless a timer of the
    /// key comes first.
    fn begin(&mut self, event: ReceivedEvent<T>, key: TripKey<X::Key>) -> Result<()> {
        let ReceivedEvent { value, meta, passed, ticket, nth } = event;
        let watermark = self.clock.watermark();
        if Self::SETS_TIMERS {
            self.timers.observe(meta.time);
            let until = passed.timers_until();
            if until > watermark && self.precedes(until, meta, &key) {
                return self.set_aside(value, (meta, passed), ticket, key);
            }
        }
        let trip = Trip {
            hash: meta.hash,
            key,
            now: passed.present(meta.time, watermark),
            ticket,
            cause: Asker::Event,
            asked_behind: passed,
            results: ResultsOf { time: meta.time, passed },
        };
        self.start(Work::Event(value), trip, (meta.time, nth))
    }

    /// Whether a timer of a key comes before an event of it.
    fn precedes(&mut self, until: EventTime, meta: Meta, key: &TripKey<X::Key>) -> bool {
        let Self { timers, lines, .. } = self;
        key.get(lines).is_some_and(|key| timers.precede(until, meta.hash, key))
    }

    /// Sets an event aside until a timer of its key has fired.
    fn set_aside(
        &mut self,
        value: T,
        (meta, passed): (Meta, Passed),
        ticket: Ticket,
        key: TripKey<X::Key>,
    ) -> Result<()> {
        self.passage.withdraw(ticket);
        if let Some(key) = key.get(&self.lines).cloned() {
            if X::KEPT {
                // Its row has changed, though its state has not.
                self.states.mark(meta.hash, &key);
            }
            self.waiting.add(key.clone(), (X::join(value, key), meta, passed));
        }
        if let TripKey::Line(line) = key {
            self.lines.returned(line);
        }
        self.let_pass()
    }

    /// Begins with an event that no longer waits for a timer of its key; whether there was one.
    fn start_released(&mut self) -> Result<bool> {
        while let Some((hash, key)) = self.released.pop_front() {
            if self.lines.is_busy(hash, &key) {
                continue;
            }
            let first = self.waiting.first(hash, &key);
            if first.is_some_and(|passed| !self.timers.precede(passed, hash, &key))
                && let Some((event, meta, passed)) = self.waiting.take(hash, &key)
            {
                let (value, key) = X::split(event);
                let (ticket, nth) = (self.passage.enter(), self.received);
                let of_line = self.lines.find(hash, &key).map(TripKey::Line);
                // There may be more of them. A call that returns later says so itself.
                self.released.push_front((hash, key.clone()));
                let event = ReceivedEvent { value, meta, passed, ticket, nth };
                self.begin(event, of_line.unwrap_or(TripKey::Own(key)))?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Calls the operator for the next timer that is due; whether there was one.
    fn start_timer(&mut self) -> Result<bool> {
        let watermark = self.clock.watermark();
        let of_event_time = (Until::Watermark(watermark), watermark);
        if let NextTimer::Due(due) = self.next_timer(of_event_time.0) {
            self.start_on_timer(due, of_event_time)?;
            return Ok(true);
        }
        let Some(other) = self.due else { return Ok(false) };
        match self.next_timer(other.0) {
            NextTimer::Due(due) => {
                self.start_on_timer(due, other)?;
                Ok(true)
            }
            // Those of a key in flight are called once its call has returned.
            NextTimer::Busy => Ok(false),
            NextTimer::None => {
                self.due = None;
                Ok(false)
            }
        }
    }

    fn next_timer(&mut self, until: Until) -> NextTimer<X::Key> {
        let Self { timers, lines, .. } = self;
        timers.next_of_free(until, |hash, key| lines.is_busy(hash, key))
    }

    /// Begins to fire what a watermark makes due, which is called ahead of the mark; whether there
    /// may be something.
    fn starts_firing(&mut self, mark: Mark) -> bool {
        let Mark::Watermark(time) = mark else { return false };
        if self.clock.advance(time).is_some() {
            return true;
        }
        let last = self.timers.last_pass(self.clock.watermark());
        if last.is_some() {
            self.due = last;
        }
        last.is_some()
    }

    /// Calls the operator for a timer.
    fn start_on_timer(
        &mut self,
        due: DueTimer<X::Key>,
        (until, watermark): (Until, EventTime),
    ) -> Result<()> {
        let DueTimer { timer, hash, key, passed } = due;
        let time = time_of(timer, watermark);
        let trip = Trip {
            hash,
            key: self.lines.find(hash, &key).map_or(TripKey::Own(key), TripKey::Line),
            now: time,
            ticket: self.passage.enter(),
            cause: Asker::Timer(until),
            asked_behind: passed,
            results: ResultsOf { time, passed: passed_of(timer, passed, watermark) },
        };
        self.start(Work::Timer(timer), trip, (time, self.received))
    }

    /// Starts a call in a free seat. Its results are taken in at once if it returns at once.
    fn start(&mut self, work: Work<T>, trip: Trip<X::Key>, at: (EventTime, u64)) -> Result<()> {
        self.tally.started += u64::from(matches!(trip.cause, Asker::Event));
        let (slot, (time, nth)) = (self.calls.flights.reserve(), at);
        let mut seat = self.seat(slot)?;
        let watermark = match trip.cause {
            Asker::Timer(Until::Clock(_)) => self.due.map_or(time, |(_, watermark)| watermark),
            _ => self.clock.watermark(),
        };
        seat.ctx = operator::Context::new(time, watermark, self.core.place.instance());
        seat.nth = nth;
        if Self::HAS_STATE {
            seat.state = self.lend(&trip);
        }
        match self.calls.flights.start(slot, self.call.make(seat, work)) {
            Poll::Ready(seat) => {
                self.tally.immediate += 1;
                self.land(slot, seat, trip)
            }
            Poll::Pending => {
                self.depart(slot, trip);
                Ok(())
            }
        }
    }

    /// Moves the state of a key out of its row.
    fn lend(&mut self, trip: &Trip<X::Key>) -> Option<O::State> {
        if X::EXPIRES {
            self.states.tick();
        }
        let Self { states, lines, .. } = self;
        trip.key.get(lines).map(|key| states.lend(trip.hash, key, trip.now))
    }

    /// Notes that a call has not returned at once.
    fn depart(&mut self, slot: usize, mut trip: Trip<X::Key>) {
        trip.key = match trip.key {
            TripKey::Own(key) if X::KEYED => TripKey::Line(self.lines.open(trip.hash, key)),
            TripKey::Line(line) => {
                self.lines.depart(line);
                TripKey::Line(line)
            }
            unkeyed @ TripKey::Own(_) => unkeyed,
        };
        self.passage.depart(trip.ticket, slot);
        if let Some(berth) = self.calls.berth(slot) {
            berth.trip = Some(trip);
            berth.began.begin(self.tally.now());
        }
        self.calls.note_pending(slot);
    }

    /// The seat of a slot.
    fn seat(&mut self, slot: usize) -> Result<Box<Seat<O, T>>> {
        let Self { calls, core, batch, .. } = self;
        let Some(berth) = calls.berth(slot) else {
            return Err(Error::new(ErrorKind::Internal, "a call has no berth"));
        };
        if let Some(seat) = berth.seat.take() {
            return Ok(seat);
        }
        let errors = if core.errors.is_some() { OnError::Emit } else { OnError::EndJob };
        let handoff = (Arc::clone(&berth.handoff), (*batch).min(HANDED_OVER));
        let operator = (core.operator.clone(), core.place.clone());
        let clock = (Arc::clone(&berth.clock), Arc::clone(&core.counters));
        Ok(Box::new(Seat::new(operator, handoff, clock, errors)))
    }
}
