//! The watermarks that the channels into an instance have brought.

use crate::time::EventTime;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};

/// The channels that one inlet of an instance merges, and what they have brought.
#[derive(Debug)]
pub struct InletShown {
    inputs: Vec<InputShown>,
    /// The least watermark of them all.
    least: AtomicI64,
}

#[derive(Debug)]
struct InputShown {
    node: Arc<str>,
    instance: usize,
    watermark: AtomicI64,
    activity: AtomicU8,
}

/// Whether an input takes part in the least watermark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputActivity {
    /// It does.
    Active,
    /// It is left out until it has events.
    Idle,
    /// It is left out for good.
    Ended,
}

/// What an input has brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputSeen {
    /// The node upstream.
    pub node: Arc<str>,
    /// Its instance.
    pub instance: usize,
    /// The watermark that has come from there.
    pub watermark: EventTime,
    /// Whether it takes part.
    pub activity: InputActivity,
}

impl InletShown {
    /// Channels from these instances, which have brought nothing yet.
    #[must_use]
    pub fn from(origins: impl Iterator<Item = (Arc<str>, usize)>) -> Self {
        let input = |(node, instance)| InputShown {
            node,
            instance,
            watermark: AtomicI64::new(EventTime::MIN.as_micros()),
            activity: AtomicU8::new(InputActivity::Active as u8),
        };
        let least = AtomicI64::new(EventTime::MIN.as_micros());
        Self { inputs: origins.map(input).collect(), least }
    }

    /// Notes a watermark of an input, and the least of all.
    pub fn advance(&self, input: usize, watermark: EventTime, least: EventTime) {
        self.least.store(least.as_micros(), Ordering::Relaxed);
        if let Some(input) = self.inputs.get(input) {
            input.watermark.fetch_max(watermark.as_micros(), Ordering::Relaxed);
            input.set(InputActivity::Active);
        }
    }

    /// Notes that an input is idle or has ended, and the least watermark without it.
    pub fn leave_out(&self, input: usize, activity: InputActivity, least: EventTime) {
        self.least.store(least.as_micros(), Ordering::Relaxed);
        if let Some(input) = self.inputs.get(input) {
            input.set(activity);
        }
    }

    /// Notes events of an input.
    #[inline]
    pub fn wake(&self, input: usize) {
        if let Some(input) = self.inputs.get(input)
            && input.activity.load(Ordering::Relaxed) == InputActivity::Idle as u8
        {
            input.set(InputActivity::Active);
        }
    }

    /// The least watermark of all inputs; never goes back.
    #[must_use]
    pub fn least(&self) -> EventTime {
        EventTime::from_micros(self.least.load(Ordering::Relaxed))
    }

    /// What each input has brought.
    pub fn inputs(&self) -> impl Iterator<Item = InputSeen> + '_ {
        self.inputs.iter().map(InputShown::read)
    }
}

impl InputShown {
    fn set(&self, activity: InputActivity) {
        self.activity.store(activity as u8, Ordering::Relaxed);
    }

    fn read(&self) -> InputSeen {
        let activity = match self.activity.load(Ordering::Relaxed) {
            0 => InputActivity::Active,
            1 => InputActivity::Idle,
            _ => InputActivity::Ended,
        };
        let watermark = EventTime::from_micros(self.watermark.load(Ordering::Relaxed));
        InputSeen { node: Arc::clone(&self.node), instance: self.instance, watermark, activity }
    }
}
