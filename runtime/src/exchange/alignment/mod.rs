//! Merges the marks of many inputs: watermarks, barriers, rounds and ends.

use crate::error::{Error, ErrorKind};
use crate::event::{Epoch, Mark, Round};
use crate::mutant::Mutant;
use crate::time::{Advance, EventTime, Frontier, InputIndex};
use std::fmt;

/// Merges the marks of many inputs into those of one stream.
///
/// An input gate or a join passes it each mark that arrives and emits the [`ReleasedMarks`] it
/// returns. Each kind of mark is merged by its own rule:
///
/// | mark | released | meanwhile the input |
/// |---|---|---|
/// | watermark, idle | when the least watermark of all active inputs rises | is read |
/// | barrier | when every input has sent it or ended | is closed: not [open](Self::is_open) |
/// | round | when every input has sent it or ended | is read |
/// | end | when every input has ended | is closed for good |
///
/// Closing an input at its barrier is the alignment of asynchronous barrier snapshotting (Carbone
/// et al., 2015), as in Flink: no event of the next epoch is processed before the last one of this
/// epoch. Nothing has to be buffered for it, since the input's channel is simply not read.
///
/// A round must not close its input. Two loops may send a barrier and a round in different order;
/// if both closed, a gate downstream of the two would wait forever. Nor does it have to: events
/// after a round may overtake it without harm.
///
/// # Examples
/// ```
/// use millstream::plumbing::clocks::InputIndex;
/// use millstream::plumbing::exchange::Alignment;
/// use millstream::plumbing::marks::{Epoch, Mark};
///
/// let (first, second) = (InputIndex(0), InputIndex(1));
/// let barrier = Mark::Barrier(Epoch(1));
/// let mut alignment = Alignment::new(2);
/// assert_eq!(alignment.on(first, barrier).unwrap().next(), None);
/// assert!(!alignment.is_open(first) && alignment.is_open(second));
/// assert_eq!(alignment.on(second, barrier).unwrap().next(), Some(barrier));
/// assert!(alignment.is_open(first));
/// ```
#[derive(Debug)]
pub struct Alignment {
    /// The least watermark over all inputs that are neither idle nor ended.
    frontier: Frontier,
    /// What each input may do, by its index.
    inputs: Vec<AlignedInput>,
    /// The epoch whose barrier every input sends next; no other is accepted.
    awaited: Epoch,
    /// The last round released; rounds are released in order, some may be skipped.
    round: Round,
}

#[derive(Debug, Clone, Copy)]
struct AlignedInput {
    reading: Reading,
    /// The last round it has sent.
    round: Round,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// May be read.
    Open,
    /// Has sent the awaited barrier; not read until all others have.
    Aligned,
    /// Has sent its end; nothing waits for it.
    Ended,
}

/// The marks that a mark of one input releases, as an iterator in the order in which to emit them.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct ReleasedMarks([Option<Mark>; 4]);

impl From<Option<Mark>> for ReleasedMarks {
    fn from(mark: Option<Mark>) -> Self {
        Self([mark, None, None, None])
    }
}

impl Iterator for ReleasedMarks {
    type Item = Mark;

    #[inline]
    fn next(&mut self) -> Option<Mark> {
        self.0.iter_mut().find_map(Option::take)
    }
}

/// A barrier of an epoch other than the awaited one. Accepting it would leave an epoch incomplete
/// or merge two into one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misplaced {
    /// The epoch whose barrier was expected.
    pub awaited: Epoch,
    /// The epoch whose barrier arrived.
    pub came: Epoch,
}

impl Misplaced {
    /// The error that the job fails with, naming the `sender` of the barrier.
    #[must_use]
    pub fn by(self, sender: impl fmt::Display) -> Error {
        let Self { awaited: Epoch(awaited), came: Epoch(came) } = self;
        let message = format!(
            "{sender} sent the barrier of epoch {came}, but that of epoch {awaited} was expected"
        );
        Error::new(ErrorKind::Internal, message)
    }
}

impl Alignment {
    /// An alignment of `inputs` inputs, none of which has sent anything yet.
    #[must_use]
    pub fn new(inputs: usize) -> Self {
        let input = AlignedInput { reading: Reading::Open, round: Round::default() };
        let (frontier, inputs) = (Frontier::new(inputs), vec![input; inputs]);
        Self { frontier, inputs, awaited: Epoch::FIRST, round: Round::default() }
    }

