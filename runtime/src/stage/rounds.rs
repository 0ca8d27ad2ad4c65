//! When the loops of a job have come to rest.
//!
//! Nobody can see from one place whether an event is still on its way round. So, once all sources
//! have ended, the heads of all loops send a barrier round by round, each when nothing waits to be
//! fed back. Inlets align the barriers, so a tail that sees one has seen all that was on its way
//! before it. A round in which no tail was fed anything has found all loops empty: only what was
//! fed could have set a head in motion again.
//!
//! Windows may still hold events then. So the heads send the watermark beyond all times and go on
//! with the rounds, in which what the windows give on is worked off as well. Only the next round
//! without an event is the end.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

/// What the sources, heads and tails of a job know of each other.
#[derive(Clone, Default)]
pub struct Rounds(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The sources that have not ended.
    sources: usize,
    /// The tails that have not ended, each with the last round that it has told of.
    tails: Vec<Option<u64>>,
    /// The heads, each with the last round that it has sent its barrier of.
    heads: Vec<u64>,
    wakers: Vec<Option<Waker>>,
    phase: Phase,
    /// Whether a tail was fed anything since the round before.
    fed: Fed,
}

/// Whether something was fed back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fed {
    /// Nothing was.
    #[default]
    Nothing,
    /// Something was.
    Something,
}

/// What the heads have to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// Feed back what comes: there are sources that have not ended.
    #[default]
    Open,
    /// Send the barrier of this round when nothing waits to be fed back.
    Resting(u64),
    /// The same, behind the watermark beyond all times.
    Closing(u64),
    /// End: all loops are empty.
    Ended,
}

impl Phase {
    /// The round, if there is one.
    #[must_use]
    pub fn round(self) -> Option<u64> {
        match self {
            Self::Resting(round) | Self::Closing(round) => Some(round),
            Self::Open | Self::Ended => None,
        }
    }
}

impl fmt::Debug for Rounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rounds").field(&self.locked().phase).finish()
    }
}

impl Rounds {
    fn locked(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is known, and wakes the heads if they have something to do.
    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.locked();
        let before = state.phase;
        change(&mut state);
        state.go_on();
        let wakers = if state.phase == before { Vec::new() } else { state.take_wakers() };
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// There is one more source.
    pub(super) fn add_source(&self) {
        self.locked().sources += 1;
    }

    /// A source has ended.
    pub(super) fn source_ended(&self) {
        self.change(|state| state.sources = state.sources.saturating_sub(1));
    }

    /// There is one more head; its number.
    pub(super) fn add_head(&self) -> usize {
        let mut state = self.locked();
        state.heads.push(0);
        state.wakers.push(None);
        state.heads.len() - 1
    }

    /// There is one more tail; its number.
    pub(super) fn add_tail(&self) -> usize {
        let mut state = self.locked();
        state.tails.push(Some(0));
        state.tails.len() - 1
    }

    /// What a head has to do; it is woken when that changes.
    pub(super) fn phase(&self, head: usize, cx: &Context<'_>) -> Phase {
        let mut state = self.locked();
        let phase = state.phase;
        if let Some(waker) = state.wakers.get_mut(head) {
            *waker = Some(cx.waker().clone());
        }
        phase
    }

    /// Whether all loops are empty and will remain so.
    pub(super) fn have_ended(&self) -> bool {
        self.locked().phase == Phase::Ended
    }

    /// A head sends its barrier of a round.
    pub(super) fn sent(&self, head: usize, round: u64) {
        self.change(|state| {
            if let Some(last) = state.heads.get_mut(head) {
                *last = round;
            }
        });
    }

    /// A tail has seen the barrier of a round; all that came before it waits at its head.
    pub(super) fn seen(&self, tail: usize, round: u64, fed: Fed) {
        self.told(tail, Some(round), fed);
    }

    /// A tail has seen the end: it is behind no head.
    pub(super) fn tail_ended(&self, tail: usize, fed: Fed) {
        self.told(tail, None, fed);
    }

    fn told(&self, tail: usize, round: Option<u64>, fed: Fed) {
        self.change(|state| {
            if let Some(last) = state.tails.get_mut(tail) {
                *last = round;
            }
            if fed == Fed::Something {
                state.fed = fed;
            }
        });
    }
}

impl State {
    /// Begins the next round if this one is over.
    fn go_on(&mut self) {
        let next = match self.phase {
            Phase::Ended => return,
            Phase::Open if self.sources > 0 => return,
            Phase::Open => Phase::Resting(1),
            Phase::Resting(round) | Phase::Closing(round) if !self.is_over(round) => return,
            Phase::Resting(round) if self.fed == Fed::Something => Phase::Resting(round + 1),
            Phase::Resting(round) => Phase::Closing(round + 1),
            Phase::Closing(round) if self.fed == Fed::Something => Phase::Closing(round + 1),
            Phase::Closing(_) => Phase::Ended,
        };
        // Nothing was asked before the first round, so what was fed until then is told in it.
        if self.phase != Phase::Open {
            self.fed = Fed::Nothing;
        }
        self.phase = next;
    }

