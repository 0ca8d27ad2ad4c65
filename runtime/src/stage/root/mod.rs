//! Where a chain begins: a source, an inlet, the head of a loop, or the sides of a join.

mod feedback;
mod inlet;
mod sides;
mod source;
mod steps;

pub use feedback::{FeedbackRoot, Returning};
pub use inlet::InletRoot;
pub use sides::Paired;
pub use source::SourceRoot;
