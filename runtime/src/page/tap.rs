//! Some of the events of an edge, while somebody looks.

use super::feed::event;
use super::json::time;
use crate::env::Env;
use crate::metrics::{EACH, EdgeCounters, TappedEvent};
use crate::peek::PeekedEvent;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use millstream_graph::short_name;
use serde_json::json;
use std::sync::Arc;

/// One who looks at an edge. When it has gone, nothing is shown.
struct Viewer(Arc<EdgeCounters>);

impl Drop for Viewer {
    fn drop(&mut self) {
        self.0.tap.leave();
    }
}

/// The events of an edge from now on, at most 20 a second.
pub(super) fn events(edge: Arc<EdgeCounters>, env: Env) -> BoxStream<'static, String> {
    let first = edge.tap.number();
    stream::unfold((Viewer(edge), env, first), |(viewer, env, mut next)| async move {
        let tap = &viewer.0.tap;
        loop {
            tap.ask(env.clock().monotonic());
            env.clock().sleep(EACH).await;
            let (seen, number) = tap.since(next);
            next = number;
            if !seen.is_empty() {
                return Some((seen.iter().map(shown).collect(), (viewer, env, next)));
            }
        }
    })
    .boxed()
}

/// An event, as an event of the feed.
fn shown(tapped: &TappedEvent) -> String {
    let (text, is_shown) = match &tapped.event {
        PeekedEvent::Shown(text) => (text.clone(), true),
        PeekedEvent::Sized { name, bytes } => {
            (format!("{}, {bytes} bytes", short_name(name)), false)
        }
    };
    let object = json!({
        "key": tapped.key.map(|key| format!("{key:04x}")),
        "time": tapped.time.and_then(time),
        "event": text,
        "is_shown": is_shown,
    });
    event(&object.to_string())
}

#[cfg(test)]
mod tests {
    use super::shown;
    use crate::metrics::TappedEvent;
    use crate::peek::PeekedEvent;
    use crate::time::EventTime;

    #[test]
    fn an_event_is_a_line_of_json() {
        let event = PeekedEvent::Shown("Line { text: \"a\nb\" }".into());
        let tapped = TappedEvent { key: Some(0xab), time: Some(EventTime::from_secs(60)), event };
        let (event, rest) = (
            r#""event":"Line { text: \"a\nb\" }","is_shown":true"#,
            r#""key":"00ab","time":"1970-01-01T00:01:00Z""#,
        );
        assert_eq!(shown(&tapped), format!("data: {{{event},{rest}}}\n\n"));
        let event = PeekedEvent::Sized { name: "bank::Payment<alloc::string::String>", bytes: 40 };
        let event = shown(&TappedEvent { key: None, time: None, event });
        let line =
            r#"{"event":"Payment<String>, 40 bytes","is_shown":false,"key":null,"time":null}"#;
        assert_eq!(event, format!("data: {line}\n\n"));
    }
}
