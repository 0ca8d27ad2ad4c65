//! A law as a value.

use super::broken::BrokenLaw;
use std::fmt;

/// A law, to be checked without the macros.
pub struct Law<P> {
    name: &'static str,
    check: fn(P) -> Result<(), BrokenLaw>,
}

impl<P> fmt::Debug for Law<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Law").field(&self.name).finish()
    }
}

impl<P> Law<P> {
    pub(crate) fn new(name: &'static str, check: fn(P) -> Result<(), BrokenLaw>) -> Self {
        Self { name, check }
    }

    /// Its name, that of the function and of the test.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Checks it on a fresh place.
    ///
    /// # Errors
    /// If the sink breaks the law.
    pub fn check(&self, place: P) -> Result<(), BrokenLaw> {
        (self.check)(place)
    }
}
