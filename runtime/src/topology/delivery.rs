//! What a job promises about each event, as a value and as a type.

use super::contract::{Ending, Given, Impossible};
use super::{Builder, Declared, SourceAt, Stream};
use crate::sink::{Idempotent, Repeating, Sink, Transactional};
use crate::source::{Reader, Replay, Replayable, Replaying};
use std::fmt;

/// How often the effect of an event counts when something fails on the way.
///
/// In a topology it is one of the words of the same meaning, `job("fraud", exactly_once)`, whose
/// type lets the compiler compare the promise with every source and sink. A `Delivery` that is
/// known only at run time can be given as well; it is compared when the job starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// Never twice, perhaps not at all: nothing is replayed after a failure. The cheapest.
    #[default]
    AtMostOnce,
    /// At least once, perhaps twice after a failure: needs sources that can replay. **Not kept by
    /// this version**: a job that asks for it is refused at start.
    AtLeastOnce,
    /// As if once: needs sources that can replay, and sinks that commit or are idempotent. **Not
    /// kept by this version**: a job that asks for it is refused at start.
    ExactlyOnce,
}

impl Delivery {
    /// Whether such a source is enough.
    #[must_use]
    pub fn takes_source(self, replaying: Replaying) -> bool {
        self == Self::AtMostOnce || replaying == Replaying::Possible
    }

    /// Whether such a sink is enough.
    #[must_use]
    pub fn takes_sink(self, repeating: Repeating) -> bool {
        self != Self::ExactlyOnce || repeating != Repeating::Twice
    }
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AtMostOnce => "at_most_once",
            Self::AtLeastOnce => "at_least_once",
            Self::ExactlyOnce => "exactly_once",
        })
    }
}

/// What a job promises: one of the words [`at_most_once`], [`at_least_once`] and
/// [`exactly_once`], or a [`Delivery`] that is known only at run time.
pub trait Promise: 'static {
    /// The same as a value.
    fn delivery(&self) -> Delivery;
}

impl Promise for Delivery {
    fn delivery(&self) -> Delivery {
        *self
    }
}

macro_rules! word {
    ($(#[$doc:meta])* $word:ident, $delivery:ident) => {
        $(#[$doc])*
        #[expect(non_camel_case_types, reason = "a topology is written in lower case")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub struct $word;

        impl Promise for $word {
            fn delivery(&self) -> Delivery {
                Delivery::$delivery
            }
        }

        impl From<$word> for Delivery {
            fn from(_: $word) -> Self {
                Self::$delivery
            }
        }
    };
}

word!(
    /// Never twice, perhaps not at all: see [`Delivery::AtMostOnce`].
    at_most_once, AtMostOnce
);
word!(
    /// At least once: see [`Delivery::AtLeastOnce`].
    at_least_once, AtLeastOnce
);
word!(
    /// As if once: see [`Delivery::ExactlyOnce`].
    exactly_once, ExactlyOnce
);

/// A promise for which a source with this [`Replay`] is enough.
#[diagnostic::on_unimplemented(
    message = "`at_least_once` and `exactly_once` need sources that can replay, and this one \
               cannot [M0411]",
    label = "does not keep its events",
    note = "help: read from something that keeps its events, such as a file or a log: \
            `impl Source<T, Replay = Replayable>`; or promise `at_most_once`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0411.md"
)]
pub trait FedBy<P>: Promise + Sized {
    /// Adds the source: `job.source(source)`.
    #[track_caller]
    #[must_use]
    fn source<T, R>(job: &Builder<Self>, given: Given<T, R, P>) -> Stream<T, SourceAt<R, T>>
    where
        T: Send + 'static,
        R: Reader<T>,
        P: Replay,
    {
        job.begin(given.open, given.kind, P::REPLAYING)
    }
}

/// A promise for which a sink with this [`Repeat`](crate::sink::Repeat) is enough.
#[diagnostic::on_unimplemented(
    message = "`exactly_once` needs sinks that commit or are idempotent, and this one is \
               neither [M0412]",
    label = "an event that is replayed is written twice",
    note = "help: wrap a sink for which twice is as good as once: `sink(idempotent(…))`, \
            `impl Sink<T, Repeat = Idempotent>`; or promise `at_least_once`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0412.md"
)]
pub trait EndedBy<P>: Promise + Sized {
    /// Ends the stream in the sink: `stream.sink(sink)`.
    #[track_caller]
    fn sink<T, C, S>(_: &Builder<Self>, ending: Ending<T, C, S>)
    where
        T: Send + 'static,
        C: Declared<Out = T>,
        S: Sink<T, Repeat = P>,
    {
        ending.stream.sink(ending.sink);
    }

    /// Ends the stream in the sink, which has a name: `stream.sink_named(sink, name)`.
    #[track_caller]
    fn sink_named<T, C, S>(_: &Builder<Self>, ending: Ending<T, C, S>, name: &str)
    where
        T: Send + 'static,
        C: Declared<Out = T>,
        S: Sink<T, Repeat = P>,
    {
        ending.stream.sink_named(ending.sink, name);
    }
}

// That there are two of each keeps the compiler from advising one where it finds another; nothing
// is `Impossible`.
macro_rules! kept {
    ($($trait:ident for $word:ty: $($kind:ty),+;)+) => {
        $($(
            #[diagnostic::do_not_recommend]
            impl $trait<$kind> for $word {}
        )+)+
    };
}
kept! {
    FedBy for at_least_once: Replayable, Impossible;
    FedBy for exactly_once: Replayable, Impossible;
    EndedBy for exactly_once: Idempotent, Transactional;
}

#[diagnostic::do_not_recommend]
impl<R> FedBy<R> for at_most_once {}
#[diagnostic::do_not_recommend]
impl<R> FedBy<R> for Delivery {}
#[diagnostic::do_not_recommend]
impl<R> EndedBy<R> for at_most_once {}
#[diagnostic::do_not_recommend]
impl<R> EndedBy<R> for at_least_once {}
#[diagnostic::do_not_recommend]
impl<R> EndedBy<R> for Delivery {}
