//! What a program shows of its job while it runs.

use super::status::{Status, say_stopping, show};
use super::{Config, Job};

impl Config {
    /// Sets where the program shows what its job does: three lines on the terminal, a table, or
    /// nothing. Default [`Status::Auto`]; `MILLSTREAM_STATUS` sets it too: `auto`, `on`, `top` or
    /// `off`.
    ///
    /// Standard output stays that of the program. A program that prints on the terminal by itself,
    /// and is not known to, sets [`Status::Off`].
    ///
    /// # Examples
    /// ```
    /// use millstream::job::Status;
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let topology = topology!(numbers = source(from_iter(0..10)), numbers >> ignore);
    /// topology.run(Config::default().status(Status::Off)).await
    /// # }
    /// ```
    #[must_use]
    pub fn status(mut self, status: Status) -> Self {
        self.status = status;
        self
    }
}

impl Job {
    /// Shows the status from now on, as the configuration has it.
    pub(super) fn show_status(&mut self) {
        if self.showing.view().is_seen() {
            self.begin_to_show();
        }
    }

    /// Says what the job waits for, now that it is to end.
    pub(super) fn show_ending(&mut self) {
        say_stopping(self.showing.view());
        self.begin_to_show();
    }

    fn begin_to_show(&mut self) {
        let Some((view, finish)) = self.showing.begin() else { return };
        let (watch, env) = (self.watch(), self.metrics_reader().env);
        let shown = show(watch, view, env.clone());
        env.spawn(Box::pin(async move {
            shown.await;
            finish.send(()).ok();
        }));
    }
}
