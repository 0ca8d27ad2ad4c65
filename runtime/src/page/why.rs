//! Why a job is slow, or a node silent: what the page says about it.

use crate::metrics::LiveMetrics;
use serde_json::{Value, json};

/// What limits the job.
pub(super) fn slow(_: &LiveMetrics) -> Value {
    json!({
        "text": "not known",
        "node": null,
        "instance": null,
        "reason": null,
        "share": null,
        "key": null,
        "also": [],
        "headroom": null,
        "next": null,
    })
}

/// Why a node has emitted nothing.
pub(super) fn silent(_: &LiveMetrics, node: &str) -> Value {
    json!({ "v": 1, "node": node, "text": "not known" })
}
