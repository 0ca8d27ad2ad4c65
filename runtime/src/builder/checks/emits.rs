//! Checks of `source(…)`.

use super::{Impossible, Nothing, Possible};
use crate::env::FileUse;
use crate::lowering::{Open, opening};
use crate::source::Source;
use crate::topology::Carried;
use std::fmt;
use std::marker::PhantomData;

/// A source, reduced to what opens it. `R` is its reader, `P` whether it can replay.
pub struct CheckedSource<T, R, P> {
    pub(super) open: Open<R>,
    pub(super) kind: Carried,
    pub(super) files: Vec<FileUse>,
    events: PhantomData<fn() -> (T, P)>,
}

impl<T, R, P> CheckedSource<T, R, P> {
    fn of<S: Source<T, Reader = R, Replay = P>>(source: S) -> Self {
        let files = source.files();
        let (kind, open) = (Carried::of::<S>(), opening(source));
        Self { open, kind, files, events: PhantomData }
    }
}

impl<T, R, P> fmt::Debug for CheckedSource<T, R, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckedSource").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Declares the check of a source: all do the same, and say what is likely to be wrong.
macro_rules! emits {
    (
        $(#[$attribute:meta])*
        [$($quiet:tt)*] $check:ident $(where $copies:ident)?
    ) => {
        $(#[$attribute])*
        #[doc(hidden)]
        pub trait $check<T, M>: Sized {
            /// The source, reduced to the function that opens it.
            type CheckedSource;

            /// Reduces the source to the function that opens it.
            fn events(source: Self) -> Self::CheckedSource;
        }

        $($quiet)*
        impl<T, S: Source<T> $(+ $copies)?> $check<T, Possible> for S {
            type CheckedSource = CheckedSource<T, S::Reader, S::Replay>;

            fn events(source: S) -> Self::CheckedSource {
                CheckedSource::of(source)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T, S: Nothing> $check<T, Impossible> for S {
            type CheckedSource = ();

            fn events(_: S) {}
        }
    };
}
emits! {
    /// A source of events of type `T`.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not a source [M0302]",
        label = "expected a source here",
        note = "help: an iterator or a `Vec` is `from_iter(…)`, the receiver of a channel \
                `from_channel(…)`, a file `csv_file(…)`, `jsonl_file(…)` or `file_lines(…)`; any \
                `futures::Stream` is a source, passed by value; its events are `Send`; see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0302.md"
    )]
    [#[diagnostic::do_not_recommend]] Emits
}
emits! {
    /// A file that is read. The type of its events may be inferred from what follows, so that the
    /// missing implementation is reported by `Source` itself.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not a source [M0302]",
        label = "expected a source here",
        note = "help: the events of a file are `serde::Deserialize`: write \
                `#[derive(serde::Deserialize)]` on their type; see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0302.md"
    )]
    [] EmitsFromFile
}
emits! {
    /// A source that is borrowed.
    #[diagnostic::on_unimplemented(
        message = "a source is moved into its job, and this one is borrowed [M0337]",
        label = "expected the source itself",
        note = "help: pass it by value, without `&`; see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0337.md"
    )]
    [#[diagnostic::do_not_recommend]] EmitsOwned
}
emits! {
    /// A source that another line of the topology has already.
    #[diagnostic::on_unimplemented(
        message = "a source begins one line, and an earlier line begins with this one [M0334]",
        label = "an earlier line begins with it",
        note = "help: use the stream of that line, by its name: `name = source(…)`, `name >> …`; \
                see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0334.md"
    )]
    [#[diagnostic::do_not_recommend]] EmitsAgain where Copy
}
