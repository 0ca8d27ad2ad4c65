//! How full channels are, averaged over the looks of a window, and when events last passed.

use super::{JobReading, Sight};
use crate::metrics::{ChannelFill, InstanceCounters, Share};
use crate::time::Monotonic;
use std::time::Duration;

/// What was seen of channels in this window, and of events since the begin.
#[derive(Debug, Default)]
pub(in crate::job) struct Fills {
    /// The channels of each edge.
    edges: Vec<Vec<ChannelSum>>,
    looks: u32,
    /// When each instance last received and emitted, by node and instance.
    last: Vec<Vec<LastEvents>>,
}

/// The fill of a channel over some looks.
#[derive(Debug, Clone, Copy, Default)]
struct ChannelSum {
    /// The instance that receives from it.
    to: usize,
    shares: f64,
    last: ChannelFill,
}

/// When the counters of an instance last changed.
#[derive(Debug, Clone, Copy, Default)]
struct LastEvents {
    received: LastChange,
    emitted: LastChange,
}

#[derive(Debug, Clone, Copy, Default)]
struct LastChange {
    count: u64,
    /// None before the first event.
    at: Option<Monotonic>,
}

/// How full an edge was.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct EdgeFill {
    pub(super) buffered: u64,
    /// Of its fullest channel.
    pub(super) fill: Share,
}

impl Fills {
    /// Nothing was seen since `reading`. Whatever was counted by then counts as of then.
    pub(in crate::job) fn since(reading: &JobReading) -> Self {
        let change = |count: u64| LastChange { count, at: (count > 0).then_some(reading.at) };
        let nodes = reading.metrics.nodes().iter().enumerate();
        let last = nodes.map(|(node, counted)| {
            let of = |instance| {
                let totals = reading.instance(node, instance);
                let (received, emitted) = (totals.received, totals.counts.events_out);
                LastEvents { received: change(received), emitted: change(emitted) }
            };
            (0..counted.instances.len()).map(of).collect()
        });
        Self { last: last.collect(), ..Self::default() }
    }

    /// How often channels were looked at in this window.
    pub(in crate::job) fn looks(&self) -> u32 {
        self.looks
    }

    /// Forgets what was seen of channels.
    pub(in crate::job) fn begin_window(&mut self) {
        self.looks = 0;
        self.edges.iter_mut().for_each(Vec::clear);
    }

    /// How full the edges with the ends of this one were, together.
    fn edge(&self, edge: usize) -> EdgeFill {
        let channels = || self.edges.get(edge).into_iter().flatten();
        EdgeFill {
            buffered: channels().map(|channel| channel.last.buffered).sum(),
            fill: Share::greatest(channels().map(|channel| self.mean(channel))),
        }
    }

    /// How full the fullest channel of an edge into an instance was.
    pub(super) fn of_instance(&self, edge: usize, instance: usize) -> Share {
        let channels = self.edges.get(edge).into_iter().flatten();
        let own = channels.filter(|channel| channel.to == instance);
        Share::greatest(own.map(|channel| self.mean(channel)))
    }

    /// How long ago an instance last received and emitted events.
    pub(super) fn silence(
        &self,
        (node, instance): (usize, usize),
        now: Monotonic,
    ) -> [Option<Duration>; 2] {
        let last = self.last.get(node).and_then(|node| node.get(instance));
        let last = last.copied().unwrap_or_default();
        [last.received, last.emitted].map(|change| change.at.map(|at| now.since(at)))
    }

    fn mean(&self, channel: &ChannelSum) -> Share {
        Share(channel.shares / f64::from(self.looks.max(1)))
    }
}

impl LastChange {
    fn note(&mut self, count: u64, now: Monotonic) {
        if count != self.count {
            (self.count, self.at) = (count, Some(now));
        }
    }
}

impl LastEvents {
    fn note(&mut self, counters: &InstanceCounters, now: Monotonic) {
        self.received.note(counters.received(), now);
        self.emitted.note(counters.events_out.get(), now);
    }
}

impl Sight {
    /// How full an edge was.
    pub(super) fn edge_fill(&self, at: usize, fills: &Fills) -> EdgeFill {
        let Some(edge) = self.edges.get(at) else { return EdgeFill::default() };
        let EdgeFill { buffered, fill } = fills.edge(at);
        EdgeFill { buffered: edge.part(buffered), fill }
    }

    /// Looks at channels, and at the counters of events.
    pub(in crate::job) fn glance(&self, fills: &mut Fills) {
        let now = self.env().clock().monotonic();
        fills.looks += 1;
        fills.edges.resize_with(self.plan.edges().len(), Vec::new);
        for (edge, channels) in self.edges.iter().zip(&mut fills.edges) {
            let Some(counters) = &edge.counters else { continue };
            let mut at = 0;
            counters.gauges.read(|to, fill| {
                if at == channels.len() {
                    channels.push(ChannelSum { to, ..ChannelSum::default() });
                }
                if let Some(channel) = channels.get_mut(at) {
                    channel.shares += fill.share();
                    channel.last = fill;
                }
                at += 1;
            });
        }
        for (node, last) in self.reader.counters.iter().zip(&mut fills.last) {
            let both = node.instances.iter().zip(last);
            both.for_each(|(counters, last)| last.note(counters, now));
        }
    }
}
