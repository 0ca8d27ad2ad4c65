//! The function that an operator calls for an event or a timer.

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
}

impl<'a> Callee<'a> {
    /// A free function.
    pub(super) fn function(model: &'a Model) -> Self {
        let path = model.ident().to_token_stream();
        Self { model, path, receiver: TokenStream::new() }
    }
}
