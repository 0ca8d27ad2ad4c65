//! The least watermark over many inputs.

use super::{EventClock, EventTime};

/// Identifies an input of a [`Frontier`], from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InputIndex(pub usize);

/// The effect of one input's change on the least watermark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advance {
    /// None: it stays.
    None,
    /// The least watermark advances to this.
    To(EventTime),
    /// No input is active, and at least one is idle. The least watermark is then the greatest that
    /// the idle ones have reached, whatever the order in which inputs end and fall idle; if it
    /// advances, to this.
    Idle(Option<EventTime>),
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

/// Computes the least watermark over many inputs, without idle and ended ones; it never goes back.
///
/// A change costs one pass over the inputs.
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
    /// Creates a frontier over `inputs` active inputs without a watermark.
    #[must_use]
    pub fn new(inputs: usize) -> Self {
        let input = InputClock { watermark: EventTime::MIN, state: InputState::Active };
        Self { inputs: vec![input; inputs], least: EventClock::default() }
    }

    /// The least watermark; [`EventTime::MIN`] until every active input has one.
    #[must_use]
    pub fn watermark(&self) -> EventTime {
        self.least.watermark()
    }

    /// The watermark of an input.
    #[must_use]
    pub fn watermark_of(&self, input: InputIndex) -> EventTime {
        self.inputs.get(input.0).map_or(EventTime::MAX, |input| input.watermark)
    }

    /// Advances the watermark of an input, which becomes active.
    ///
    /// A watermark that goes back is ignored.
    pub fn advance(&mut self, input: InputIndex, watermark: EventTime) -> Advance {
        if let Some(input) = self.inputs.get_mut(input.0) {
            input.watermark = input.watermark.max(watermark);
            input.state = InputState::Active;
        }
        self.update()
    }

    /// Makes an idle input active: it has events again.
    pub fn wake(&mut self, input: InputIndex) {
        if let Some(input) = self.inputs.get_mut(input.0)
            && input.state == InputState::Idle
        {
            input.state = InputState::Active;
        }
    }

    /// Marks an input as idle: the least watermark no longer waits for it.
    pub fn idle(&mut self, input: InputIndex) -> Advance {
        self.set(input, InputState::Idle)
    }

    /// Marks an input as ended: it is left out for good.
    pub fn end(&mut self, input: InputIndex) -> Advance {
        self.set(input, InputState::Ended)
    }

    fn set(&mut self, input: InputIndex, state: InputState) -> Advance {
        if let Some(input) = self.inputs.get_mut(input.0) {
            input.state = state;
        }
        self.update()
    }

    fn update(&mut self) -> Advance {
        let of = |state| self.inputs.iter().filter(move |input| input.state == state);
        let least = of(InputState::Active).map(|input| input.watermark).min();
        let greatest_idle = of(InputState::Idle).map(|input| input.watermark).max();
        match (least, greatest_idle) {
            // An input whose watermark is `EventTime::MAX` counts as ended. That must not end the
            // idle inputs with it: they may yet have events.
            (None | Some(EventTime::MAX), Some(greatest)) => {
                Advance::Idle(self.least.advance(greatest))
            }
            (Some(least), _) => self.least.advance(least).map_or(Advance::None, Advance::To),
            (None, None) => Advance::None,
        }
    }
}
