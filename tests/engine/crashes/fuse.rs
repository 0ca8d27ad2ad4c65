//! Failures of user code, which a job survives without its process.

use std::cell::RefCell;
use std::panic::resume_unwind;

thread_local! {
    static FUSES: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// Has the user code of this thread panic after so many calls, then again after as many as the next
/// says.
pub fn arm(calls: Vec<u64>) {
    FUSES.set(calls);
}

/// A call of user code. A panic says nothing: it is one of thousands.
pub fn burn() {
    let blows = FUSES.with_borrow_mut(|fuses| {
        let Some(left) = fuses.last_mut() else { return false };
        *left = left.saturating_sub(1);
        *left == 0 && fuses.pop().is_some()
    });
    if blows {
        resume_unwind(Box::new("the fuse has blown"));
    }
}
