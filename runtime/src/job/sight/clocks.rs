//! How far the event time of each instance is, and what holds it back.

use super::Sight;
use crate::metrics::{InputActivity, InputSeen, WatermarkHolder};
use crate::time::EventTime;

/// How far the event time of an instance is.
#[derive(Debug, Clone)]
pub(super) struct SeenTime {
    /// Its watermark; [`EventTime::MIN`] before the first.
    watermark: EventTime,
    pub(super) held_by: Option<WatermarkHolder>,
    pub(super) activity: InputActivity,
    /// Whether event time is assigned here.
    pub(super) assigns: bool,
}

impl Default for SeenTime {
    fn default() -> Self {
        let watermark = EventTime::MIN;
        Self { watermark, held_by: None, activity: InputActivity::Active, assigns: false }
    }
}

impl SeenTime {
    /// Its watermark, once there is one; none at the end, where there is nothing to wait for.
    pub(super) fn watermark(&self) -> Option<EventTime> {
        let some = self.watermark > EventTime::MIN && self.watermark < EventTime::MAX;
        some.then_some(self.watermark)
    }
}

/// What the inputs of an instance have brought.
struct SeenInputs {
    seen: Vec<InputSeen>,
    /// The least watermark that the instance has passed: it never goes back.
    passed: EventTime,
}

impl Sight {
    /// How far each instance of each node is. Nodes are in the order in which data flows.
    pub(super) fn times(&self) -> Vec<Vec<SeenTime>> {
        let mut times: Vec<Vec<SeenTime>> = Vec::with_capacity(self.plan.nodes().len());
        for (node, planned) in self.plan.nodes().iter().enumerate() {
            let of = |instance| self.time_of((node, instance), &times);
            let instances = (0..planned.instances).map(of).collect();
            times.push(instances);
        }
        times
    }

    fn time_of(&self, (node, instance): (usize, usize), upstream: &[Vec<SeenTime>]) -> SeenTime {
        let Some(shown) = self.shown(node, instance) else { return SeenTime::default() };
        let inputs = self.inputs((node, instance), upstream);
        let has_ended = shown.has_ended()
            || (!inputs.seen.is_empty()
                && inputs.seen.iter().all(|input| input.activity == InputActivity::Ended));
        if let Some((watermark, is_idle)) = shown.time.get() {
            let idle = if is_idle { InputActivity::Idle } else { InputActivity::Active };
            let activity = if has_ended { InputActivity::Ended } else { idle };
            return SeenTime { watermark, held_by: None, activity, assigns: true };
        }
        let mut time = inputs.merged();
        if has_ended {
            time.activity = InputActivity::Ended;
        }
        time
    }

    /// The channels into an instance, and the nodes upstream of it in its own task.
    fn inputs(&self, (node, instance): (usize, usize), upstream: &[Vec<SeenTime>]) -> SeenInputs {
        let inlets = self.shown(node, instance).map(|shown| shown.inlets()).unwrap_or_default();
        let mut seen: Vec<InputSeen> = inlets.iter().flat_map(|inlet| inlet.inputs()).collect();
        let mut passed: Vec<EventTime> = inlets.iter().map(|inlet| inlet.least()).collect();
        for edge in self.plan.edges().iter().filter(|edge| edge.to.0 == node) {
            let from = edge.from.node.0;
            let Some(name) = self.plan.nodes().get(from).map(|from| &from.name) else { continue };
            let is_seen = seen.iter().any(|one| *one.node == **name && one.instance == instance);
            let time = upstream.get(from).and_then(|from| from.get(instance));
            if let Some(time) = time.filter(|_| edge.reason.is_call() && !is_seen) {
                let (node, activity) = (name.as_str().into(), time.activity);
                passed.push(time.watermark);
                seen.push(InputSeen { node, instance, watermark: time.watermark, activity });
            }
        }
        SeenInputs { seen, passed: passed.into_iter().min().unwrap_or(EventTime::MIN) }
    }
}

impl SeenInputs {
    /// The time of an instance with these inputs, as a [`Frontier`](crate::time::Frontier) has it.
    fn merged(&self) -> SeenTime {
        let of = |activity| self.seen.iter().filter(move |input| input.activity == activity);
        // An input whose watermark is the end of event time counts as ended.
        let active = of(InputActivity::Active).filter(|input| input.watermark < EventTime::MAX);
        let least = active.min_by_key(|input| input.watermark);
        let is_idle = least.is_none() && of(InputActivity::Idle).next().is_some();
        let activity = if is_idle { InputActivity::Idle } else { InputActivity::Active };
        let idle = || of(InputActivity::Idle).map(|input| input.watermark).max();
        let watermark = least.map(|input| input.watermark).or_else(idle);
        let watermark = watermark.map_or(EventTime::MIN, |watermark| watermark.max(self.passed));
        let held_by = least.map(|least| WatermarkHolder {
            node: least.node.to_string(),
            instance: least.instance,
            is_silent: least.watermark == EventTime::MIN,
        });
        SeenTime { watermark, held_by, activity, assigns: false }
    }
}
