//! No state: for operators that keep none.

use super::states::{StateSlot, States};
use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Meta, Times};
use crate::key::{Key, KeyHash};
use crate::state::WrittenShapes;
use crate::time::EventTime;

/// The [`States`] of an operator without state: every event finds `()`.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoStates(());

impl<T> States<T, T> for NoStates {
    type Key = ();
    type State = ();
    type Slot<'a> = &'a mut ();
    const KEYED: bool = false;

    fn new(_: Times, _: &Env) -> Self {
        Self(())
    }

    #[inline(always)]
    fn key(_: &T) {}

    #[inline(always)]
    fn split(event: T) -> (T, ()) {
        (event, ())
    }

    fn join(event: T, (): ()) -> T {
        event
    }

    #[inline(always)]
    fn find(&mut self, event: T, _: Meta, _: EventTime) -> (T, &mut ()) {
        (event, &mut self.0)
    }

    fn of_key(&mut self, _: KeyHash, (): &(), _: EventTime) -> &mut () {
        &mut self.0
    }

    fn mark(&mut self, _: KeyHash, (): &()) {}

    fn read_waiting(_: &(), _: &WrittenShapes, _: &mut &[u8]) -> Result<T> {
        Err(Error::new(ErrorKind::Internal, "no event without a key waits for a timer"))
    }

    fn restore(&mut self, _: &[u8], _: &mut &[u8], _: &WrittenShapes) -> Result<(KeyHash, ())> {
        Ok((().key_hash(), ()))
    }
}

impl StateSlot for &mut () {
    type State = ();

    #[inline(always)]
    fn state(&mut self) -> &mut () {
        self
    }

    fn remove(self) {}
}
