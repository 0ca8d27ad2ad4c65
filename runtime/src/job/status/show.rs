//! Shows the status of a job until it has ended.

use super::ending::waits_for;
use super::figures::{lag, rates};
use super::lines::{lines, state};
use super::screen::Screen;
use super::table::table;
use super::terminal;
use super::view::View;
use crate::env::Env;
use crate::job::Watch;
use crate::metrics::{Cause, LiveMetrics};
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
    let mut latest: Option<(Arc<LiveMetrics>, Cause)> = None;
    loop {
        tokio::select! {
            biased;
            next = watch.next() => match next {
                Some(live) if live.state.has_ended() => {
                    break display.finish(&live, latest.map(|(_, limit)| limit));
                }
                Some(live) => {
                    let limit = Cause::of(&live);
                    latest = Some((live, limit));
                }
                None => break,
            },
            () = env.clock().sleep(REDRAWN) => {}
        }
        if let Some((live, limit)) = &latest {
            display.show(live, limit, now());
        }
    }
}

/// Says that the job is to end, where nothing is drawn that shows it. What it waits for follows.
pub(in crate::job) fn say_stopping(view: View) {
    if view == View::Log && terminal::can_draw() {
        writeln!(terminal::out(), "stopping the job; Ctrl-C again aborts it").ok();
    }
}

/// Where the status is shown.
struct Display {
    view: View,
    screen: Screen<Stderr>,
    logged: Monotonic,
    /// When it was last said what the job waits for.
    said: Option<Monotonic>,
}

impl Display {
    fn new(view: View, now: Monotonic) -> Self {
        let screen = Screen::new(terminal::out());
        Self { view, screen, logged: now, said: None }
    }

    fn show(&mut self, live: &LiveMetrics, limit: &Cause, now: Monotonic) {
        match self.view {
            // A terminal that has gone shows nothing; the job goes on.
            View::Lines => {
                let (width, _) = room();
                self.screen.draw(&lines(live, limit, width)).ok();
            }
            View::Table => {
                self.screen.draw(&table(live, limit, room())).ok();
            }
            View::Log => {
                if now.since(self.logged) >= LOGGED {
                    self.logged = now;
                    log(live, limit);
                }
                self.say_ending(live, now);
            }
            View::Ending | View::LastTable => self.say_ending(live, now),
        }
    }

    fn say_ending(&mut self, live: &LiveMetrics, now: Monotonic) {
        let is_due = self.said.is_none_or(|said| now.since(said) >= WAITED);
        let Some(text) = waits_for(live).filter(|_| is_due) else { return };
        self.said = Some(now);
        if self.view == View::Log && terminal::can_draw() {
            writeln!(terminal::out(), "{text}").ok();
        } else {
            tracing::info!("{text}");
        }
    }

    /// The last state stays on the terminal, with what has last limited the job. Of a job that was
    /// too short to be seen, no lines are left.
    fn finish(mut self, live: &LiveMetrics, limit: Option<Cause>) {
        let seen = limit.is_some();
        let limit = || limit.unwrap_or_else(|| Cause::of(live));
        match self.view {
            View::Lines if !seen => {}
            View::Lines => {
                let (width, _) = room();
                self.screen.finish(&lines(live, &limit(), width)).ok();
            }
            View::Table => {
                self.screen.finish(&table(live, &limit(), room())).ok();
            }
            View::LastTable => {
                let text = table(live, &limit(), (usize::MAX, usize::MAX)).join("\n");
                writeln!(terminal::out(), "{text}").ok();
            }
            View::Log | View::Ending => {}
        }
    }
}

/// The columns and lines that may be drawn on. One column is left free: a full line would wrap on
/// some terminals.
fn room() -> (usize, usize) {
    let (width, height) = terminal::size();
    (width.saturating_sub(1), height.saturating_sub(1))
}

/// Logs the status of the job. No key is in it, nor anything else of an event.
fn log(live: &LiveMetrics, limit: &Cause) {
    let [read, written] = rates(live).map(|rate| rate.0);
    tracing::info!(
        job = live.job,
        state = %live.state,
        read_per_second = read,
        written_per_second = written,
        lag = lag(live, &live.nodes),
        limit = limit.clone().without_key().to_string(),
        "{}",
        state(live)
    );
}
