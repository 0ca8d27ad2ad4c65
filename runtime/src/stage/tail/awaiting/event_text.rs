//! An event as errors show it.

use crate::operator::Snapshot;

/// An event as shown in errors. Text rather than a copy: the future that holds it must be `Send`.
pub(super) struct EventText(pub(super) Option<String>);

impl Snapshot for EventText {
    fn text(&self) -> Option<String> {
        self.0.clone()
    }
}
