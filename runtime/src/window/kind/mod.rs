//! The kinds of windows, as declared.

mod aligned;
mod by_clock;
mod counted;
mod global;
mod session;
mod sliding;
mod trailing;
mod tumbling;

pub use aligned::Aligned;
pub(crate) use aligned::in_words;
pub use by_clock::{ByClock, ClockKind, Timetable};
pub use counted::{Counted, counted};
pub use global::{Global, global};
pub use session::{Session, session};
pub use sliding::{EmittedWindows, Sliding, sliding};
pub use trailing::{Spans, Trailing, trailing};
pub use tumbling::{Tumbling, tumbling};
