//! Server-sent events: what is new, as it comes.

use crate::env::Env;
use crate::metrics::LiveMetrics;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The least time from one event of a feed to the next, but for the last: 2 Hz at most.
const APART: Duration = Duration::from_millis(500);

/// The figures of a job, as often as there are new ones; ends with those of its end, at once.
pub(super) fn figures(
    mut live: watch::Receiver<Arc<LiveMetrics>>,
    env: Env,
    text: impl Fn(&Arc<LiveMetrics>) -> Arc<str> + Send + 'static,
) -> BoxStream<'static, String> {
    live.mark_changed();
    stream::unfold((live, env, text, FeedTurn::First), |(mut live, env, text, turn)| async move {
        match turn {
            FeedTurn::First => {}
            FeedTurn::Next => {
                let mut end = live.clone();
                tokio::select! {
                    () = env.clock().sleep(APART) => {}
                    // The server goes with its job: a viewer who waits on would miss the end.
                    _ = end.wait_for(|live| live.state.has_ended()) => {}
                }
            }
            FeedTurn::Over => return None,
        }
        live.changed().await.ok()?;
        let now = Arc::clone(&live.borrow_and_update());
        let turn = if now.state.has_ended() { FeedTurn::Over } else { FeedTurn::Next };
        Some((event(&text(&now)), (live, env, text, turn)))
    })
    .boxed()
}

/// Which event of a feed comes next.
enum FeedTurn {
    First,
    Next,
    Over,
}

/// An event of a feed; `text` is one line.
pub(super) fn event(text: &str) -> String {
    format!("data: {text}\n\n")
}
