//! Enums whose variants are outputs of a node.

/// An enum whose variants are outputs of the node that gives it on.
///
/// Derive it; the events of a node are then handed out by [`split`](crate::builder::Stream::split)
/// and, in a topology, by `node.output`.
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
/// assert_eq!(Parsed::NAMES, ["number", "garbage"]);
/// assert!(matches!(Parsed::Number(1).choose(), Choice::This(1)));
/// assert!(matches!(Parsed::Garbage("?".into()).choose(), Choice::Other(Choice::This(_))));
/// ```
pub trait Outputs: Sized {
    /// The names of the outputs, in the order of the variants.
    const NAMES: &'static [&'static str];

    /// The events of the outputs, in the order of the variants: a [`Choice`] between the first and
    /// a choice of the others, which ends in [`Infallible`](std::convert::Infallible).
    type Choice;

    /// The event, and to which output it goes.
    fn choose(self) -> Self::Choice;
}

/// An event of the first of some outputs, or of one of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice<T, R> {
    /// Of the first.
    This(T),
    /// Of one of the others.
    Other(R),
}
