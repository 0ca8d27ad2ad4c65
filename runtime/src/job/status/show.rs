//! Shows the status of a job until it has ended.

use super::ending::waits_for;
use super::figures::{lag, rates};
use super::limit::NamedLimit;
use super::lines::{lines, state};
use super::screen::Screen;
use super::table::table;
use super::terminal;
use super::view::View;
use crate::env::Env;
use crate::job::Watch;
use crate::metrics::LiveMetrics;
use crate::time::Monotonic;
use futures::StreamExt;
use std::io::{Stderr, Write};
use std::sync::Arc;
use std::time::Duration;

/// How often a terminal is drawn on, whatever others have printed there.
const REDRAWN: Duration = Duration::from_millis(500);

/// How often the log has the status.
const LOGGED: Duration = Duration::from_secs(30);

/// How often it is said what a job waits for at its end.
const WAITED: Duration = Duration::from_secs(5);

/// Shows what is watched, until the job has ended.
pub(in crate::job) async fn show(mut watch: Watch, view: View, env: Env) {
    let now = || env.clock().monotonic();
    let mut display = Display::new(view, now());
    let mut latest: Option<Arc<LiveMetrics>> = None;
    loop {
        tokio::select! {
            biased;
            next = watch.next() => match next {
                Some(live) if live.state.has_ended() => break display.finish(&live),
                Some(live) => latest = Some(live),
                None => break,
            },
            () = env.clock().sleep(REDRAWN) => {}
        }
        if let Some(live) = &latest {
            display.show(live, now());
        }
    }
}

/// Says that the job is to end, where nothing is drawn that shows it. What it waits for follows.
pub(in crate::job) fn say_stopping(view: View) {
    if matches!(view, View::Log | View::LastTable) && terminal::can_draw() {
        writeln!(terminal::out(), "stopping the job; Ctrl-C again aborts it").ok();
    }
}

/// Where the status is shown.
struct Display {
    view: View,
    screen: Screen<Stderr>,
    /// What has last limited the job; none if nothing is drawn yet. It stays at the end.
    limit: Option<NamedLimit>,
    logged: Monotonic,
    /// When it was last said what the job waits for.
    said: Option<Monotonic>,
}

impl Display {
    fn new(view: View, now: Monotonic) -> Self {
        let screen = Screen::new(terminal::out());
        Self { view, screen, limit: None, logged: now, said: None }
    }

    fn show(&mut self, live: &LiveMetrics, now: Monotonic) {
        match self.view {
            View::Lines | View::Table => {
                let limit = NamedLimit::of(live);
                let block = self.block(live, &limit);
                self.limit = Some(limit);
                // A terminal that has gone shows nothing; the job goes on.
                self.screen.draw(&block).ok();
            }
            View::Log => {
                if now.since(self.logged) >= LOGGED {
                    self.logged = now;
                    log(live);
                }
                self.say_ending(live, now);
            }
            View::Ending | View::LastTable => self.say_ending(live, now),
        }
    }

    /// What is drawn. One column is left free: a full line would wrap on some terminals.
    fn block(&self, live: &LiveMetrics, limit: &NamedLimit) -> Vec<String> {
        let (width, height) = terminal::size();
        let (width, height) = (width.saturating_sub(1), height.saturating_sub(1));
        match self.view {
            View::Table | View::LastTable => table(live, limit, (width, height)),
            View::Lines | View::Log | View::Ending => lines(live, limit, width).to_vec(),
        }
    }

    fn say_ending(&mut self, live: &LiveMetrics, now: Monotonic) {
        let is_due = self.said.is_none_or(|said| now.since(said) >= WAITED);
        let Some(text) = waits_for(live).filter(|_| is_due) else { return };
        self.said = Some(now);
        if self.view != View::Ending && terminal::can_draw() {
            writeln!(terminal::out(), "{text}").ok();
        } else {
            tracing::info!("{text}");
        }
    }

    /// The last state stays on the terminal. A job that was too short to be seen leaves none.
    fn finish(mut self, live: &LiveMetrics) {
        let shown = match self.view {
            View::Lines => self.limit.is_some(),
            View::Table | View::LastTable => true,
            View::Log | View::Ending => false,
        };
        if !shown {
            return;
        }
        let limit = self.limit.take().unwrap_or_else(|| NamedLimit::of(live));
        if self.view == View::LastTable {
            let text = table(live, &limit, (usize::MAX, usize::MAX)).join("\n");
            writeln!(terminal::out(), "{text}").ok();
            return;
        }
        let block = self.block(live, &limit);
        self.screen.finish(&block).ok();
    }
}

/// Logs the status of the job. No key is in it, nor anything else of an event.
fn log(live: &LiveMetrics) {
    let [read, written] = rates(live).map(|rate| rate.0);
    tracing::info!(
        job = live.job,
        state = %live.state,
        read_per_second = read,
        written_per_second = written,
        lag = lag(live, &live.nodes),
        limit = NamedLimit::of(live).for_logs,
        "{}",
        state(live)
    );
}
