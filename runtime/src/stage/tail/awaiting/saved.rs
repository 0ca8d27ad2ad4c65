//! What an operator that awaits keeps in checkpoints.

use super::AwaitSegment;
use super::seat::CallMaker;
use crate::checkpoint::{Moment, PartKind};
use crate::error::Result;
use crate::operator::AwaitStep;
use crate::stage::instance::{Keeper, States};
use crate::stage::{Chain, Saver};
use crate::state::WrittenShapes;
use crate::time::{EventClock, EventTime};

/// What an operator with these states keeps in checkpoints, if anything.
#[must_use]
pub fn kept_part<In, T, X: States<In, T>>() -> Option<PartKind> {
    if X::KEPT { Some(PartKind::Rows) } else { None }
}

impl<C, O, X, T, L> AwaitSegment<C, O, X, T, L>
where
    C: Chain<Out: Send>,
    O: AwaitStep<T>,
    X: States<C::Out, T, State = O::State>,
    T: Send + 'static,
    L: CallMaker<O, T>,
{
    /// Takes back a row of a checkpoint, before the job starts.
    ///
    /// # Errors
    /// If it was written by other types.
    pub fn restore(&mut self, key: &[u8], value: &[u8], written: &WrittenShapes) -> Result<()> {
        let Self { states, timers, waiting, .. } = self;
        Keeper { states, timers, waiting }.restore::<O>((key, value), written)
    }

    /// Reports what it keeps by `saver`.
    #[must_use]
    pub fn saved_by(mut self, saver: Option<Saver>) -> Self {
        if saver.is_some() {
            self.states.note_removals();
            self.publish_restored();
        }
        Self { saver, ..self }
    }

    /// Begins with a watermark that it has passed.
    #[must_use]
    pub fn at_watermark(self, watermark: EventTime) -> Self {
        Self { clock: EventClock::at(watermark), ..self }
    }

    /// Reports the states: nothing is in flight, so all of them are at home.
    #[cold]
    pub(super) fn save(&mut self, moment: Moment) {
        let Some(saver) = &self.saver else { return };
        let (states, timers, waiting) = (&mut self.states, &mut self.timers, &mut self.waiting);
        saver.rows(moment, |rows| Keeper { states, timers, waiting }.save::<O>(rows));
    }
}
