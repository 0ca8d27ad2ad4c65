//! Events that wait for a timer of their key, as part of a checkpoint.

use super::{NoTimers, SetsEventTimers, SetsTimers};
use crate::error::{Error, ErrorKind, Result};
use crate::state::{Kept, KeptType, Memory, WAITING_EVENT, WrittenShapes};

/// An event that an operator with the timers `Y` can hold in a job with the memory `D`: any event
/// if it sets none, and otherwise one that the job can keep.
#[doc(hidden)]
pub trait HeldBy<Y, D>: Sized {
    /// Appends the encoded event.
    ///
    /// # Errors
    /// If the event refuses to be serialized.
    fn write_held(&self, into: &mut Vec<u8>) -> Result<()>;

    /// Decodes an event and removes it from the beginning of `from`.
    ///
    /// # Errors
    /// If the bytes are those of another type.
    fn read_held(written: &WrittenShapes, from: &mut &[u8]) -> Result<Self>;

    /// The type of events that wait, if any are kept.
    #[must_use]
    fn held_type() -> Option<KeptType> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<T, D> HeldBy<NoTimers, D> for T {
    fn write_held(&self, _: &mut Vec<u8>) -> Result<()> {
        Err(never_held::<T>())
    }

    fn read_held(_: &WrittenShapes, _: &mut &[u8]) -> Result<Self> {
        Err(never_held::<T>())
    }
}

fn never_held<T>() -> Error {
    let name = std::any::type_name::<T>();
    Error::new(ErrorKind::Internal, format!("a `{name}` waits for timers that are never set"))
}

#[diagnostic::do_not_recommend]
impl<T: Kept<D>, D: Memory> HeldBy<SetsTimers, D> for T {
    fn write_held(&self, into: &mut Vec<u8>) -> Result<()> {
        self.write(into)
    }

    fn read_held(written: &WrittenShapes, from: &mut &[u8]) -> Result<Self> {
        T::read_written(written.of(WAITING_EVENT), from)
    }

    fn held_type() -> Option<KeptType> {
        KeptType::of::<T, D>(WAITING_EVENT)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Kept<D>, D: Memory> HeldBy<SetsEventTimers, D> for T {
    fn write_held(&self, into: &mut Vec<u8>) -> Result<()> {
        <T as HeldBy<SetsTimers, D>>::write_held(self, into)
    }

    fn read_held(written: &WrittenShapes, from: &mut &[u8]) -> Result<Self> {
        <T as HeldBy<SetsTimers, D>>::read_held(written, from)
    }

    fn held_type() -> Option<KeptType> {
        <T as HeldBy<SetsTimers, D>>::held_type()
    }
}
