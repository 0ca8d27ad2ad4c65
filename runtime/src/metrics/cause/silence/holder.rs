//! Who holds a watermark back.

use crate::metrics::{LiveInstance, LiveMetrics, LiveNode, WatermarkHolder};
use std::time::Duration;

/// Calls that have been in flight for this long hold a watermark back.
pub(super) const LONG_CALL: Duration = Duration::from_secs(1);

/// What holds a watermark back, at the end of the path upstream.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Holding {
    /// An instance of a source, or the last of which one is known.
    Source { held_by: WatermarkHolder, last_event: Option<Duration>, idle_in: Option<Duration> },
    /// Calls of a node.
    Calls { at: usize, in_flight: u64, oldest: Duration },
}

/// Follows the path of the least watermark upstream, from an instance.
pub(super) fn holding(live: &LiveMetrics, from: &LiveInstance) -> Option<Holding> {
    let mut held_by = from.held_by.clone()?;
    let mut idle_after = None;
    for _ in 0..live.nodes.len() {
        let Some((at, node, instance)) = find(live, &held_by) else { break };
        if let Some(calls) = instance.calls
            && let Some(oldest) = calls.oldest.filter(|oldest| *oldest >= LONG_CALL)
        {
            return Some(Holding::Calls { at, in_flight: calls.in_flight, oldest });
        }
        idle_after = node.idle_after.or(idle_after);
        let Some(next) = &instance.held_by else { break };
        let is_silent = held_by.is_silent && next.is_silent;
        held_by = WatermarkHolder { is_silent, ..next.clone() };
    }
    let instance = find(live, &held_by).map(|(_, _, instance)| instance);
    let last_event = instance.and_then(|instance| instance.since_received);
    let waited = last_event.unwrap_or(live.uptime);
    let idle_in = idle_after.map(|after: Duration| after.saturating_sub(waited));
    Some(Holding::Source { held_by, last_event, idle_in })
}

/// The instance that holds a watermark back.
pub(super) fn find<'a>(
    live: &'a LiveMetrics,
    holder: &WatermarkHolder,
) -> Option<(usize, &'a LiveNode, &'a LiveInstance)> {
    let at = live.nodes.iter().position(|node| node.name == holder.node)?;
    let node = live.nodes.get(at)?;
    Some((at, node, node.instances.get(holder.instance)?))
}
