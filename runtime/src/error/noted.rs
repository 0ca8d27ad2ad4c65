//! What a panic interrupted, noted while it unwinds.

use super::Error;
use std::cell::RefCell;

thread_local! {
    static NOTED: RefCell<Option<Error>> = const { RefCell::new(None) };
}

/// Notes the code that a panic unwinds through. The innermost is noted first, and stays: it is the
/// most exact.
#[cold]
pub(crate) fn note_panic(error: impl FnOnce() -> Error) {
    NOTED.with_borrow_mut(|noted| {
        noted.get_or_insert_with(error);
    });
}

/// What was noted, which is forgotten.
#[cold]
pub(crate) fn take_noted() -> Option<Error> {
    NOTED.with_borrow_mut(Option::take)
}
