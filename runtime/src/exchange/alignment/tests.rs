//! Merged marks, case by case and against a model of whole histories.

use super::*;
use crate::time::EventTime;

fn time(micros: i64) -> Mark {
    Mark::Watermark(EventTime::from_micros(micros))
}

fn barrier(epoch: u64) -> Mark {
    Mark::Barrier(Epoch(epoch))
}

/// The marks that a mark of an input releases.
fn on(alignment: &mut Alignment, input: usize, mark: Mark) -> Vec<Mark> {
    alignment.on(InputIndex(input), mark).unwrap().collect()
}

/// The inputs that may be read.
fn open(alignment: &Alignment) -> Vec<usize> {
    let inputs = 0..alignment.inputs.len();
    inputs.filter(|input| alignment.is_open(InputIndex(*input))).collect()
}

#[test]
fn a_barrier_is_emitted_once_all_inputs_have_sent_it_and_those_that_have_wait() {
    let mut of = Alignment::new(3);
    assert_eq!(on(&mut of, 1, barrier(1)), []);
    assert_eq!(open(&of), [0, 2]);
    assert_eq!(on(&mut of, 0, barrier(1)), []);
    assert_eq!(on(&mut of, 2, barrier(1)), [barrier(1)]);
    assert_eq!(open(&of), [0, 1, 2]);
}

#[test]
fn marks_of_time_pass_while_a_barrier_waits() {
    let mut of = Alignment::new(2);
    assert_eq!(on(&mut of, 0, time(5)), []);
    assert_eq!(on(&mut of, 0, barrier(1)), []);
    assert_eq!(on(&mut of, 1, time(3)), [time(3)]);
    assert_eq!(on(&mut of, 1, Mark::Idle), [time(5)]);
    assert_eq!(on(&mut of, 1, barrier(1)), [barrier(1)]);
}

#[test]
fn an_end_releases_the_barrier_and_then_the_watermark_that_waited_for_it() {
    let mut of = Alignment::new(2);
    assert_eq!(on(&mut of, 0, time(5)), []);
    assert_eq!(on(&mut of, 0, barrier(1)), []);
    assert_eq!(on(&mut of, 1, Mark::End), [barrier(1), time(5)]);
    assert_eq!(open(&of), [0]);
    assert_eq!(on(&mut of, 0, barrier(2)), [barrier(2)]);
    assert_eq!(on(&mut of, 0, Mark::End), [Mark::End]);
    assert_eq!(open(&of), [0; 0]);
}

#[test]
fn an_input_that_ends_without_its_barrier_is_not_waited_for() {
    let mut of = Alignment::new(3);
    assert_eq!(on(&mut of, 0, Mark::End), []);
    assert_eq!(on(&mut of, 1, barrier(1)), []);
    assert_eq!(on(&mut of, 2, barrier(1)), [barrier(1)]);
    assert_eq!(on(&mut of, 1, Mark::End), []);
    assert_eq!(on(&mut of, 2, Mark::End), [Mark::End]);
}

#[test]
fn an_idle_input_does_not_hold_the_watermark_back_and_wakes_with_its_next_event() {
    let mut of = Alignment::new(2);
    assert_eq!(on(&mut of, 0, time(7)), []);
    assert_eq!(on(&mut of, 1, Mark::Idle), [time(7)]);
    of.wake(InputIndex(1));
    assert_eq!(on(&mut of, 0, time(9)), []);
    // The input is behind the merged watermark, which does not go back.
    assert_eq!(on(&mut of, 1, time(4)), []);
    assert_eq!(on(&mut of, 1, time(8)), [time(8)]);
    assert_eq!(on(&mut of, 0, Mark::Idle), []);
    // With no active input, the watermark is the greatest of the idle ones.
    assert_eq!(on(&mut of, 1, Mark::Idle), [time(9), Mark::Idle]);
}

#[test]
fn a_barrier_of_another_epoch_than_the_one_awaited_is_refused() {
    let (first, second) = (InputIndex(0), InputIndex(1));
    let mut of = Alignment::new(2);
    let skipped = Misplaced { awaited: Epoch(1), came: Epoch(2) };
    assert_eq!(of.on(first, barrier(2)), Err(skipped));
    assert_eq!(on(&mut of, 0, barrier(1)), []);
    assert_eq!(of.on(second, barrier(2)), Err(skipped));
    assert_eq!(on(&mut of, 1, barrier(1)), [barrier(1)]);
    let repeated = Misplaced { awaited: Epoch(2), came: Epoch(1) };
    assert_eq!(of.on(first, barrier(1)), Err(repeated));
    let error = repeated.by("numbers#0");
    assert_eq!(error.kind(), ErrorKind::Internal);
    let message = "numbers#0 sent the barrier of epoch 1, but that of epoch 2 was expected";
    assert_eq!(error.to_string(), message);
}

#[test]
fn without_inputs_nothing_is_open() {
    let of = Alignment::new(0);
    assert!(!of.is_open(InputIndex(0)));
}

fn round(round: u64) -> Mark {
    Mark::Round(Round(round))
}

#[test]
fn a_round_is_emitted_once_it_has_come_from_all_inputs_and_none_waits() {
    let mut of = Alignment::new(2);
    assert_eq!(on(&mut of, 0, round(1)), []);
    assert_eq!(open(&of), [0, 1]);
    assert_eq!(on(&mut of, 0, round(2)), [], "one input may be rounds ahead");
    assert_eq!(on(&mut of, 1, round(1)), [round(1)]);
    assert_eq!(on(&mut of, 1, Mark::End), [round(2)]);
}

