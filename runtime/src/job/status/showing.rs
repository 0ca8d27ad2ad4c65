//! Whether the status of a job is shown, and until when.

use super::view::{StatusView, View};
use tokio::sync::oneshot;

/// The status of a job: how it is shown, and whether it is yet.
#[derive(Debug)]
pub(in crate::job) struct Showing {
    shown: StatusView,
    has_begun: bool,
    /// Until the last state is on the terminal.
    done: Option<oneshot::Receiver<()>>,
}

impl Showing {
    pub(in crate::job) fn new(shown: StatusView) -> Self {
        Self { shown, has_begun: false, done: None }
    }

    /// Whether it is shown from the start.
    pub(in crate::job) fn is_from_start(&self) -> bool {
        self.shown.from_start
    }

    /// How the status is to be shown from now on; none if it is already.
    pub(in crate::job) fn begin(&mut self) -> Option<(View, oneshot::Sender<()>)> {
        if std::mem::replace(&mut self.has_begun, true) {
            return None;
        }
        let (finish, done) = oneshot::channel();
        self.done = Some(done);
        Some((self.shown.view, finish))
    }

    pub(in crate::job) fn view(&self) -> View {
        self.shown.view
    }

    /// Waits until the last state is on the terminal; what the program prints next is below it.
    /// Cancel safe.
    pub(in crate::job) async fn ended(&mut self) {
        if let Some(done) = &mut self.done {
            done.await.ok();
            self.done = None;
        }
    }
}
