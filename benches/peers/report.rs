//! The machine-readable result.

use crate::turns::Measured;
use crate::work::Work;
use serde_json::{Map, Value, json};

/// Prints one JSON object: works, systems within each, costs within each.
///
/// # Errors
/// If the output cannot be written.
pub fn json(all: &[(Work, Vec<Measured>)]) -> serde_json::Result<String> {
    let of = |(work, measured): &(Work, Vec<Measured>)| {
        let systems: Map<String, Value> =
            measured.iter().map(|one| (one.system.to_string(), system(*work, one))).collect();
        (work.to_string(), Value::Object(systems))
    };
    let works: Map<String, Value> = all.iter().map(of).collect();
    serde_json::to_string(&works)
}

fn system(work: Work, one: &Measured) -> Value {
    let [rate, ..] = one.rate();
    let mut found = json!({"cpu_ns": one.cpu(), "events_per_s": rate, "peak_mb": one.peak()});
    if let Some([half, most, nearly]) = one.delays() {
        found["p50_us"] = half.into();
        found["p99_us"] = most.into();
        found["p999_us"] = nearly.into();
    }
    if work == Work::Memory {
        found["bytes_per_key"] = one.grown().into();
    }
    found
}
