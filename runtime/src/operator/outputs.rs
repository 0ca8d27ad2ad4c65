//! Enums whose variants are outputs of a node.

/// Sends events of different types to different outputs of one node: derive it for an enum.
///
/// Each variant becomes an output. Consume it as `node.variant` in a topology, or with
/// [`split`](crate::builder::Stream::split).
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// #[derive(Outputs)]
/// enum Parsed {
///     Number(u64),
///     Garbage(String),
/// }
///
/// #[operator]
/// async fn parse(line: &'static str) -> Parsed {
///     line.parse().map_or_else(|_| Parsed::Garbage(line.into()), Parsed::Number)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let (numbers, garbage) = (Collected::new(), Collected::new());
/// topology!(
///     lines = source(from_iter(["7", "seven"])),
///     parsed = lines >> parse,
///     parsed.number >> sink(numbers.sink()),
///     parsed.garbage >> sink(garbage.sink()),
/// )
/// .run(Config::default())
/// .await?;
/// assert_eq!((numbers.take(), garbage.take()), (vec![7], vec!["seven".to_owned()]));
/// assert_eq!(Parsed::NAMES, ["number", "garbage"]);
/// # Ok(())
/// # }
/// ```
pub trait Outputs: Sized {
    /// The names of the outputs, in the order of the variants.
    const NAMES: &'static [&'static str];

    /// The events of all outputs as nested [`Choice`]s in the order of the variants, which end in
    /// [`Infallible`](std::convert::Infallible).
    type Choice;

    /// Returns the event and the output to which it is sent.
    fn choose(self) -> Self::Choice;
}

/// An event of the first of several outputs, or of one of the others.
///
/// # Examples
/// ```
/// use millstream::operator::Choice;
/// use millstream::prelude::*;
///
/// #[derive(Outputs)]
/// enum Parsed {
///     Number(u64),
///     Garbage(String),
/// }
///
/// assert!(matches!(Parsed::Number(1).choose(), Choice::This(1)));
/// assert!(matches!(Parsed::Garbage("?".into()).choose(), Choice::Other(Choice::This(_))));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice<T, R> {
    /// An event of the first output.
    This(T),
    /// An event of one of the other outputs.
    Other(R),
}
