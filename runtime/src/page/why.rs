//! Why a job is slow, or a node silent: what the page says about it.

use crate::metrics::{Cause, LiveMetrics, Silence};
use serde_json::{Map, Value, json};

/// Whether keys are shown: they are a part of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyNames {
    Shown,
    Hidden,
}

/// What limits the job.
pub(super) fn slow(live: &LiveMetrics, names: KeyNames) -> Map<String, Value> {
    let cause = Cause::of(live);
    let cause = if names == KeyNames::Hidden || is_an_event(&cause, live) {
        cause.without_key()
    } else {
        cause
    };
    let fields = [
        ("text", json!(cause.to_string())),
        ("node", json!(cause.node)),
        ("instance", json!(cause.instance)),
        ("reason", json!(cause.reason.name())),
        ("is_limit", json!(cause.reason.is_limit())),
        ("share", json!(cause.share.0)),
        ("key", json!(cause.key)),
        ("also", json!(cause.also)),
        ("headroom", json!(cause.headroom)),
        ("next", json!(cause.next)),
        ("amplified", json!(cause.amplified)),
    ];
    fields.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
}

/// Whether the key is known by one of its events only, which `Debug` has written.
fn is_an_event(cause: &Cause, live: &LiveMetrics) -> bool {
    let node = cause.node.and_then(|node| live.nodes.get(node));
    let mut events = node.into_iter().flat_map(|node| &node.hot_keys).map(|hot| &hot.event);
    cause.key.is_some() && events.any(|event| *event == cause.key)
}

/// Why a node has emitted nothing; `None` if there is no node of this name.
pub(super) fn silent(live: &LiveMetrics, node: &str) -> Option<Value> {
    let silence = Silence::of(live, node)?;
    let text = silence.to_string();
    Some(json!({ "v": 1, "node": silence.node, "at": silence.at, "text": text }))
}
