//! How an operator runs.

use super::reports::EmitsErrors;
use std::marker::PhantomData;

/// How an operator runs, and what its `.errors` output emits: [`Stepping`] or [`Awaits`].
///
/// # Examples
/// An operator written by hand whose errors become dead letters:
/// ```
/// use millstream::operator::{
///     Context, LetterCopies, EmitsLetters, Operator, Shape, Step, Stepping, Unkeyed,
/// };
///
/// #[derive(Clone)]
/// struct Halved;
///
/// impl Operator<u64> for Halved {
///     type Out = u64;
///     type State = ();
///     type Error = &'static str;
///     type Keying = Unkeyed;
///     type Mode = Stepping<EmitsLetters>;
///     const NAME: &'static str = "halved";
///     const SHAPE: Shape = Shape::OneToOne;
///     const COPIES: LetterCopies<u64, ()> =
///         LetterCopies { event: Some(Clone::clone), state: None };
/// }
///
/// impl Step<u64> for Halved {
///     fn step(
///         &mut self,
///         number: u64,
///         _: &mut (),
///         _: &mut Context,
///     ) -> Result<impl IntoIterator<Item = u64>, &'static str> {
///         if number % 2 == 0 { Ok(Some(number / 2)) } else { Err("is odd") }
///     }
/// }
///
/// # use millstream::prelude::*;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let odd = Collected::new();
/// let job = Builder::new("halves");
/// let halves = job.source(from_iter([4, 7])).then(Halved).outputs();
/// halves.stream.ignore();
/// halves.errors.map(|letter| letter.event).sink(odd.sink());
/// job.build().run(Config::default()).await?;
/// assert_eq!(odd.take(), [7]);
/// # Ok(())
/// # }
/// ```
pub trait Mode: 'static {
    /// [`EmitsErrors`], [`EmitsLetters`](super::EmitsLetters) or
    /// [`CatchesPanics`](super::CatchesPanics).
    type Reports: 'static;
}

/// [`Operator::Mode`](super::Operator::Mode) of an operator that never awaits: a
/// [`Step`](super::Step). `R` is what `.errors` emits.
#[derive(Debug, Clone, Copy)]
pub struct Stepping<R = EmitsErrors>(PhantomData<fn() -> R>);

/// [`Operator::Mode`](super::Operator::Mode) of an operator that awaits: an
/// [`AwaitStep`](super::AwaitStep). `R` is what `.errors` emits.
#[derive(Debug, Clone, Copy)]
pub struct Awaits<R = EmitsErrors>(PhantomData<fn() -> R>);

impl<R: 'static> Mode for Stepping<R> {
    type Reports = R;
}

impl<R: 'static> Mode for Awaits<R> {
    type Reports = R;
}
