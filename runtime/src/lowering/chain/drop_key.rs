//! Declared removal of keys.

use super::{At, LinkSpec};
use crate::event::WithKey;
use crate::stage::DropKey;

/// Declares a [`DropKey`] link, for an operator on windows that keeps no state.
#[derive(Debug)]
pub struct DropKeySpec;

impl<K, T: Send + 'static> LinkSpec<WithKey<K, T>> for DropKeySpec {
    type Out = T;
    type Link = DropKey;

    fn build(&self, _: &mut At<'_>) -> DropKey {
        DropKey
    }
}
