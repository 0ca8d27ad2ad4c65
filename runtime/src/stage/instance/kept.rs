//! The rows of an operator in checkpoints: state, timers and waiting events of each key.

use super::{States, TimerDriver, WaitingEvents};
use crate::checkpoint::RowsWriter;
use crate::env::Env;
use crate::error::Result;
use crate::mutant::Mutant;
use crate::operator::{Keying, Operator, TimerUse};
use crate::state::WrittenShapes;

/// Everything that an operator keeps per key.
pub(in crate::stage) struct Keeper<'a, In, T, X: States<In, T>> {
    pub(in crate::stage) states: &'a mut X,
    pub(in crate::stage) timers: &'a mut TimerDriver<X::Key>,
    pub(in crate::stage) waiting: &'a mut WaitingEvents<X::Key, In>,
}

impl<In, T, X: States<In, T>> Keeper<'_, In, T, X> {
    /// Writes the rows that have changed since the last call.
    pub(in crate::stage) fn save<O: Operator<T>>(self, into: &mut RowsWriter) -> Result<()> {
        let Self { states, timers, waiting } = self;
        let mut no_timers = TimerDriver::new(Env::system());
        let mut none_waiting = WaitingEvents::default();
        let timers = if Mutant::TimersNotSaved.is_planted() { &mut no_timers } else { timers };
        let waiting =
            if Mutant::WaitingNotSaved.is_planted() { &mut none_waiting } else { waiting };
        let mut pending = |hash, key: &X::Key, bytes: &mut Vec<u8>| {
            if O::Keying::TIMERS == TimerUse::None {
                return Ok(false);
            }
            let timers = timers.save((hash, key), bytes)?;
            let waiting = waiting.save((hash, key), X::write_waiting, bytes)?;
            Ok(timers || waiting)
        };
        states.save(&mut pending, into)
    }

    /// Takes back a row of a checkpoint.
    pub(in crate::stage) fn restore<O: Operator<T>>(
        self,
        (key, mut value): (&[u8], &[u8]),
        written: &WrittenShapes,
    ) -> Result<()> {
        let (hash, key) = self.states.restore(key, &mut value, written)?;
        if O::Keying::TIMERS == TimerUse::Some {
            self.timers.restore((hash, &key), &mut value)?;
            let read = |key: &X::Key, from: &mut &[u8]| X::read_waiting(key, written, from);
            self.waiting.restore((hash, &key), read, &mut value)?;
        }
        self.states.restore_use(hash, key, &mut value)
    }
}
