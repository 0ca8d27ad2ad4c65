//! What a watermark may be made by.

use super::{Impossible, Nothing, Possible};
use crate::time::{EventTime, Watermarks};
use crate::topology::declared::{Declared, EventTimeAt};
use crate::topology::stream::Stream;
use std::marker::PhantomData;

/// A strategy that makes a watermark from the `T` events of a stream.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not make a watermark from `{T}` events [M0314]",
    label = "expected a watermark strategy",
    note = "help: write `lateness(2.secs())`, or `punctuated(|event| …)`, or implement \
            `Watermarks<{T}>` for a type of your own; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0314.md"
)]
pub trait Marks<T, M>: Sized {
    /// The stream, with event time.
    type Timed<C, F>
    where
        T: Send + 'static,
        C: Declared<Out = T>,
        F: Fn(&T) -> EventTime + Clone + Send + 'static;

    /// Says when each event happened: `stream.event_time(time, strategy)`.
    #[track_caller]
    fn event_time<C, F>(stream: Stream<T, C>, time: F, strategy: Self) -> Self::Timed<C, F>
    where
        T: Send + 'static,
        C: Declared<Out = T>,
        F: Fn(&T) -> EventTime + Clone + Send + 'static;
}

#[diagnostic::do_not_recommend]
impl<T, W: Watermarks<T>> Marks<T, Possible> for W {
    type Timed<C, F>
        = Stream<T, EventTimeAt<C, F, W>>
    where
        T: Send + 'static,
        C: Declared<Out = T>,
        F: Fn(&T) -> EventTime + Clone + Send + 'static;

    #[track_caller]
    fn event_time<C, F>(stream: Stream<T, C>, time: F, strategy: W) -> Self::Timed<C, F>
    where
        T: Send + 'static,
        C: Declared<Out = T>,
        F: Fn(&T) -> EventTime + Clone + Send + 'static,
    {
        stream.event_time(time, strategy)
    }
}

#[diagnostic::do_not_recommend]
impl<T, W: Nothing> Marks<T, Impossible> for W {
    type Timed<C, F>
        = Stream<T, C>
    where
        T: Send + 'static,
        C: Declared<Out = T>,
        F: Fn(&T) -> EventTime + Clone + Send + 'static;

    fn event_time<C, F>(stream: Stream<T, C>, _: F, _: W) -> Stream<T, C>
    where
        T: Send + 'static,
        C: Declared<Out = T>,
        F: Fn(&T) -> EventTime + Clone + Send + 'static,
    {
        stream
    }
}

/// The events of a stream, for a closure that is written before the compiler knows them.
#[derive(Debug)]
pub struct Of<T>(PhantomData<fn(T)>);

impl<T> Of<T> {
    /// A stream, and its events.
    pub fn stream<C>(stream: Stream<T, C>) -> (Stream<T, C>, Self) {
        (stream, Self(PhantomData))
    }

    /// What says how far event time has come: the closure itself.
    pub fn punctuation<F: Fn(&T) -> Option<EventTime>>(&self, mark: F) -> F {
        mark
    }
}
