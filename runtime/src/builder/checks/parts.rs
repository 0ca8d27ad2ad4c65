//! Checks of `through(part)`.

use super::given::Any;
use super::{Impossible, Nothing, Possible};
use crate::builder::outputs::SideOutputs;
use crate::builder::stream::Stream;
use crate::builder::time::TimeState;
use crate::lowering::Fusing;

/// A function that continues a stream of type `S`.
#[diagnostic::on_unimplemented(
    message = "`through` takes a function of this stream, a `{S}` [M0338]",
    label = "is no function of a `{S}`",
    note = "help: write `fn part(events: {S})`, or `through(|events| …)`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0338.md"
)]
#[doc(hidden)]
pub trait IsPart<S, R, M>: FnOnce(S) -> R + Sized {
    /// What the function returns.
    type Result;

    /// Applies the function: `stream.through(part)`.
    fn through<C: Detaches<Detached = S>>(stream: C, part: Self) -> Self::Result;
}

/// A stream that can be detached from its chain.
#[doc(hidden)]
pub trait Detaches {
    /// The stream without its chain.
    type Detached;

    /// Detaches it.
    fn detach(self) -> Self::Detached;
}

impl<T, M, O, C> Detaches for Stream<T, M, O, C>
where
    T: Send + 'static,
    M: TimeState,
    O: SideOutputs,
    C: Fusing<Out = T>,
{
    type Detached = Stream<T, M>;

    fn detach(self) -> Stream<T, M> {
        self.detached()
    }
}

macro_rules! parts {
    ($bound:ident, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<S, R, F: FnOnce(S) -> R + $bound> IsPart<S, R, $marker> for F {
            type Result = R;

            fn through<C: Detaches<Detached = S>>(stream: C, part: F) -> R {
                part(stream.detach())
            }
        }
    };
}
parts!(Any, Possible);
parts!(Nothing, Impossible);
