//! The page of a job: what starts it, and what it can change.

use super::{Config, Controls, Job, MetricsReader};
use crate::control::JobControl;
use crate::error::Result;
use crate::metrics::{
    EdgeCounters, EdgeEnds, JobState, LiveInstance, LiveMetrics, LiveNode, PerSecond,
};
use crate::page::{Actions, Page, Served, Tuning};
use crate::plan::{Plan, PlannedEdge};
use crate::topology::Declaration;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The page of a job, and the server of it, if it is served.
#[derive(Debug)]
pub(super) struct JobPage {
    page: Page,
    served: Option<Served>,
}

impl JobPage {
    /// Begins to serve the page, if that is asked for.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if it cannot be served where it must be.
    pub(super) fn open(declaration: &Declaration, config: &Config, plan: &Plan) -> Result<Self> {
        let (at, guard) = config.page.checked(&config.env)?;
        let drawn = (declaration.graph(), plan.clone());
        let page = Page::new(
            drawn,
            guard,
            (config.listed_settings(), config.page.inspects()),
            config.env.clone(),
        );
        let Some(at) = at else { return Ok(Self { page, served: None }) };
        let Some(listener) = at.listen()? else {
            say("page: none, since all of its ports are taken; MILLSTREAM_PAGE=… sets another one");
            return Ok(Self { page, served: None });
        };
        let served = Served::begin(page.clone(), listener, &config.env)?;
        say(&format!("page: http://{}", served.at));
        Ok(Self { page, served: Some(served) })
    }

    /// The job has begun: what is served is no longer empty.
    pub(super) fn begin_served(
        &self,
        (metrics, plan): (&MetricsReader, &Plan),
        (control, controls): (&JobControl, &Controls),
    ) {
        if self.served.is_some() {
            self.begin((metrics, plan), (control, controls));
        }
    }

    fn begin(
        &self,
        (metrics, plan): (&MetricsReader, &Plan),
        (control, controls): (&JobControl, &Controls),
    ) {
        let actions = JobActions { control: control.clone(), controls: controls.clone() };
        let edges = || edges(plan, &metrics.edges);
        self.page.begin(|| figures(metrics, control), || Arc::new(actions), edges);
    }
}

/// The edges of the job in the order of its topology, to be looked at.
fn edges(plan: &Plan, counters: &[Arc<EdgeCounters>]) -> Vec<Option<Arc<EdgeCounters>>> {
    let of = |edge: &PlannedEdge| {
        let (from, output, to) = (edge.from.node.0, edge.from.port.into(), edge.to.0);
        let ends = EdgeEnds { from, output, to };
        counters.iter().find(|counters| counters.ends == ends).cloned()
    };
    plan.edges().iter().map(of).collect()
}

/// Says where the page is: in the log, or where there is none, at the terminal.
fn say(text: &str) {
    if tracing::enabled!(tracing::Level::INFO) {
        tracing::info!("{text}");
    } else {
        writeln!(std::io::stderr(), "{text}").ok();
    }
}

impl Job {
    /// Returns the page of the job, to be mounted in a server of your own: with the feature `tower`
    /// it is a `tower::Service`. Needs the feature `page`.
    ///
    /// It is there whether or not the job [serves](Config::page) it. Figures are collected from
    /// the first call on.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let topology = topology!(source(from_iter([1])) >> map(|n| n + 1) >> ignore);
    /// let mut job = topology.start(Config::default())?;
    /// let page = job.page(); // axum: Router::new().fallback_service(page)
    /// job.wait().await?;
    /// # drop(page);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn page(&self) -> Page {
        self.page.begin((&self.metrics, &self.plan), (&self.control, &self.controls));
        self.page.page.clone()
    }

    /// Returns the address at which the job serves its page, if it does. Needs the feature `page`.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let topology = topology!(source(from_iter([1])) >> map(|n| n + 1) >> ignore);
    /// let mut job = topology.start(Config::default().page(0))?; // any free port
    /// assert!(job.page_address().is_some_and(|address| address.ip().is_loopback()));
    /// job.wait().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn page_address(&self) -> Option<SocketAddr> {
        self.page.served.as_ref().map(|served| served.at)
    }
}

/// Changes the job on behalf of its page.
#[derive(Debug)]
struct JobActions {
    control: JobControl,
    controls: Controls,
}

impl Actions for JobActions {
    fn drain(&self) {
        self.control.begin_drain();
    }

    fn pause(&self, source: &str) -> Result<()> {
        self.controls.pause(source)
    }

    fn resume(&self, source: &str) -> Result<()> {
        self.controls.resume(source)
    }

    fn tune(&self, node: &str, tuning: Tuning) -> Result<()> {
        let node = self.controls.tune(node)?;
        match tuning {
            Tuning::InFlight(calls) => node.in_flight(calls).map(drop),
            Tuning::Rate(rate) => node.rate(rate).map(drop),
        }
    }
}

/// The figures of the job, each second.
fn figures(metrics: &MetricsReader, control: &JobControl) -> watch::Receiver<Arc<LiveMetrics>> {
    let (sender, receiver) = watch::channel(Arc::default());
    let (metrics, control, env) = (metrics.clone(), control.clone(), metrics.env.clone());
    let clock = env.clone();
    env.spawn(Box::pin(async move {
        let begun = clock.clock().monotonic();
        let mut before = LiveMetrics::default();
        while !control.abort.is_cancelled() && !sender.is_closed() {
            clock.clock().sleep(Duration::from_secs(1)).await;
            let mut now = LiveMetrics { state: JobState::Running, ..LiveMetrics::default() };
            now.uptime = clock.clock().monotonic().since(begun);
            now.window = now.uptime.saturating_sub(before.uptime);
            let window = now.window.as_secs_f64().max(0.001);
            for (at, node) in metrics.read().nodes().iter().enumerate() {
                let instances = node.instances.iter().enumerate().map(|(nth, counts)| {
                    let old = before.nodes.get(at).and_then(|node| node.instances.get(nth));
                    let old = old.map(|old| old.counts).unwrap_or_default();
                    let rate = |new: u64, old: u64| {
                        let new = u32::try_from(new.saturating_sub(old)).unwrap_or(u32::MAX);
                        PerSecond(f64::from(new) / window)
                    };
                    LiveInstance {
                        counts: *counts,
                        received: rate(counts.events_in, old.events_in),
                        emitted: rate(counts.events_out, old.events_out),
                        ..LiveInstance::default()
                    }
                });
                let (name, instances) = (node.name.clone(), instances.collect());
                now.nodes.push(LiveNode { name, instances, ..LiveNode::default() });
            }
            before = now.clone();
            sender.send_replace(Arc::new(now));
        }
    }));
    receiver
}
