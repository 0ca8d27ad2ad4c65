//! Why the limit of a job is one.

use super::loads::{StageLoads, TaskLoad};
use crate::metrics::Share;
use millstream_graph::shape::Kind;
use std::fmt;

/// Instances are uneven if one works this much more than another.
const UNEVEN: f64 = 1.5;

/// A key is hot if one instance has more to do than others, and the key this much more than its
/// share of the events, or so many that more instances hardly help.
const HOT: f64 = 1.5;
const HOT_AT_MOST: f64 = 0.55;
const HOT_ALONE: f64 = 0.6;

/// Why a job is not faster: see [`Cause`](super::Cause).
///
/// # Examples
/// ```
/// use millstream::metrics::LimitReason;
///
/// assert_eq!(LimitReason::HotKey.to_string(), "hot key");
/// assert!(LimitReason::HotKey.is_limit() && !LimitReason::Source.is_limit());
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LimitReason {
    /// Nothing is measured yet.
    #[default]
    Unknown,
    /// The job has ended.
    Ended,
    /// The job keeps up with its sources: they emit no more.
    Source,
    /// Sources wait for room for a part of the time, but no node is busy all the time.
    Bursts,
    /// An operator computes all the time.
    Cpu,
    /// As many calls of an operator are in flight as may be.
    Awaiting,
    /// One key has more events than one instance processes: more instances do not help.
    HotKey,
    /// One instance has more to do than others: its keys have more events, though none is hot.
    UnevenKeys,
    /// A sink is busy, or waits for its resource, all the time.
    SlowSink,
    /// A [`throttle`](crate::builder::Stream::throttle) holds its events to its rate.
    DeclaredRate,
}

impl LimitReason {
    /// Its name in logs and in JSON: `hot key`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Ended => "ended",
            Self::Source => "source",
            Self::Bursts => "bursts",
            Self::Cpu => "cpu",
            Self::Awaiting => "awaiting",
            Self::HotKey => "hot key",
            Self::UnevenKeys => "uneven keys",
            Self::SlowSink => "slow sink",
            Self::DeclaredRate => "declared rate",
        }
    }

    /// Whether a node holds the job back.
    #[must_use]
    pub fn is_limit(self) -> bool {
        !matches!(self, Self::Unknown | Self::Ended | Self::Source | Self::Bursts)
    }
}

impl fmt::Display for LimitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a stage is a limit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Explained {
    /// The node to name.
    pub(super) node: usize,
    pub(super) reason: LimitReason,
    /// The hot key.
    pub(super) key: Option<HotShare>,
}

/// A hot key, and how many events have it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct HotShare {
    /// The key as text; of an operator that awaits, one of its events; none without `Debug`.
    pub(super) key: Option<String>,
    pub(super) share: Share,
}

/// Why a task of a stage is busy or awaiting all the time; none if the stage has no nodes.
pub(super) fn explain(loads: &StageLoads<'_>, stage: usize, instance: usize) -> Option<Explained> {
    let task = loads.task(stage, instance);
    let node = node(loads, stage, task)?;
    let ends = loads.live.nodes.get(node)?.ends();
    let explained = |reason| Some(Explained { node, reason, key: None });
    if task.held > task.busy + task.awaiting {
        return explained(LimitReason::DeclaredRate);
    }
    if ends {
        return explained(LimitReason::SlowSink);
    }
    if let Some(key) = key_of_calls(loads, node, instance) {
        return Some(Explained { node, reason: LimitReason::HotKey, key: Some(key) });
    }
    match keys(loads, stage, task) {
        KeySpread::Even if task.awaiting > task.busy => explained(LimitReason::Awaiting),
        KeySpread::Even => explained(LimitReason::Cpu),
        KeySpread::Uneven => explained(LimitReason::UnevenKeys),
        KeySpread::Hot(key) => {
            Some(Explained { node, reason: LimitReason::HotKey, key: Some(key) })
        }
    }
}

/// The node of a stage to name: what awaits, if it awaits for most of the time, otherwise the first
/// that does not only read.
fn node(loads: &StageLoads<'_>, stage: usize, task: TaskLoad) -> Option<usize> {
    let find = |fits: &dyn Fn(Kind) -> bool| {
        loads.nodes(stage).find(|(_, node)| fits(node.kind)).map(|(at, _)| at)
    };
    let throttle = loads.nodes(stage).find(|(_, node)| node.limit.is_some()).map(|(at, _)| at);
    if let Some(throttle) = throttle.filter(|_| task.held > task.busy + task.awaiting) {
        return Some(throttle);
    }
    if task.awaiting > task.busy {
        let in_full = loads.nodes(stage).find(|(_, node)| {
            let mut calls = node.instances.iter().filter_map(|instance| instance.calls);
            calls.any(|calls| calls.in_flight >= calls.limit && calls.limit > 0)
        });
        let waits = in_full.map(|(at, _)| at).or_else(|| find(&|kind| kind == Kind::Sink));
        if let Some(node) = waits.or_else(|| find(&|kind| kind == Kind::Awaiting)) {
            return Some(node);
        }
    }
    find(&|kind| kind != Kind::Source).or_else(|| find(&|_| true))
}

/// How the events of a stage are distributed over its instances.
enum KeySpread {
    Even,
    Uneven,
    Hot(HotShare),
}

fn keys(loads: &StageLoads<'_>, stage: usize, task: TaskLoad) -> KeySpread {
    if !loads.inputs(stage).any(|edge| edge.grouping == "by key") {
        return KeySpread::Even;
    }
    let Some(tasks) = loads.stage(stage).map(|stage| &stage.tasks) else { return KeySpread::Even };
    let least = tasks.iter().map(|task| task.at_work()).fold(f64::INFINITY, f64::min);
    let is_uneven = tasks.len() > 1 && task.at_work() > UNEVEN * least;
    let top = loads.nodes(stage).filter_map(|(_, node)| node.top_keys.first());
    let top = top.max_by(|one, other| one.share.0.total_cmp(&other.share.0));
    let enough = match tasks.len() {
        1 => HOT_ALONE,
        several => (HOT / count(several)).min(HOT_AT_MOST),
    };
    match top.filter(|top| top.share.0 >= enough) {
        Some(top) if is_uneven || tasks.len() == 1 => {
            KeySpread::Hot(HotShare { key: Some(top.key.clone()), share: top.share })
        }
        _ if is_uneven => KeySpread::Uneven,
        _ => KeySpread::Even,
    }
}

/// The key for whose call most of the events of an instance wait now.
fn key_of_calls(loads: &StageLoads<'_>, node: usize, instance: usize) -> Option<HotShare> {
    let node = loads.live.nodes.get(node)?;
    let calls = node.instances.get(instance)?.calls?;
    let hot = node.hot_keys.iter().find(|hot| hot.instance == instance)?;
    let is_hot = calls.waiting > 0 && calls.in_flight < calls.limit && hot.waiting * 2 >= hot.of;
    let share = Share(count(hot.waiting) / count(hot.of.max(1)));
    is_hot.then(|| HotShare { key: hot.event.clone(), share })
}

#[expect(clippy::cast_precision_loss, reason = "a count is small, or need not be exact")]
pub(super) fn count(number: usize) -> f64 {
    number as f64
}
