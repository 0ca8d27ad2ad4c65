//! The metrics of instances of nodes.

use super::family::Labels;
use super::{MetricFamily, MetricKind, MetricValue};
use crate::metrics::{
    CounterInfo, InstanceMetrics, LiveCalls, LiveInstance, LiveMetrics, LiveNode,
};
use crate::time::EventTime;
use millstream_graph::shape::Kind;

/// A family with at most one sample per instance.
struct PerInstance {
    kind: MetricKind,
    name: &'static str,
    help: &'static str,
    value: fn(&LiveMetrics, &LiveNode, &LiveInstance) -> Option<MetricValue>,
}

/// Those beside the [list](crate::metrics::list) of counters.
const MORE: [PerInstance; 12] = [
    PerInstance {
        kind: MetricKind::Counter,
        name: "millstream_held_seconds",
        help: "Time for which a source ahead of its joins, or events of a throttle, were held.",
        value: |_, node, one| {
            let is_held = node.kind == Kind::Source || node.limit.is_some();
            is_held.then(|| MetricValue::seconds(one.counts.held))
        },
    },
    PerInstance {
        kind: MetricKind::Gauge,
        name: "millstream_paused",
        help: "Whether a source is paused.",
        value: |_, node, one| {
            (node.kind == Kind::Source).then(|| MetricValue::flag(one.counts.paused))
        },
    },
    PerInstance {
        kind: MetricKind::Gauge,
        name: "millstream_idle",
        help: "Whether all inputs are idle, so that the watermark does not wait for them.",
        value: |_, _, one| Some(MetricValue::flag(one.is_idle)),
    },
    PerInstance {
        kind: MetricKind::Gauge,
        name: "millstream_watermark_seconds",
        help: "The watermark, since 1970.",
        value: |_, _, one| watermark(one).map(seconds),
    },
    PerInstance {
        kind: MetricKind::Gauge,
        name: "millstream_watermark_lag_seconds",
        help: "How far the watermark is behind the time of day.",
        value: |live, _, one| {
            Some(MetricValue::Amount(
                seconds(live.at?).as_f64() - seconds(watermark(one)?).as_f64(),
            ))
        },
    },
    PerInstance {
        kind: MetricKind::Gauge,
        name: "millstream_state_keys",
        help: "Keys with state, open windows or rows of a join.",
        value: |_, _, one| one.keys.map(MetricValue::Count),
    },
    PerInstance {
        kind: MetricKind::Gauge,
        name: "millstream_state_bytes",
        help: "What the last durable checkpoint has of it, with rows that are replaced since.",
        value: |_, _, one| one.state_bytes.map(MetricValue::Count),
    },
    PerInstance {
        kind: MetricKind::Gauge,
        name: "millstream_open_windows",
        help: "Windows that are open.",
        value: |_, _, one| one.next_window.map(|next| MetricValue::Count(next.windows)),
    },
    PerInstance {
        kind: MetricKind::Gauge,
        name: "millstream_calls_in_flight",
        help: "Calls in flight.",
        value: |_, _, one| of_calls(one, |calls| calls.in_flight),
    },
    PerInstance {
        kind: MetricKind::Gauge,
        name: "millstream_calls_limit",
        help: "How many calls may be in flight.",
        value: |_, _, one| of_calls(one, |calls| calls.limit),
    },
    PerInstance {
        kind: MetricKind::Gauge,
        name: "millstream_calls_waiting",
        help: "Events that wait for their call.",
        value: |_, _, one| of_calls(one, |calls| calls.waiting),
    },
    PerInstance {
        kind: MetricKind::Gauge,
        name: "millstream_oldest_call_seconds",
        help: "How long the oldest call has been in flight; 0 without any.",
        value: |_, _, one| {
            one.calls.map(|calls| MetricValue::seconds(calls.oldest.unwrap_or_default()))
        },
    },
];

pub(super) fn families(live: &LiveMetrics) -> Vec<MetricFamily> {
    let mut families = counters(live);
    families.push(phases(live));
    families.extend(MORE.iter().map(|more| {
        let samples =
            instances(live).map(|(labels, node, one)| (labels, (more.value)(live, node, one)));
        MetricFamily::new(more.kind, more.name, more.help).with(samples)
    }));
    families.push(call_times(live));
    families.push(declared_rates(live));
    families
}

/// All instances, with their labels and nodes.
fn instances(live: &LiveMetrics) -> impl Iterator<Item = (Labels, &LiveNode, &LiveInstance)> {
    live.nodes.iter().flat_map(move |node| {
        node.instances.iter().enumerate().map(move |(instance, one)| {
            let instance = ("instance", instance.to_string());
            (vec![("job", live.job.clone()), ("node", node.name.clone()), instance], node, one)
        })
    })
}

fn counters(live: &LiveMetrics) -> Vec<MetricFamily> {
    let listed = InstanceMetrics::default().counts().enumerate();
    let family = |(nth, (counter, _)): (usize, (CounterInfo, u64))| {
        let samples = instances(live).map(|(labels, _, one)| {
            let count = one.counts.counts().nth(nth).map(|(_, count)| MetricValue::Count(count));
            (labels, count)
        });
        MetricFamily::new(MetricKind::Counter, counter.family, counter.help).with(samples)
    };
    listed.map(family).collect()
}

fn phases(live: &LiveMetrics) -> MetricFamily {
    let help = "How the tasks have spent their time; nodes of one task have the same.";
    let samples = instances(live).flat_map(|(labels, _, one)| {
        one.phase_totals.named().map(|(phase, time)| {
            let phase = vec![("phase", phase.to_owned())];
            ([labels.clone(), phase].concat(), Some(MetricValue::seconds(time)))
        })
    });
    MetricFamily::new(MetricKind::Counter, "millstream_task_seconds", help).with(samples)
}

fn declared_rates(live: &LiveMetrics) -> MetricFamily {
    let name = "millstream_declared_events_per_second";
    let help = "The rate to which a throttle holds its events.";
    let samples = live.nodes.iter().map(|node| {
        let labels = vec![("job", live.job.clone()), ("node", node.name.clone())];
        (labels, node.limit.map(|limit| MetricValue::Amount(limit.0)))
    });
    MetricFamily::new(MetricKind::Gauge, name, help).with(samples)
}

fn call_times(live: &LiveMetrics) -> MetricFamily {
    let help = "How long calls took; 0 s if they did not have to wait.";
    let times =
        instances(live).map(|(labels, _, one)| (labels, one.calls.map(|calls| calls.times)));
    MetricFamily::new(MetricKind::Histogram, "millstream_call_seconds", help).with_times(times)
}

fn of_calls(instance: &LiveInstance, of: fn(LiveCalls) -> u64) -> Option<MetricValue> {
    instance.calls.map(|calls| MetricValue::Count(of(calls)))
}

/// Its watermark, if it says the event time.
fn watermark(instance: &LiveInstance) -> Option<EventTime> {
    instance.watermark.filter(|at| ![EventTime::MIN, EventTime::MAX].contains(at))
}

fn seconds(at: EventTime) -> MetricValue {
    #[expect(clippy::cast_precision_loss, reason = "exact to the microsecond until 2255")]
    MetricValue::Amount(at.as_micros() as f64 / 1e6)
}
