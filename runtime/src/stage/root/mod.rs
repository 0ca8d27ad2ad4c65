//! Where events enter a chain: a source, an input gate, the head of a loop, or the sides of a join.

mod emissions;
mod feedback;
mod gate;
mod loop_log;
mod pace;
mod path;
mod sides;
mod source;

pub use feedback::{FeedbackRoot, Returning};
pub use gate::GateRoot;
pub use path::PathRoot;
pub use sides::Paired;
pub use source::SourceRoot;
