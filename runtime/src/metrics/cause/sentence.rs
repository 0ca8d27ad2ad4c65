//! The sentence about the limit of a job.

use super::find::Limit;
use super::headroom::{Amplification, NextLimit};
use super::loads::StageLoads;
use super::reason::{HotShare, LimitReason, count};
use super::text::{in_full, listed, name, rounded, spoken, times};
use crate::metrics::{LiveMetrics, LiveNode, Share};
use millstream_graph::shape::Kind;
use std::fmt::Write as _;
use std::time::Duration;

/// What is advised carries at most this many times the rate.
const MOST_ADVISED: f64 = 2.0;

/// Less than this is no gain.
const GAIN: f64 = 1.1;

/// The share of all cores that is busy when there are none to spare.
const CORES_BUSY: f64 = 0.9;

/// What the sentence says besides the limit: the next one, where events multiply, and what else is
/// at its limit.
type Besides<'a> = (Option<NextLimit>, Option<Amplification>, &'a [usize]);

/// About a node that is the limit.
pub(super) fn limited(
    loads: &StageLoads<'_>,
    limit: &Limit,
    (next, amplified, also): Besides<'_>,
    shows_key: bool,
) -> String {
    let live = loads.live;
    let Some(node) = live.nodes.get(limit.why.node) else { return String::new() };
    let factor = next.map_or(MOST_ADVISED, |next| next.headroom().min(MOST_ADVISED));
    let mut text = match limit.why.reason {
        LimitReason::DeclaredRate => declared(node),
        LimitReason::SlowSink => slow(node, limit),
        LimitReason::HotKey => hot(node, limit, shows_key),
        LimitReason::UnevenKeys => uneven(node, loads, limit),
        LimitReason::Awaiting => calls(node, limit, factor),
        _ => computes(loads, node, limit, factor),
    };
    if !also.is_empty() {
        let verb = if also.len() == 1 { "is at its limit" } else { "are at their limits" };
        let also: Vec<String> = also.iter().map(|node| name(live, *node)).collect();
        write!(text, "; {} {verb} too", listed(&also)).ok();
    }
    if let Some(next) = next.filter(|next| !also.contains(&next.node)) {
        let (next, headroom) = (name(live, next.node), times(next.headroom()));
        write!(text, "; next limit: {next} at {headroom}×").ok();
    }
    if let Some(found) = amplified
        && let Some(edge) = live.edges.get(found.edge)
    {
        let (from, to, by) = (name(live, edge.from), name(live, edge.to), times(found.by));
        let in_all = times(found.in_all);
        write!(
            text,
            "; amplification: it receives {in_all} events per source event; {from} emits {by} to \
             {to} per event"
        )
        .ok();
    }
    text
}

/// About a job without a limit of its own.
pub(super) fn keeps_up(live: &LiveMetrics, busiest: Option<NextLimit>) -> String {
    let mut text = "the job keeps up with its sources".to_owned();
    if let Some(next) = busiest {
        let (node, share) = (name(live, next.node), Share(next.at_work));
        let headroom = times(next.headroom());
        write!(text, "; busiest {node}, at {share}; headroom {headroom}×").ok();
    }
    let is_paused = |node: &&LiveNode| node.instances.iter().any(|one| one.counts.paused);
    let paused = live.nodes.iter().filter(is_paused).map(|node| format!("`{}`", node.name));
    let paused: Vec<String> = paused.collect();
    if !paused.is_empty() {
        let verb = if paused.len() == 1 { "is" } else { "are" };
        write!(text, "; {} {verb} paused", listed(&paused)).ok();
    }
    text
}

/// About sources that wait for room although no node is at work for long.
pub(super) fn bursts(live: &LiveMetrics, held_back: f64, busiest: Option<NextLimit>) -> String {
    let share = Share(held_back);
    let mut text =
        format!("no lasting limit: sources wait for room {share} of the time, in bursts");
    if let Some(next) = busiest {
        write!(text, "; busiest {}, at {}", name(live, next.node), Share(next.at_work)).ok();
    }
    text
}

fn declared(node: &LiveNode) -> String {
    let rate = node.limit.unwrap_or_default();
    format!("held at {} as declared by `{}`", in_full(rate), node.name)
}

fn slow(node: &LiveNode, limit: &Limit) -> String {
    let (share, name) = (Share(limit.task.at_work()), &node.name);
    if limit.task.awaiting > limit.task.busy {
        format!("`{name}` is slow: it waits for its resource {share} of the time")
    } else {
        format!("`{name}` is slow: it is busy {share} of the time")
    }
}

