//! The job of a topology that is being declared.

use crate::builder::Builder;

/// A job whose streams follow.
///
/// `topology!` takes it apart by a pattern, since a field of a pattern can have a `cfg`: an editor
/// is not to see the variable of the macro, which it would offer wherever a value may stand.
#[derive(Debug)]
pub struct BegunJob<D> {
    /// The builder.
    pub job: Builder<D>,
}
