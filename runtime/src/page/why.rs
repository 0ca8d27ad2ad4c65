//! Why a job is slow, or a node silent: what the page says about it.

use crate::metrics::LiveMetrics;
use serde_json::{Map, Value, json};

/// What limits the job.
pub(super) fn slow(_: &LiveMetrics) -> Map<String, Value> {
    let fields = [
        ("text", json!("not known")),
        ("node", Value::Null),
        ("instance", Value::Null),
        ("reason", Value::Null),
        ("share", Value::Null),
        ("key", Value::Null),
        ("also", json!([])),
        ("headroom", Value::Null),
        ("next", Value::Null),
    ];
    fields.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
}

/// Why a node has emitted nothing.
pub(super) fn silent(_: &LiveMetrics, node: &str) -> Value {
    json!({ "v": 1, "node": node, "text": "not known" })
}
