//! The variables of the environment that set something.

use std::ffi::OsString;

/// Looks variables up.
#[derive(Clone, Copy)]
pub(super) struct Variables<'a>(pub(super) &'a dyn Fn(&str) -> Option<OsString>);

impl Variables<'_> {
    /// Those of the process.
    pub(super) fn of_process() -> Self {
        Self(&|name| std::env::var_os(name))
    }

    /// The value of a variable; an empty one sets nothing, since many tools cannot unset any.
    pub(super) fn get(&self, name: &str) -> Option<OsString> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    /// The value as text. What is not text in it is replaced, so that it is refused with the rest.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(|value| value.to_string_lossy().into_owned())
    }
}
