//! The task that looks at a job for all who watch it: once a second, however many they are.
//!
//! It runs while somebody watches. Counters and phases are totals, so it only takes differences of
//! them each second. How full a channel is changes within a batch: that is read every 100 ms, and
//! averaged over the second, or a single reading would say more about its moment than about the
//! edge.

use super::pressure::PressureLog;
use super::sight::{Fills, JobReading, Sight};
#[cfg(feature = "page")]
use crate::metrics::EdgeCounters;
use crate::metrics::LiveMetrics;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// How often channels are looked at.
const GLANCE: Duration = Duration::from_millis(100);

/// How many such looks make a window.
const GLANCES: u32 = 10;

/// Those who watch a job. Clones are of the same job.
#[derive(Debug, Clone)]
pub(super) struct Viewers(Arc<Viewed>);

#[derive(Debug)]
struct Viewed {
    sight: Sight,
    latest: watch::Sender<Arc<LiveMetrics>>,
    /// Whether the sampler runs.
    sampled: Mutex<bool>,
    /// Watches until the end of the job, once somebody has asked why it is slow.
    asked: OnceLock<watch::Receiver<Arc<LiveMetrics>>>,
}

impl Viewers {
    /// Nobody watches yet.
    pub(super) fn new(sight: Sight) -> Self {
        let (latest, _) = watch::channel(Arc::default());
        let (sampled, asked) = (Mutex::new(false), OnceLock::new());
        Self(Arc::new(Viewed { sight, latest, sampled, asked }))
    }

    /// One more watches; starts the sampler if it does not run. Outside of a window, what is there
    /// at once has counters, but neither rates nor shares.
    pub(super) fn add(&self) -> watch::Receiver<Arc<LiveMetrics>> {
        let mut sampled = self.sampled();
        let mut receiver = self.0.latest.subscribe();
        if self.0.latest.borrow().state.has_ended() {
            // Nothing follows, so that this is still to be seen.
            receiver.mark_changed();
            return receiver;
        }
        if *sampled {
            return receiver;
        }
        let sight = &self.0.sight;
        let now = sight.read();
        let live = sight.live((&now, &now), &Fills::default());
        let has_ended = live.state.has_ended();
        self.0.latest.send_replace(Arc::new(live));
        if !has_ended {
            receiver.mark_unchanged();
            *sampled = true;
            sight.count_keys();
            sight.env().spawn(Box::pin(sample(self.clone(), now)));
        }
        receiver
    }

    /// The counters of each edge, in the order of their declaration.
    #[cfg(feature = "page")]
    pub(super) fn edge_counters(&self) -> Vec<Option<Arc<EdgeCounters>>> {
        self.0.sight.edge_counters()
    }

    /// Looks at the job once. Before the first window, that is at the time since the job started.
    /// The sampler then runs until the end of the job: who asks once will ask again.
    pub(super) fn look(&self) -> Arc<LiveMetrics> {
        let latest = self.0.asked.get_or_init(|| self.add()).borrow().clone();
        if !latest.window.is_zero() || latest.state.has_ended() {
            return latest;
        }
        let sight = &self.0.sight;
        let now = sight.read();
        let mut fills = Fills::since(&now);
        sight.glance(&mut fills);
        Arc::new(sight.live((&sight.at_start(&now), &now), &fills))
    }

    /// Ends the sampler if nobody watches; whether it ends.
    fn has_left(&self) -> bool {
        let mut sampled = self.sampled();
        *sampled = self.0.latest.receiver_count() > 0;
        if !*sampled {
            self.0.sight.forget_keys();
        }
        !*sampled
    }

    fn sampled(&self) -> MutexGuard<'_, bool> {
        self.0.sampled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks at the job until it has ended, or nobody watches.
async fn sample(viewers: Viewers, mut before: JobReading) {
    let sight = &viewers.0.sight;
    let mut fills = Fills::since(&before);
    let mut pressure = PressureLog::default();
    loop {
        let has_ended = tokio::select! {
            biased;
            () = sight.ended() => true,
            () = sight.env().clock().sleep(GLANCE) => false,
        };
        sight.glance(&mut fills);
        sight.count_keys();
        if fills.looks() < GLANCES && !has_ended {
            continue;
        }
        let now = sight.read();
        let live = Arc::new(sight.live((&before, &now), &fills));
        pressure.note(&live);
        viewers.0.latest.send_replace(live);
        if has_ended || viewers.has_left() {
            return;
        }
        before = now;
        sight.halve_keys();
        fills.begin_window();
    }
}
