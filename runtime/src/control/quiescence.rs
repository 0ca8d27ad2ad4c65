//! Detects that the loops of a job are empty: termination detection, in rounds.

use crate::event::Round;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

/// Detects quiescence: all sources have ended and no event is in flight in any loop.
///
/// Each round, the heads of all loops send a mark around, and the tails report whether they have
/// fed anything back since the round before. A round without activity means that the loops are
/// empty. The module's documentation has the protocol and why it is right. Clones belong to the
/// same job.
///
/// # Examples
/// ```
/// use millstream::plumbing::control::{Activity, Phase, Quiescence};
/// use millstream::plumbing::marks::Round;
/// use std::task::{Context, Waker};
///
/// let quiescence = Quiescence::default();
/// quiescence.add_source();
/// let (head, tail) = (quiescence.add_head(), quiescence.add_tail());
/// let phase = || head.poll_phase(&Context::from_waker(Waker::noop()));
/// assert_eq!(phase(), Phase::Running);
/// quiescence.source_ended();
/// let rounds = [
///     (Activity::Some, Phase::Settling(Round(2))), // An event was fed back: ask again.
///     (Activity::None, Phase::Closing(Round(3))),  // None was: emit the last watermark.
///     (Activity::None, Phase::Quiescent),          // Nor did that release any.
/// ];
/// for (round, (activity, next)) in (1..).zip(rounds) {
///     head.send(Round(round));
///     tail.report(Round(round), activity);
///     assert_eq!(phase(), next);
/// }
/// ```
#[derive(Clone, Default)]
pub struct Quiescence(Arc<Mutex<LoopsState>>);

#[derive(Debug, Default)]
struct LoopsState {
    /// How many sources have not ended; no round begins before that is 0.
    sources: usize,
    /// What each head has sent, by the index of its [`LoopHead`].
    heads: Vec<Head>,
    /// The last round each tail has reported, by the index of its [`LoopTail`]; `None` once it has
    /// ended and is not waited for.
    tails: Vec<Option<Round>>,
    /// What the heads have to do; holds the current round.
    phase: Phase,
    /// Whether any tail has fed anything back since the round before.
    activity: Activity,
}

#[derive(Debug, Default)]
struct Head {
    /// The last round it has sent.
    sent: Round,
    /// Wakes its task when the phase changes.
    waker: Option<Waker>,
}

/// Whether a tail has fed back any event since its last report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Activity {
    /// It has not.
    #[default]
    None,
    /// It has.
    Some,
}

/// What the heads of all loops have to do. Phases follow each other in this order, with any number
/// of rounds in the middle two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// Emit what is fed back: some source has not ended.
    #[default]
    Running,
    /// Send this round once nothing is buffered at the head: find out whether the loops are empty.
    Settling(Round),
    /// The loops were empty. Emit the last watermark, then send this round as before: windows may
    /// have fired, and their results may have been fed back.
    Closing(Round),
    /// Emit the end mark: the loops are empty, and nothing is left to fire.
    Quiescent,
}

impl Phase {
    /// The current round, if there is one.
    #[must_use]
    pub fn round(self) -> Option<Round> {
        match self {
            Self::Settling(round) | Self::Closing(round) => Some(round),
            Self::Running | Self::Quiescent => None,
        }
    }
}

impl fmt::Debug for Quiescence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Quiescence").field(&self.locked().phase).finish()
    }
}

impl Quiescence {
    fn locked(&self) -> MutexGuard<'_, LoopsState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Applies a report, advances the phase if that completes a round, and wakes the heads if it
    /// does.
    fn change(&self, change: impl FnOnce(&mut LoopsState)) {
        let mut state = self.locked();
        let before = state.phase;
        change(&mut state);
        state.advance();
        let wakers = if state.phase == before { Vec::new() } else { state.take_wakers() };
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Registers a source: no round begins before it has ended.
    pub fn add_source(&self) {
        self.locked().sources += 1;
    }

    /// Reports that a source has ended; the last one begins the first round.
    pub fn source_ended(&self) {
        self.change(|state| state.sources = state.sources.saturating_sub(1));
    }

    /// Registers the head of a loop.
    #[must_use]
    pub fn add_head(&self) -> LoopHead {
        let mut state = self.locked();
        state.heads.push(Head::default());
        LoopHead { quiescence: self.clone(), index: state.heads.len() - 1 }
    }

    /// Registers the tail of a loop.
    #[must_use]
    pub fn add_tail(&self) -> LoopTail {
        let mut state = self.locked();
        state.tails.push(Some(Round::default()));
        LoopTail { quiescence: self.clone(), index: state.tails.len() - 1 }
    }
}

/// The head of a loop, as it takes part in the rounds.
#[derive(Debug)]
pub struct LoopHead {
    quiescence: Quiescence,
    /// Its place among the heads.
    index: usize,
}

impl LoopHead {
    /// What the head has to do. Its task is woken when that changes.
    #[must_use]
    pub fn poll_phase(&self, cx: &Context<'_>) -> Phase {
        let mut state = self.quiescence.locked();
        let phase = state.phase;
        if let Some(head) = state.heads.get_mut(self.index) {
            head.waker = Some(cx.waker().clone());
        }
        phase
    }

