//! The least watermark over many inputs.

use super::{EventClock, EventTime};

/// Which of the inputs of a [`Frontier`], from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InputIndex(pub usize);

/// What a change of one input did to the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advance {
    /// Nothing.
    None,
    /// The least watermark has risen to this.
    To(EventTime),
    /// Every input that has not ended is idle.
    Idle,
}

#[derive(Debug, Clone, Copy)]
struct InputClock {
    watermark: EventTime,
    state: InputState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InputState {
    Active,
    Idle,
    Ended,
}

/// The least watermark over many inputs, leaving out idle and ended ones; it never goes back.
///
/// # Examples
/// ```
/// use millstream::plumbing::clocks::{Advance, Frontier, InputIndex};
/// use millstream::time::EventTime;
///
/// let mut frontier = Frontier::new(2);
/// assert_eq!(frontier.advance(InputIndex(0), EventTime::from_secs(5)), Advance::None);
/// assert_eq!(
///     frontier.advance(InputIndex(1), EventTime::from_secs(3)),
///     Advance::To(EventTime::from_secs(3)),
/// );
/// assert_eq!(frontier.end(InputIndex(1)), Advance::To(EventTime::from_secs(5)));
/// ```
#[derive(Debug, Clone)]
pub struct Frontier {
    inputs: Vec<InputClock>,
    least: EventClock,
}

impl Frontier {
    /// A frontier over `inputs` inputs, none of which has said anything yet.
    #[must_use]
    pub fn new(inputs: usize) -> Self {
        let input = InputClock { watermark: EventTime::MIN, state: InputState::Active };
        Self { inputs: vec![input; inputs], least: EventClock::default() }
    }

    /// The least watermark so far.
    #[must_use]
    pub fn watermark(&self) -> EventTime {
        self.least.watermark()
    }

    /// An input's watermark rises; one that goes back is ignored, and an idle input wakes.
    pub fn advance(&mut self, input: InputIndex, watermark: EventTime) -> Advance {
        if let Some(input) = self.inputs.get_mut(input.0) {
            input.watermark = input.watermark.max(watermark);
            input.state = InputState::Active;
        }
        self.settle()
    }

    /// An input has events again.
    pub fn wake(&mut self, input: InputIndex) {
        if let Some(input) = self.inputs.get_mut(input.0)
            && input.state == InputState::Idle
        {
            input.state = InputState::Active;
        }
    }

    /// An input has nothing to say for now and must not hold the others back.
    pub fn idle(&mut self, input: InputIndex) -> Advance {
        self.set(input, InputState::Idle)
    }

    /// An input has come to its end.
    pub fn end(&mut self, input: InputIndex) -> Advance {
        self.set(input, InputState::Ended)
    }

    fn set(&mut self, input: InputIndex, state: InputState) -> Advance {
        if let Some(input) = self.inputs.get_mut(input.0) {
            input.state = state;
        }
        self.settle()
    }

    fn settle(&mut self) -> Advance {
        let active = self.inputs.iter().filter(|input| input.state == InputState::Active);
        let least = active.map(|input| input.watermark).min();
        // An input that is beyond all times has as good as ended, and says nothing about one that
        // is idle: that one may yet have events.
        let idle = || self.inputs.iter().any(|input| input.state == InputState::Idle);
        let Some(least) = least.filter(|least| *least < EventTime::MAX || !idle()) else {
            return if idle() { Advance::Idle } else { Advance::None };
        };
        self.least.advance(least).map_or(Advance::None, Advance::To)
    }
}