fn hot(node: &LiveNode, limit: &Limit, shows_key: bool) -> String {
    let name = &node.name;
    let Some(HotShare { key, share }) = &limit.why.key else { return String::new() };
    let key = key.as_ref().filter(|_| shows_key);
    if node.top_keys.is_empty() {
        let key = key.map_or(String::new(), |event| format!(", that of {event},"));
        return format!(
            "one key{key} holds up the calls of `{name}`: {share} of the waiting events have it; \
             more calls in flight do not help"
        );
    }
    let key = key.map_or(String::new(), |key| format!(", `{key}`,"));
    format!("one key{key} has {share} of the events of `{name}`: more instances do not help")
}

fn uneven(node: &LiveNode, loads: &StageLoads<'_>, limit: &Limit) -> String {
    let tasks = loads.stage(limit.stage).map(|stage| stage.tasks.as_slice()).unwrap_or_default();
    let least = tasks.iter().map(|task| task.at_work()).fold(1.0, f64::min);
    format!(
        "`{}` is the limit: its keys are uneven, instance {} is at work {} of the time and another \
         {}",
        node.name,
        limit.instance,
        Share(limit.task.at_work()),
        Share(least)
    )
}

fn calls(node: &LiveNode, limit: &Limit, factor: f64) -> String {
    let all = || node.instances.iter().filter_map(|instance| instance.calls);
    let (in_flight, most) = all().fold((0, 0), |(in_flight, most), calls| {
        (in_flight + calls.in_flight.min(calls.limit), most + calls.limit)
    });
    let mut text = format!("`{}` is the limit: ", node.name);
    if in_flight == most && most > 0 {
        write!(text, "{in_flight} of {most} calls in flight").ok();
    } else {
        let share = Share(limit.task.awaiting);
        write!(text, "as many calls in flight as may be, {share} of the time").ok();
    }
    let seconds = rounded(most) * limit.task.awaiting / node.received().0;
    if seconds.is_finite() && seconds > 0.0 {
        write!(text, ", each takes {}", spoken(Duration::try_from_secs_f64(seconds).ok())).ok();
    }
    let each = all().map(|calls| calls.limit).max().unwrap_or_default();
    if factor >= GAIN && each > 0 {
        let (more, times) = ((rounded(each) * factor).ceil(), times(factor));
        let instances = node.instances.len();
        let each = if instances == 1 { "" } else { " at each instance" };
        write!(text, "; `in_flight` of {more}{each} would carry {times}× the rate").ok();
    }
    text
}

fn computes(loads: &StageLoads<'_>, node: &LiveNode, limit: &Limit, factor: f64) -> String {
    let share = Share(limit.task.at_work());
    let phase = if limit.task.awaiting > limit.task.busy { "waiting" } else { "busy" };
    let why = if phase == "busy" { "CPU" } else { "awaiting" };
    let others = loads.nodes(limit.stage).filter(|(at, _)| *at != limit.why.node);
    let others: Vec<String> = others.map(|(_, node)| format!("`{}`", node.name)).collect();
    let instances = node.instances.len();
    if !others.is_empty() {
        let tasks = if instances == 1 { "one task, which is" } else { "tasks, which are" };
        return format!(
            "`{}` is the limit: it shares {tasks} {phase} {share} of the time ({why}), with {}; \
             `>> buffer(1_024)` between them measures them apart",
            node.name,
            listed(&others)
        );
    }
    let who = match instances {
        1 => "it is".to_owned(),
        _ if is_even(loads, limit) => format!("its {instances} instances are"),
        _ => format!("its instance {} is", limit.instance),
    };
    let mut text =
        format!("`{}` is the limit: {who} {phase} {share} of the time ({why})", node.name);
    if phase == "busy" && all_cores_are_busy(loads) {
        write!(text, "; so are all {} cores: more instances do not help", loads.live.cores).ok();
    } else if node.kind != Kind::Source && factor >= GAIN && phase == "busy" {
        let more = (count(instances) * limit.task.at_work() * factor).ceil();
        let more = more.max(count(instances + 1));
        write!(text, "; {more} instances would carry {}× the rate", times(factor)).ok();
    }
    text
}

/// Whether tasks compute on as many cores as there are.
fn all_cores_are_busy(loads: &StageLoads<'_>) -> bool {
    let busy: f64 = loads.tasks().map(|(_, _, task)| task.busy).sum();
    loads.live.cores > 0 && busy >= CORES_BUSY * count(loads.live.cores)
}

/// Whether all instances of a limit work nearly as much.
fn is_even(loads: &StageLoads<'_>, limit: &Limit) -> bool {
    let tasks = loads.stage(limit.stage).map(|stage| stage.tasks.as_slice()).unwrap_or_default();
    tasks.iter().all(|task| task.at_work() >= 0.8 * limit.task.at_work())
}