    fn is_over(&self, round: u64) -> bool {
        let sent = self.heads.iter().all(|last| *last >= round);
        sent && self.tails.iter().flatten().all(|last| *last >= round)
    }

    fn take_wakers(&mut self) -> Vec<Waker> {
        self.wakers.iter_mut().filter_map(Option::take).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phase(rounds: &Rounds) -> Phase {
        rounds.phase(0, &Context::from_waker(Waker::noop()))
    }

    /// One source, one head, two tails.
    fn rounds() -> Rounds {
        let rounds = Rounds::default();
        rounds.add_source();
        assert_eq!((rounds.add_head(), rounds.add_tail(), rounds.add_tail()), (0, 0, 1));
        rounds
    }

    #[test]
    fn two_rounds_without_an_event_are_the_end_the_second_behind_the_last_watermark() {
        let rounds = rounds();
        assert_eq!(phase(&rounds), Phase::Open);
        rounds.source_ended();
        assert_eq!(phase(&rounds), Phase::Resting(1));
        rounds.sent(0, 1);
        rounds.seen(0, 1, Fed::Nothing);
        assert_eq!(phase(&rounds), Phase::Resting(1), "the other tail has not seen it");
        rounds.seen(1, 1, Fed::Nothing);
        assert_eq!(phase(&rounds), Phase::Closing(2));
        rounds.sent(0, 2);
        rounds.seen(1, 2, Fed::Nothing);
        rounds.seen(0, 2, Fed::Nothing);
        assert!(rounds.have_ended());
    }

    #[test]
    fn a_round_with_an_event_is_followed_by_another() {
        let rounds = rounds();
        rounds.source_ended();
        for (round, phase_after) in [(1, Phase::Resting(2)), (2, Phase::Closing(3))] {
            rounds.sent(0, round);
            rounds.seen(0, round, if round == 1 { Fed::Something } else { Fed::Nothing });
            rounds.seen(1, round, Fed::Nothing);
            assert_eq!(phase(&rounds), phase_after);
        }
        rounds.sent(0, 3);
        rounds.seen(0, 3, Fed::Something);
        rounds.seen(1, 3, Fed::Nothing);
        assert_eq!(phase(&rounds), Phase::Closing(4), "a window was fed back");
    }

    #[test]
    fn a_tail_that_has_ended_is_not_waited_for_but_what_it_was_fed_counts() {
        let rounds = rounds();
        rounds.source_ended();
        rounds.tail_ended(0, Fed::Something);
        rounds.seen(1, 1, Fed::Nothing);
        assert_eq!(phase(&rounds), Phase::Resting(1), "the head has not sent its barrier");
        rounds.sent(0, 1);
        assert_eq!(phase(&rounds), Phase::Resting(2));
    }
}
