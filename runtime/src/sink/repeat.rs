//! What becomes of an event that is written again after a failure.

/// An event that is written again is there twice. Files, sockets and standard output do so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appends;

/// An event that is written again replaces itself: what is written is found by a key of its own, as
/// a row by its primary key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Idempotent;

/// What is written becomes visible together with the checkpoint that covers it, and not before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transactional;

/// What becomes of an event that is written again, as a type: [`Appends`], [`Idempotent`] or
/// [`Transactional`].
pub trait Repeat: Send + Sync + 'static {
    /// The same as a value.
    const EFFECT: RepeatEffect;
}

/// What becomes of an event that is written again, as a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepeatEffect {
    /// It is there twice.
    Duplicates,
    /// It replaces itself.
    Replaces,
    /// It was not visible before.
    Commits,
}

impl Repeat for Appends {
    const EFFECT: RepeatEffect = RepeatEffect::Duplicates;
}

impl Repeat for Idempotent {
    const EFFECT: RepeatEffect = RepeatEffect::Replaces;
}

impl Repeat for Transactional {
    const EFFECT: RepeatEffect = RepeatEffect::Commits;
}
