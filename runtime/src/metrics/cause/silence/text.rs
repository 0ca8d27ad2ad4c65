//! The sentence about a silence.

use super::because::SilenceReason;
use super::holder::find;
use super::own::rate_in;
use crate::metrics::cause::text::{name, spoken};
use crate::metrics::{LiveMetrics, LiveNode, WatermarkHolder};
use crate::time::EventTime;
use std::fmt::Write as _;
use std::time::Duration;

/// Why a node is silent, in one line.
pub(super) fn sentence(
    live: &LiveMetrics,
    node: usize,
    (at, reason): (usize, &SilenceReason),
) -> String {
    let (who, about) = (name(live, node), name(live, at));
    let reason = because(live, (at, &about), reason);
    if at == node {
        return reason;
    }
    let verb = if rate_in(live, node) > 0.0 { "emits" } else { "receives" };
    format!("{who} {verb} nothing: {reason}")
}

fn because(live: &LiveMetrics, (at, who): (usize, &str), reason: &SilenceReason) -> String {
    match reason {
        SilenceReason::Emits(rate) => {
            let ends = live.nodes.get(at).is_some_and(LiveNode::ends);
            format!("{who} is not silent: it {} {rate}", if ends { "receives" } else { "emits" })
        }
        SilenceReason::Ended => format!("{who} has ended"),
        SilenceReason::NoInput { since, edge } => no_input(live, who, *since, *edge),
        SilenceReason::Paused => format!("{who} is paused"),
        SilenceReason::Ahead => format!(
            "{who} is not read: it is ahead, in event time, of the sources that it is joined with"
        ),
        SilenceReason::Fires { at, watermark, .. } => {
            let watermark = watermark.map_or("before all events".to_owned(), |at| at.to_string());
            format!(
                "{who} has open windows, and fires when the watermark reaches {at}; it is \
                 {watermark}"
            )
        }
        SilenceReason::Waiting { until, watermark, held_by, last_event, idle_in } => {
            waiting(live, who, (*until, *watermark), (held_by, *last_event, *idle_in))
        }
        SilenceReason::AllLate { late, of } => {
            format!("{who} drops its events as late: {late} of {of} were behind the watermark")
        }
        SilenceReason::AllErrors { errors, of } => {
            format!("the events of {who} are errors: {errors} of {of} went to `.errors`")
        }
        SilenceReason::NoMatch { side, unmatched } => no_match(live, who, *side, *unmatched),
        SilenceReason::Filtered { received } => {
            format!("{who} emits none of the {received} events it has received")
        }
        SilenceReason::Held(rate) => format!("{who} holds its events to {rate}, as declared"),
        SilenceReason::Blocked(cause) => format!("{who} waits for room: {cause}"),
        SilenceReason::Calls { in_flight, oldest } => {
            let calls = if *in_flight == 1 { "call" } else { "calls" };
            let oldest = spoken(Some(*oldest));
            format!("{who} waits for {in_flight} {calls} in flight, the oldest for {oldest}")
        }
    }
}

fn no_input(live: &LiveMetrics, who: &str, since: Option<Duration>, edge: Option<usize>) -> String {
    let since = match since {
        Some(since) => format!(" for {}", spoken(Some(since))),
        None => " yet".to_owned(),
    };
    let Some(edge) = edge.and_then(|edge| live.edges.get(edge)) else {
        return format!("{who} has had no events{since}");
    };
    // A window counts what it receives as results only.
    let since = if edge.events > 0 && since == " yet" { String::new() } else { since };
    let from = live.nodes.get(edge.from).map_or("?", |node| node.name.as_str());
    let output = edge.output.as_ref().map_or(String::new(), |output| format!(".{output}"));
    let to = name(live, edge.to);
    format!("no events have passed from `{from}{output}` to {to}{since}")
}

fn waiting(
    live: &LiveMetrics,
    who: &str,
    (until, watermark): (EventTime, Option<EventTime>),
    (held_by, last_event, idle_in): (&WatermarkHolder, Option<Duration>, Option<Duration>),
) -> String {
    let mut text = format!("{who} waits for the watermark to reach {until}");
    match watermark {
        Some(watermark) => write!(text, "; it is {watermark}").ok(),
        None => write!(text, "; there is none yet").ok(),
    };
    let holder = find(live, held_by);
    let several = holder.is_some_and(|(_, node, _)| node.instances.len() > 1);
    let instance = if several { format!(" instance {}", held_by.instance) } else { String::new() };
    write!(text, ", held back by `{}`{instance}", held_by.node).ok();
    match last_event {
        Some(ago) => write!(text, ", which has had no events for {}", spoken(Some(ago))).ok(),
        None => write!(text, ", which has had no events yet").ok(),
    };
    if holder.is_some_and(|(_, _, instance)| instance.counts.paused) {
        text.push_str(" and is paused");
    }
    if let Some(idle_in) = idle_in.filter(|left| !left.is_zero()) {
        write!(text, "; it is left out as idle in {}", spoken(Some(idle_in))).ok();
    }
    text
}

fn no_match(live: &LiveMetrics, who: &str, side: Option<usize>, unmatched: u64) -> String {
    let mut text = format!("{who} finds no match");
    if let Some(side) = side {
        write!(text, ": its side {} has no events", name(live, side)).ok();
    }
    if unmatched > 0 {
        let events = if unmatched == 1 { "event" } else { "events" };
        write!(text, "; {unmatched} {events} so far went to `.unmatched`").ok();
    }
    text
}