    /// Whether an input may be read: it has not ended, and no barrier of its waits for the others.
    #[inline]
    #[must_use]
    pub fn is_open(&self, input: InputIndex) -> bool {
        self.inputs.get(input.0).is_some_and(|input| input.reading == Reading::Open)
    }

    /// Whether an input has ended.
    #[must_use]
    pub fn has_ended(&self, input: InputIndex) -> bool {
        self.inputs.get(input.0).is_none_or(|input| input.reading == Reading::Ended)
    }

    /// The epoch whose barrier every input sends next.
    #[must_use]
    pub fn awaited(&self) -> Epoch {
        self.awaited
    }

    /// The least watermark of the inputs that are neither idle nor ended; never goes back.
    #[must_use]
    pub fn watermark(&self) -> EventTime {
        self.frontier.watermark()
    }

    /// The watermark of an input.
    #[must_use]
    pub fn watermark_of(&self, input: InputIndex) -> EventTime {
        self.frontier.watermark_of(input)
    }

    /// Notes events of an input: an idle input counts for the watermark again.
    #[inline]
    pub fn wake(&mut self, input: InputIndex) {
        self.frontier.wake(input);
    }

    /// Notes a mark of an open input; returns the marks it releases for the whole.
    ///
    /// # Errors
    /// If the mark is a barrier of an epoch other than the next.
    pub fn on(&mut self, input: InputIndex, mark: Mark) -> Result<ReleasedMarks, Misplaced> {
        match mark {
            Mark::Watermark(time) => {
                let [watermark, idle] = advanced(self.frontier.advance(input, time));
                Ok(ReleasedMarks([watermark, idle, None, None]))
            }
            Mark::Idle => {
                let [watermark, idle] = advanced(self.frontier.idle(input));
                Ok(ReleasedMarks([watermark, idle, None, None]))
            }
            Mark::Barrier(epoch) => self.barrier(input, epoch),
            Mark::Round(round) => {
                if let Some(input) = self.inputs.get_mut(input.0) {
                    input.round = round;
                }
                Ok(self.least_round().into())
            }
            Mark::End => Ok(self.end(input)),
        }
    }

    fn barrier(&mut self, input: InputIndex, epoch: Epoch) -> Result<ReleasedMarks, Misplaced> {
        if Mutant::BarriersNotAligned.is_planted() && epoch < self.awaited {
            return Ok(None::<Mark>.into());
        }
        if epoch != self.awaited {
            return Err(Misplaced { awaited: self.awaited, came: epoch });
        }
        self.set(input, Reading::Aligned);
        Ok(self.aligned().into())
    }

    /// Sets what an input may do.
    fn set(&mut self, input: InputIndex, reading: Reading) {
        if let Some(input) = self.inputs.get_mut(input.0) {
            input.reading = reading;
        }
    }

    /// The barrier, once no input is open any more; opens those that wait.
    fn aligned(&mut self) -> Option<Mark> {
        let any = |reading| self.inputs.iter().any(|input| input.reading == reading);
        let waits = any(Reading::Open) && !Mutant::BarriersNotAligned.is_planted();
        if waits || !any(Reading::Aligned) {
            return None;
        }
        for input in &mut self.inputs {
            if input.reading == Reading::Aligned {
                input.reading = Reading::Open;
            }
        }
        let epoch = self.awaited;
        self.awaited = epoch.next();
        Some(Mark::Barrier(epoch))
    }

    /// The last round that every input has sent, if it has not been released before.
    fn least_round(&mut self) -> Option<Mark> {
        let running = self.inputs.iter().filter(|input| input.reading != Reading::Ended);
        let least = running.map(|input| input.round).min()?;
        (least > self.round).then(|| {
            self.round = least;
            Mark::Round(least)
        })
    }

    /// Nothing waits for an ended input: its end may release a barrier, a round and a watermark.
    fn end(&mut self, input: InputIndex) -> ReleasedMarks {
        self.set(input, Reading::Ended);
        let advance = self.frontier.end(input);
        if self.inputs.iter().all(|input| input.reading == Reading::Ended) {
            return Some(Mark::End).into();
        }
        let [watermark, idle] = advanced(advance);
        ReleasedMarks([self.aligned(), self.least_round(), watermark, idle])
    }
}

/// The marks to emit for a change of the least watermark.
fn advanced(advance: Advance) -> [Option<Mark>; 2] {
    match advance {
        Advance::None => [None, None],
        Advance::To(time) => [Some(Mark::Watermark(time)), None],
        Advance::Idle(to) => [to.map(Mark::Watermark), Some(Mark::Idle)],
    }
}

#[cfg(test)]
mod tests;
