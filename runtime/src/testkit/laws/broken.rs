//! What a law reports that does not hold.

use crate::error::Error;
use std::fmt;

/// Whether a law holds.
pub(super) type Lawful = Result<(), BrokenLaw>;

/// A sink breaks a law: what was done, what was expected, and what was seen.
///
/// Printed the same way by `{}` and `{:?}`, so that a test that returns it can be read.
#[derive(Clone, PartialEq, Eq)]
pub struct BrokenLaw {
    message: String,
}

impl BrokenLaw {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }

    /// A step that failed and must not.
    pub(super) fn failed(step: &str, error: &Error) -> Self {
        Self::new(format!("{step} failed, which must succeed: {error:#}"))
    }

    /// Compares the visible events with those expected; `None` if they are the same, in any order.
    pub(super) fn difference<T: fmt::Debug + PartialEq>(
        expected: Vec<T>,
        visible: &[T],
        when: &str,
    ) -> Option<Self> {
        let (mut missing, mut extra) = (Vec::new(), visible.iter().collect::<Vec<_>>());
        for event in &expected {
            match extra.iter().position(|other| *other == event) {
                Some(at) => drop(extra.swap_remove(at)),
                None => missing.push(event),
            }
        }
        let mut parts = Vec::new();
        if !missing.is_empty() {
            parts.push(format!("{missing:?} missing"));
        }
        let (twice, strange): (Vec<_>, Vec<_>) =
            extra.into_iter().partition(|event| expected.contains(event));
        if !twice.is_empty() {
            parts.push(format!("{twice:?} there twice"));
        }
        if !strange.is_empty() {
            parts.push(format!("{strange:?} visible, which must not be"));
        }
        let of = |expected: &[T]| format!("expected the visible events {expected:?}");
        (!parts.is_empty())
            .then(|| Self::new(format!("{when}: {}, found {}", of(&expected), parts.join(", "))))
    }
}

impl fmt::Display for BrokenLaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for BrokenLaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for BrokenLaw {}
