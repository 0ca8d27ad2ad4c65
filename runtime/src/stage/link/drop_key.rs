//! Removes the keys of events.

use super::Link;
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::operator::Emit;
use crate::time::EventTime;

/// Emits events without their keys, for an operator on windows that keeps no state.
#[derive(Debug)]
pub struct DropKey;

impl<K, T: Send + 'static> Link<WithKey<K, T>> for DropKey {
    type Out = T;
    type Hot = ();
    const HANDLES_MARKS: bool = false;

    #[inline(always)]
    fn begin(&mut self) {}

    #[inline(always)]
    fn event<E: Emit<T>>(
        &mut self,
        (): &mut (),
        event: WithKey<K, T>,
        (meta, _): (Meta, EventTime),
        into: &mut E,
    ) -> Result<()> {
        into.emit(event.value, meta)
    }
}
