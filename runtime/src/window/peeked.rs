//! What is shown of windows, their results, and late events.

use super::{Late, Window, WindowResult};
use crate::peek::{Hidden, Peek, Peekers, Shown};
use std::fmt;

#[diagnostic::do_not_recommend]
impl<K, T: Peek + 'static> Peek for Window<K, T> {
    fn peek(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Window")
            .field("key", &Hidden)
            .field("start", &Shown(&self.start()))
            .field("end", &Shown(&self.end()))
            .field("events", &self.len())
            .finish()
    }

    /// It is the events that pass the edge into a node with windows.
    fn register(to: &mut Peekers)
    where
        Self: Sized + 'static,
    {
        T::register(to);
        to.add::<Self>();
    }
}

#[diagnostic::do_not_recommend]
impl<K: Peek, R: Peek> Peek for WindowResult<K, R> {
    fn peek(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WindowResult")
            .field("key", &Shown(&self.key))
            .field("start", &Shown(&self.start))
            .field("end", &Shown(&self.end))
            .field("value", &Shown(&self.value))
            .finish()
    }

    /// Its key and its value say nothing of themselves.
    fn register(_: &mut Peekers) {}
}

#[diagnostic::do_not_recommend]
impl<T: Peek + 'static> Peek for Late<T> {
    fn peek(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Late")
            .field("event", &Shown(&self.event))
            .field("time", &Shown(&self.time))
            .field("watermark", &Shown(&self.watermark))
            .finish()
    }

    fn register(to: &mut Peekers)
    where
        Self: Sized + 'static,
    {
        T::register(to);
    }
}
