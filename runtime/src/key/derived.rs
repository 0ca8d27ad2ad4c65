//! What a type with `#[derive(Key)]` is asked for, at its name.

/// A type that can be a key if its fields are keys.
#[diagnostic::on_unimplemented(
    message = "a key is `Clone`, `Eq` and `Send`, and `{Self}` is not [M0290]",
    label = "write `#[derive(Clone, PartialEq, Eq, Key)]`",
    note = "help: a key is kept with its state, and compared with others; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0290.md"
)]
#[doc(hidden)]
pub trait IsKeyType {
    /// Does nothing: it compiles if the type can be a key.
    fn check() {}
}

#[diagnostic::do_not_recommend]
impl<T: Clone + Eq + Send + 'static> IsKeyType for T {}