#[test]
fn a_barrier_and_a_round_in_another_order_on_each_input_do_not_wait_for_each_other() {
    let mut of = Alignment::new(2);
    assert_eq!(on(&mut of, 0, barrier(1)), []);
    assert_eq!(on(&mut of, 1, round(1)), []);
    assert_eq!(on(&mut of, 1, barrier(1)), [barrier(1)]);
    assert_eq!(on(&mut of, 0, round(1)), [round(1)]);
}

#[test]
fn an_end_releases_a_barrier_a_round_and_the_watermark_together() {
    let mut of = Alignment::new(2);
    for mark in [time(5), round(1), barrier(1)] {
        assert_eq!(on(&mut of, 0, mark), []);
    }
    assert_eq!(on(&mut of, 1, Mark::End), [barrier(1), round(1), time(5)]);
}

/// A pseudorandom generator (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) % limit as u64).unwrap()
    }
}

/// Everything an input has sent so far; `None` is a batch of events.
type History = Vec<Option<Mark>>;

fn has_ended(history: &History) -> bool {
    history.last() == Some(&Some(Mark::End))
}

fn barriers(history: &History) -> u64 {
    history.iter().filter(|mark| matches!(mark, Some(Mark::Barrier(_)))).count() as u64
}

fn last_round(history: &History) -> u64 {
    let round = |mark: &Option<Mark>| match mark {
        Some(Mark::Round(Round(round))) => Some(*round),
        _ => None,
    };
    history.iter().rev().find_map(round).unwrap_or(0)
}

/// The watermark of an input; none if it is idle or has ended.
fn reached(history: &History) -> Option<EventTime> {
    let of_time = |mark: &&Option<Mark>| !matches!(mark, Some(Mark::Barrier(_) | Mark::Round(_)));
    if let Some(Some(Mark::Idle | Mark::End)) = history.iter().rev().find(of_time) {
        return None;
    }
    Some(greatest(history))
}

/// The greatest watermark of an input, active or not.
fn greatest(history: &History) -> EventTime {
    let times = history.iter().filter_map(|mark| match mark {
        Some(Mark::Watermark(time)) => Some(*time),
        _ => None,
    });
    times.max().unwrap_or(EventTime::MIN)
}

/// The model: what must be released, computed from the histories of the inputs alone.
#[derive(Debug, Default, PartialEq, Eq)]
struct Out {
    barriers: u64,
    round: u64,
    watermark: Option<EventTime>,
    ended: bool,
}

impl Out {
    fn expected(&self, histories: &[History]) -> Self {
        let running: Vec<_> = histories.iter().filter(|history| !has_ended(history)).collect();
        let next = self.barriers + 1;
        let sent = |history: &History| barriers(history) >= next;
        let aligned = histories.iter().all(|history| has_ended(history) || sent(history));
        let some = running.iter().any(|history| sent(history));
        let round = running.iter().map(|history| last_round(history)).min();
        let least = running.iter().filter_map(|history| reached(history)).min();
        // With no active input, the watermark is the greatest of the idle ones.
        let reached = least.or_else(|| running.iter().map(|history| greatest(history)).max());
        Self {
            barriers: if aligned && some { next } else { self.barriers },
            round: round.unwrap_or(0).max(self.round),
            watermark: reached.filter(|time| *time > EventTime::MIN).max(self.watermark),
            ended: running.is_empty(),
        }
    }

    fn add(&mut self, mark: Mark) {
        match mark {
            Mark::Barrier(Epoch(epoch)) => {
                assert_eq!(epoch, self.barriers + 1);
                self.barriers = epoch;
            }
            Mark::Round(Round(round)) => {
                assert!(round > self.round);
                self.round = round;
            }
            Mark::Watermark(time) => {
                assert!(Some(time) > self.watermark, "it goes back");
                self.watermark = Some(time);
            }
            Mark::Idle => {}
            Mark::End => self.ended = true,
        }
    }
}

/// What an input sends next; `None` is a batch of events.
fn next_of(history: &History, random: &mut Random) -> Option<Mark> {
    match random.below(16) {
        0..4 => None,
        4..8 => Some(time(random.below(1_000) as i64)),
        8 => Some(Mark::Idle),
        9..12 => Some(barrier(barriers(history) + 1)),
        12..15 => Some(round(last_round(history) + 1)),
        _ => Some(Mark::End),
    }
}

#[test]
fn what_comes_out_follows_from_the_histories_of_all_inputs() {
    for seed in 0..3_000 {
        let random = &mut Random(seed);
        let inputs = 1 + random.below(4);
        let mut of = Alignment::new(inputs);
        let mut histories = vec![History::new(); inputs];
        let mut out = Out::default();
        while !out.ended {
            let open = open(&of);
            let may = |history: &History| !has_ended(history) && barriers(history) <= out.barriers;
            let expected = (0..inputs).filter(|input| may(&histories[*input]));
            assert!(open.iter().copied().eq(expected), "seed {seed}: open are {open:?}");
            let input = open[random.below(open.len())];
            let next = next_of(&histories[input], random);
            histories[input].push(next);
            let mut expected = out.expected(&histories);
            // An input that wakes sends its watermark itself.
            if !matches!(next, Some(Mark::Watermark(_) | Mark::Idle | Mark::End)) {
                expected.watermark = out.watermark;
            }
            match next {
                None => of.wake(InputIndex(input)),
                Some(mark) => on(&mut of, input, mark).into_iter().for_each(|mark| out.add(mark)),
            }
            assert_eq!(out, expected, "seed {seed}: {histories:#?}");
        }
    }
}
