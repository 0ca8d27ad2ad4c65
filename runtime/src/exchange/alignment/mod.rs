//! What the marks of many inputs mean for all of them together.

use crate::error::{Error, ErrorKind};
use crate::event::{Epoch, Mark, Round};
use crate::time::{Advance, Frontier, InputIndex};
use std::fmt;

/// What the marks of many inputs mean for all of them together.
///
/// Whoever merges inputs, as an input gate or a join does, hands it each mark and emits the
/// [`ReleasedMarks`] that come back. It keeps the least watermark, and aligns barriers: an input
/// whose barrier has come is not [open](Self::is_open) until the others have sent theirs. So no
/// event of the next epoch is seen before all of this one, and nothing has to be buffered.
///
/// A round is emitted once it has come from all inputs, but they are read on meanwhile. Were they
/// not, two inputs that send a barrier and a round, each in another order, as two loops may, would
/// wait for each other for ever. A round need not be exact: events behind it may go before it.
///
/// # Examples
/// ```
/// use millstream::plumbing::marks::{Epoch, Mark};
/// use millstream::plumbing::exchange::Alignment;
/// use millstream::plumbing::clocks::InputIndex;
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
    frontier: Frontier,
    inputs: Vec<AlignedInput>,
    /// The epoch whose barrier is the next to come, on every input.
    awaited: Epoch,
    /// The last round that was emitted.
    round: Round,
}

#[derive(Debug, Clone, Copy)]
struct AlignedInput {
    reading: Reading,
    /// The last round that has come from it.
    round: Round,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Open,
    /// Its barrier has come.
    Aligned,
    Ended,
}

/// The marks to be emitted, in this order.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct ReleasedMarks([Option<Mark>; 3]);

impl From<Option<Mark>> for ReleasedMarks {
    fn from(mark: Option<Mark>) -> Self {
        Self([mark, None, None])
    }
}

impl Iterator for ReleasedMarks {
    type Item = Mark;

    #[inline]
    fn next(&mut self) -> Option<Mark> {
        self.0.iter_mut().find_map(Option::take)
    }
}

/// A barrier of another epoch than the one that is awaited: some epoch would never be complete, or
/// what belongs to two of them would be taken for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misplaced {
    /// The epoch whose barrier is awaited.
    pub awaited: Epoch,
    /// The one whose barrier came.
    pub came: Epoch,
}

impl Misplaced {
    /// The error of the job, where the barrier was sent by `sender`.
    #[must_use]
    pub fn by(self, sender: impl fmt::Display) -> Error {
        let Self { awaited: Epoch(awaited), came: Epoch(came) } = self;
        let message = format!(
            "{sender} sent the barrier of epoch {came} where that of epoch {awaited} was awaited"
        );
        Error::new(ErrorKind::Internal, message)
    }
}

impl Alignment {
    /// An alignment of so many inputs, none of which has sent anything yet.
    #[must_use]
    pub fn new(inputs: usize) -> Self {
        let input = AlignedInput { reading: Reading::Open, round: Round::default() };
        let (frontier, inputs) = (Frontier::new(inputs), vec![input; inputs]);
        Self { frontier, inputs, awaited: Epoch::FIRST, round: Round::default() }
    }

    /// Whether an input may be read: it has not ended, and no barrier of it waits for the others.
    #[inline]
    #[must_use]
    pub fn is_open(&self, input: InputIndex) -> bool {
        self.inputs.get(input.0).is_some_and(|input| input.reading == Reading::Open)
    }

    /// An input has sent events.
    #[inline]
    pub fn wake(&mut self, input: InputIndex) {
        self.frontier.wake(input);
    }

    /// An input, which is open, has sent a mark.
    ///
    /// # Errors
    /// If it is a barrier of another epoch than the one that is awaited.
    pub fn on(&mut self, input: InputIndex, mark: Mark) -> Result<ReleasedMarks, Misplaced> {
        match mark {
            Mark::Watermark(time) => Ok(advanced(self.frontier.advance(input, time)).into()),
            Mark::Idle => Ok(advanced(self.frontier.idle(input)).into()),
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
        if epoch != self.awaited {
            return Err(Misplaced { awaited: self.awaited, came: epoch });
        }
        self.set(input, Reading::Aligned);
        Ok(self.aligned().into())
    }

    fn set(&mut self, input: InputIndex, reading: Reading) {
        if let Some(input) = self.inputs.get_mut(input.0) {
            input.reading = reading;
        }
    }

    /// The barrier, once no input is read before it any more.
    fn aligned(&mut self) -> Option<Mark> {
        let any = |reading| self.inputs.iter().any(|input| input.reading == reading);
        if any(Reading::Open) || !any(Reading::Aligned) {
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

    /// The last round that has come from all inputs, if it was not emitted before.
    fn least_round(&mut self) -> Option<Mark> {
        let running = self.inputs.iter().filter(|input| input.reading != Reading::Ended);
        let least = running.map(|input| input.round).min()?;
        (least > self.round).then(|| {
            self.round = least;
            Mark::Round(least)
        })
    }

    /// An end can be what a barrier, a round, the watermark or all of them have waited for.
    fn end(&mut self, input: InputIndex) -> ReleasedMarks {
        self.set(input, Reading::Ended);
        let advance = self.frontier.end(input);
        if self.inputs.iter().all(|input| input.reading == Reading::Ended) {
            return Some(Mark::End).into();
        }
        ReleasedMarks([self.aligned(), self.least_round(), advanced(advance)])
    }
}

fn advanced(advance: Advance) -> Option<Mark> {
    match advance {
        Advance::None => None,
        Advance::To(time) => Some(Mark::Watermark(time)),
        Advance::Idle => Some(Mark::Idle),
    }
}

#[cfg(test)]
mod tests;