    /// Reports that the head has sent a round, with nothing buffered before it.
    pub fn send(&self, round: Round) {
        self.quiescence.change(|state| {
            if let Some(head) = state.heads.get_mut(self.index) {
                head.sent = round;
            }
        });
    }
}

/// The tail of a loop, as it takes part in the rounds.
#[derive(Debug)]
pub struct LoopTail {
    quiescence: Quiescence,
    /// Its place among the tails.
    index: usize,
}

impl LoopTail {
    /// Reports that the tail has received a round, and whether it has fed anything back since the
    /// last one. All events before the round are then buffered at the head.
    pub fn report(&self, round: Round, activity: Activity) {
        self.note(Some(round), activity);
    }

    /// Reports that the tail has received the end mark: rounds no longer wait for it.
    pub fn end(&self, activity: Activity) {
        self.note(None, activity);
    }

    /// Whether all loops are empty and will remain so.
    #[must_use]
    pub fn is_quiescent(&self) -> bool {
        self.quiescence.locked().phase == Phase::Quiescent
    }

    fn note(&self, round: Option<Round>, activity: Activity) {
        self.quiescence.change(|state| {
            if let Some(tail) = state.tails.get_mut(self.index) {
                *tail = round;
            }
            if activity == Activity::Some {
                state.activity = activity;
            }
        });
    }
}

impl LoopsState {
    /// Begins the next round, or the next phase, if the current round is over.
    fn advance(&mut self) {
        let next = match self.phase {
            Phase::Quiescent => return,
            Phase::Running if self.sources > 0 => return,
            Phase::Running => Phase::Settling(Round::default().next()),
            Phase::Settling(round) | Phase::Closing(round) if !self.is_over(round) => return,
            Phase::Settling(round) if self.activity == Activity::Some => {
                Phase::Settling(round.next())
            }
            Phase::Settling(round) => Phase::Closing(round.next()),
            Phase::Closing(round) if self.activity == Activity::Some => {
                Phase::Closing(round.next())
            }
            Phase::Closing(_) => Phase::Quiescent,
        };
        // The first round also covers everything fed back before it, so its activity is kept.
        if self.phase != Phase::Running {
            self.activity = Activity::None;
        }
        self.phase = next;
    }

    /// Whether all heads have sent this round and all tails have reported it.
    fn is_over(&self, round: Round) -> bool {
        let sent = self.heads.iter().all(|head| head.sent >= round);
        sent && self.tails.iter().flatten().all(|last| *last >= round)
    }

    fn take_wakers(&mut self) -> Vec<Waker> {
        self.heads.iter_mut().filter_map(|head| head.waker.take()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One source, one head, two tails.
    struct Loop {
        quiescence: Quiescence,
        head: LoopHead,
        tails: [LoopTail; 2],
    }

    impl Loop {
        fn new() -> Self {
            let quiescence = Quiescence::default();
            quiescence.add_source();
            let (head, tails) = (quiescence.add_head(), [(); 2].map(|()| quiescence.add_tail()));
            Self { quiescence, head, tails }
        }

        fn phase(&self) -> Phase {
            self.head.poll_phase(&Context::from_waker(Waker::noop()))
        }

        fn report(&self, tail: usize, round: u64, activity: Activity) {
            self.tails[tail].report(Round(round), activity);
        }
    }

    #[test]
    fn two_rounds_without_activity_end_the_job_the_second_after_the_last_watermark() {
        let of = Loop::new();
        assert_eq!(of.phase(), Phase::Running);
        of.quiescence.source_ended();
        assert_eq!(of.phase(), Phase::Settling(Round(1)));
        of.head.send(Round(1));
        of.report(0, 1, Activity::None);
        assert_eq!(of.phase(), Phase::Settling(Round(1)), "a tail has not received it");
        of.report(1, 1, Activity::None);
        assert_eq!(of.phase(), Phase::Closing(Round(2)));
        of.head.send(Round(2));
        of.report(1, 2, Activity::None);
        of.report(0, 2, Activity::None);
        assert!(of.tails[0].is_quiescent());
    }

    #[test]
    fn a_round_with_activity_is_followed_by_another() {
        let of = Loop::new();
        of.quiescence.source_ended();
        for (round, after) in [(1, Phase::Settling(Round(2))), (2, Phase::Closing(Round(3)))] {
            of.head.send(Round(round));
            of.report(0, round, if round == 1 { Activity::Some } else { Activity::None });
            of.report(1, round, Activity::None);
            assert_eq!(of.phase(), after);
        }
        of.head.send(Round(3));
        of.report(0, 3, Activity::Some);
        of.report(1, 3, Activity::None);
        assert_eq!(of.phase(), Phase::Closing(Round(4)), "a window was fed back");
    }

    #[test]
    fn a_tail_that_has_ended_is_not_waited_for_but_what_it_fed_back_counts() {
        let of = Loop::new();
        of.quiescence.source_ended();
        of.tails[0].end(Activity::Some);
        of.report(1, 1, Activity::None);
        assert_eq!(of.phase(), Phase::Settling(Round(1)), "the head has not sent the round");
        of.head.send(Round(1));
        assert_eq!(of.phase(), Phase::Settling(Round(2)));
    }
}
