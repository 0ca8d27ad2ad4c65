//! The machine-readable result on standard output.

use crate::figures::{Figures, Measured, Spread, Worked};
use crate::work::Work;
use serde_json::{Map, Value, json};

/// Prints one JSON object: works, systems within each, medians of their costs within each.
///
/// # Errors
/// If the output cannot be written.
pub fn json(figures: &Figures) -> serde_json::Result<String> {
    let of = |Worked { work, systems, .. }: &Worked| {
        let systems: Map<String, Value> =
            systems.iter().map(|one| (one.system.to_string(), system(*work, one))).collect();
        (work.to_string(), Value::Object(systems))
    };
    let works: Map<String, Value> = figures.works.iter().map(of).collect();
    serde_json::to_string(&works)
}

fn system(work: Work, one: &Measured) -> Value {
    let median = |values: Vec<f64>| Spread::of(values).map(|spread| spread.median);
    let mut found = json!({
        "cpu_ns": median(one.cpu()),
        "events_per_s": median(one.rates()),
        "peak_mb": median(one.peaks()),
    });
    if let Work::Latency(_) = work {
        found["p50_us"] = median(one.delays(|all| all.p50)).into();
        found["p99_us"] = median(one.delays(|all| all.p99)).into();
        found["p999_us"] = median(one.delays(|all| all.p999)).into();
        found["max_us"] = median(one.delays(|all| all.max)).into();
    }
    if work == Work::Memory {
        found["bytes_per_key"] = median(one.grown()).into();
    }
    found
}
