//! How event time is shown.

use super::EventTime;
use crate::peek::{Peek, Peekers};
use std::fmt;

#[diagnostic::do_not_recommend]
impl Peek for EventTime {
    fn peek(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn register(_: &mut Peekers) {}
}
