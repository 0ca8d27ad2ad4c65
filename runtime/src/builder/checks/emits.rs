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

impl<T, R, P> fmt::Debug for CheckedSource<T, R, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckedSource").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// A source of events of type `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a source of `{T}` events [M0302]",
    label = "expected a source here",
    note = "help: any `futures::Stream` is a source; wrap an iterator with `from_iter(…)`; events \
            are `Send`, and those of a file `serde::Deserialize`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0302.md"
)]
#[doc(hidden)]
pub trait Emits<T, M>: Sized {
    /// The source, reduced to the function that opens it.
    type CheckedSource;

    /// Reduces the source to the function that opens it.
    fn events(source: Self) -> Self::CheckedSource;
}

impl<T, S: Source<T>> Emits<T, Possible> for S {
    type CheckedSource = CheckedSource<T, S::Reader, S::Replay>;

    fn events(source: S) -> Self::CheckedSource {
        let files = source.files();
        let (kind, open) = (Carried::of::<S>(), opening(source));
        CheckedSource { open, kind, files, events: PhantomData }
    }
}

#[diagnostic::do_not_recommend]
impl<T, S: Nothing> Emits<T, Impossible> for S {
    type CheckedSource = ();

    fn events(_: S) {}
}
