//! How windows, their results and late events are shown.

use super::{Late, Window, WindowResult};
use crate::peek::{Hidden, Peek, Peeked, Peekers};
use std::fmt;

#[diagnostic::do_not_recommend]
impl<K, T: Peek + 'static> Peek for Window<K, T> {
    fn peek(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Window")
            .field("key", &Hidden)
            .field("start", &Peeked(&self.start()))
            .field("end", &Peeked(&self.end()))
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
            .field("key", &Peeked(&self.key))
            .field("start", &Peeked(&self.start))
            .field("end", &Peeked(&self.end))
            .field("value", &Peeked(&self.value))
            .finish()
    }

    /// Its key and its value say nothing of themselves.
    fn register(_: &mut Peekers) {}
}

#[diagnostic::do_not_recommend]
impl<T: Peek + 'static> Peek for Late<T> {
    fn peek(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Late")
            .field("event", &Peeked(&self.event))
            .field("time", &Peeked(&self.time))
            .field("watermark", &Peeked(&self.watermark))
            .finish()
    }

    fn register(to: &mut Peekers)
    where
        Self: Sized + 'static,
    {
        T::register(to);
    }
}
