//! What becomes of a call that has returned: its state goes home, its results leave.

use super::AwaitSegment;
use super::passage::Leaving;
use super::seat::{CallMaker, Outcome, Seat};
use super::trip::{ResultsOf, Returned, Trip, TripKey};
use crate::checkpoint::Moment;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Mark, Meta, Passed};
use crate::mutant::Mutant;
use crate::operator::{AwaitStep, Emit};
use crate::stage::Chain;
use crate::stage::instance::{Asker, States};

impl<C, O, X, T, L> AwaitSegment<C, O, X, T, L>
where
    C: Chain<Out: Send>,
    O: AwaitStep<T>,
    X: States<C::Out, T, State = O::State>,
    T: Send + 'static,
    L: CallMaker<O, T>,
{
    /// Lands a call that was in flight.
    pub(super) fn take_back(&mut self, slot: usize, seat: Box<Seat<O, T>>) -> Result<()> {
        self.calls.deadlines.clear(slot);
        let trip = self.calls.berth(slot).and_then(|berth| {
            berth.began.end();
            berth.trip.take()
        });
        match trip {
            Some(trip) => self.land(slot, seat, trip),
            None => Err(Error::new(ErrorKind::Internal, "a call has returned that was not made")),
        }
    }

    /// Lands a call: its state goes home, its timers are set, its results leave if nothing ahead
    /// of them holds them back.
    pub(super) fn land(
        &mut self,
        slot: usize,
        mut seat: Box<Seat<O, T>>,
        trip: Trip<X::Key>,
    ) -> Result<()> {
        if let Outcome::Fatal(_) = &seat.outcome
            && let Outcome::Fatal(error) = std::mem::replace(&mut seat.outcome, Outcome::Done)
        {
            return Err(error);
        }
        if matches!(trip.cause, Asker::Event) && !Mutant::LostCall.strikes() {
            self.tally.landed += 1;
        }
        if Self::HAS_STATE {
            self.take_state(&mut seat, &trip);
        }
        self.core.place.check_timers::<O::Keying>(&seat.ctx, seat.nth)?;
        self.end_key(&trip);
        let returned = Returned { slot, seat, results: trip.results };
        if let Some(returned) = self.passage.leave(trip.ticket, returned) {
            self.give(returned)?;
        }
        if self.passage.has_next() { self.let_pass() } else { Ok(()) }
    }

    /// Takes back the state of a call, and does what it has asked for: forgets its key, sets
    /// timers.
    fn take_state(&mut self, seat: &mut Seat<O, T>, trip: &Trip<X::Key>) {
        let Self { states, lines, timers, core, .. } = self;
        let Some(key) = trip.key.get(lines) else { return };
        let kept = seat.state.take().filter(|_| !seat.ctx.forgets_key());
        states.give_back((trip.hash, key), trip.now, kept);
        if Self::SETS_TIMERS {
            let cause = (trip.cause, trip.asked_behind);
            core.count_unfired(timers.note(&seat.ctx, (trip.hash, key), cause));
        }
    }

    /// The key of a call is not in flight any more: what waits for it may begin.
    fn end_key(&mut self, trip: &Trip<X::Key>) {
        if Self::SETS_TIMERS
            && !self.waiting.is_empty()
            && let Some(key) = trip.key.get(&self.lines)
        {
            self.released.push_front((trip.hash, key.clone()));
        }
        if let TripKey::Line(line) = &trip.key {
            self.lines.returned(*line);
        }
    }

    /// Takes what calls have handed over that go on: a batch of each, as far as there is room.
    pub(super) fn take_sent(&mut self) -> Result<()> {
        while self.emitted < self.batch
            && let Some(slot) = self.calls.next_sending(self.passage.head())
        {
            self.calls.take_sending(slot);
            let Some(berth) = self.calls.berths.get(slot) else { continue };
            // A call that has returned meanwhile gives it with the rest.
            let Some(trip) = &berth.trip else { continue };
            let ResultsOf { time, passed } = trip.results;
            set_passed(&mut self.output, &mut self.emitted_behind, passed)?;
            let (meta, output) = (Meta { time, ..Meta::default() }, &mut self.output);
            let taken = berth.handoff.take(|event| output.emit(event, meta))?;
            self.count_out(taken);
        }
        Ok(())
    }

    /// Emits the results of a call, and frees its seat.
    fn give(&mut self, returned: Returned<O, T>) -> Result<()> {
        let Returned { slot, mut seat, results: ResultsOf { time, passed } } = returned;
        let meta = Meta { time, ..Meta::default() };
        set_passed(&mut self.output, &mut self.emitted_behind, passed)?;
        let output = &mut self.output;
        let Some(berth) = self.calls.berths.get_mut(slot) else { return Ok(()) };
        let handed_over = berth.handoff.take(|event| output.emit(event, meta))?;
        let given = handed_over + seat.out.len() as u64;
        if seat.out.len() > 0 && Mutant::LostResults.strikes() {
            drop(seat.out.drain());
        }
        for event in seat.out.drain() {
            output.emit(event, meta)?;
        }
        let outcome = std::mem::replace(&mut seat.outcome, Outcome::Done);
        berth.seat = Some(seat);
        self.calls.flights.release(slot);
        self.count_out(given);
        let (Outcome::Failed(error), Some(errors)) = (outcome, &mut self.core.errors) else {
            return Ok(());
        };
        self.counts.errors += 1;
        errors.emit(error, meta)
    }

    fn count_out(&mut self, results: u64) {
        self.counts.events_out += results;
        self.emitted = self.emitted.saturating_add(usize::try_from(results).unwrap_or(usize::MAX));
    }

    /// Emits the outcomes and marks that nothing ahead of them holds back.
    pub(super) fn let_pass(&mut self) -> Result<()> {
        while let Some(leaving) = self.passage.next() {
            match leaving {
                Leaving::Outcome(returned) => self.give(returned)?,
                Leaving::Mark(mark) => self.pass_mark(mark)?,
            }
        }
        Ok(())
    }

    /// Forwards a mark to all outputs: every call ahead of it has returned.
    fn pass_mark(&mut self, mark: Mark) -> Result<()> {
        if let Mark::Watermark(time) = mark {
            self.clock.advance(time);
            self.states.expire(self.clock.watermark());
        }
        self.end_batch()?;
        if let Some(errors) = &mut self.core.errors {
            errors.mark(mark)?;
        }
        if X::KEPT
            && let Some(moment) = Moment::of(mark)
        {
            self.save(moment);
        }
        self.output.mark(mark)
    }
}

/// Sets what the split of the results emitted next had passed.
#[inline]
fn set_passed<T: Send, E: Emit<T>>(
    output: &mut E,
    last: &mut Passed,
    passed: Passed,
) -> Result<()> {
    if *last == passed {
        return Ok(());
    }
    *last = passed;
    output.passed(passed)
}
