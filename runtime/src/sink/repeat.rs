//! The effect of writing an event again after a failure.

/// An event written again is a duplicate.
///
/// Files, sockets and standard output append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appends;

/// An event written again replaces itself, since it is written under its own key.
///
/// An upsert by primary key is idempotent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Idempotent;

/// What was written after the last checkpoint is cut off before events are written again.
///
/// A file is cut back to its length at the checkpoint. Who reads it while the job runs may see
/// events that are cut off later, and written again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Truncates;

/// Events become visible together with the checkpoint that covers them, and not before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transactional;

/// The effect of writing an event again, as a type: [`Appends`], [`Idempotent`], [`Truncates`] or
/// [`Transactional`].
///
/// # Examples
/// ```
/// use millstream::sink::{Idempotent, Repeat, RepeatEffect};
///
/// assert_eq!(Idempotent::EFFECT, RepeatEffect::Replaces);
/// ```
pub trait Repeat: Send + Sync + 'static {
    /// The same as a value.
    const EFFECT: RepeatEffect;
}

/// The effect of writing an event again, as a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepeatEffect {
    /// The event is there twice.
    Duplicates,
    /// The event replaces itself.
    Replaces,
    /// The first one is cut off.
    CutBack,
    /// The first one was never visible: its transaction was aborted.
    Commits,
}

impl Repeat for Appends {
    const EFFECT: RepeatEffect = RepeatEffect::Duplicates;
}

impl Repeat for Idempotent {
    const EFFECT: RepeatEffect = RepeatEffect::Replaces;
}

impl Repeat for Truncates {
    const EFFECT: RepeatEffect = RepeatEffect::CutBack;
}

impl Repeat for Transactional {
    const EFFECT: RepeatEffect = RepeatEffect::Commits;
}
