//! The function that an operator calls for an event or a timer.

use super::body::Paths;
use super::model::Model;
use proc_macro2::TokenStream;
use quote::ToTokens;

/// A function of the operator.
pub(super) struct Callee<'a> {
    pub(super) model: &'a Model,
    /// Its path.
    pub(super) path: TokenStream,
    /// Its receiver, with a comma.
    pub(super) receiver: TokenStream,
    pub(super) result: CallResult,
}

/// What a call of the function returns.
pub(super) enum CallResult {
    /// What the function returns, called as a plain one. The `async fn`, which must count as used
    /// by the operator.
    Value(TokenStream),
    /// A future.
    Future,
}

impl<'a> Callee<'a> {
    /// A free function.
    pub(super) fn function(model: &'a Model) -> Self {
        let (path, result) = match Paths::of(model) {
            Some(Paths { body, caller }) => (body, CallResult::Value(caller)),
            None => (model.ident().to_token_stream(), CallResult::Future),
        };
        Self { model, path, receiver: TokenStream::new(), result }
    }
}
