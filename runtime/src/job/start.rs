//! From a topology to a running job.

use super::attempt::Blueprint;
use super::checkpoints::Checkpoints;
use super::pressure::PressureLog;
use super::restarts::Failures;
use super::sampler::Viewers;
use super::sight::Sight;
use super::status::{Showing, StatusView};
use super::{Config, Controls, Job, MetricsReader, Restarts, Status, supervise};
use crate::builder::Topology;
use crate::control::JobControl;
use crate::error::{Error, ErrorKind, Result};
use crate::metrics::{CheckpointCounters, JobState};
use crate::plan::Plan;
use crate::topology::{Declaration, Delivery};
use tokio::sync::oneshot;
use tracing::Instrument;

impl Topology {
    /// Plans how the topology would run with a configuration, without running it.
    ///
    /// # Errors
    /// [`ErrorKind::Topology`] if the topology breaks a rule, or if its buffers exceed
    /// [`Builder::memory`](crate::builder::Builder::memory).
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let topology = topology!(
    ///     words = source(from_iter(["to", "be"])),
    ///     words >> by(|word| *word) >> map(str::len) * 2 >> ignore,
    /// );
    /// let plan = topology.plan(&Config::default())?;
    /// assert_eq!((plan.tasks(), plan.nodes().len()), (4, 3));
    /// # Ok::<(), millstream::Error>(())
    /// ```
    pub fn plan(&self, config: &Config) -> Result<Plan> {
        self.check()?;
        let declaration = self.declaration();
        let plan = Plan::of(declaration, config.cores, config.sizes);
        plan.check(declaration)?;
        Ok(plan)
    }

    /// Opens sources and sinks, spawns all tasks on the current tokio runtime, and returns a handle
    /// to the running job.
    ///
    /// # Errors
    /// [`ErrorKind::Topology`] if the topology breaks a rule, and the error of a source or sink
    /// that cannot be opened. In both cases nothing has run.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let doubled = Collected::new();
    /// let topology = topology!(
    ///     source(from_iter([1, 2])) >> map(|n| 2 * n) >> sink(doubled.sink()),
    /// );
    /// let mut job = topology.start(Config::default())?;
    /// job.wait().await?;
    /// assert_eq!(doubled.take(), [2, 4]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn start(self, config: Config) -> Result<Job> {
        let plan = self.plan(&config)?;
        self.declaration().check_journals()?;
        self.declaration().check_files(&config.env)?;
        let job = tracing::info_span!("job", name = self.declaration().name());
        let entered = job.enter();
        log_settings(&self, &config, &plan);
        #[cfg(feature = "page")]
        let page = super::page::JobPage::open(self.declaration(), &config, &plan)?;
        let mut durable = Checkpoints::open(&config, self.declaration(), &plan)?;
        let restarts = restarts_of(self.declaration(), config.restarts, durable.is_some())?;
        let checkpoints = durable.as_ref().map(Checkpoints::counters);
        let shape = self.declaration().graph();
        let showing = Showing::new(self.shown(config.status));
        let mut blueprint = Blueprint::new(self, plan.clone(), &config);
        let control = JobControl::default();
        let attempt = blueprint.begin(&control, durable.as_mut())?;
        if !restarts.are_allowed() {
            blueprint.give_up_layouts();
        }
        let metrics = reader_of(&blueprint, checkpoints);
        let progress = blueprint.progress.clone();
        let sight = Sight::new(shape, (&plan, &blueprint), metrics.clone(), control.clone());
        let viewers = Viewers::new(sight);
        let (tunables, counters) = (blueprint.tunables.clone(), blueprint.counters.clone());
        let controls = Controls::new(tunables, counters, config.env.clone());
        let (finish, finished) = oneshot::channel();
        let stopped = control.clone();
        let (env, barriers) = (config.env.clone(), config.barriers);
        let supervision = async move {
            let outcome = match durable {
                Some(checkpoints) => {
                    let failures = Failures::new(restarts);
                    supervise::durable(blueprint, attempt, (stopped, checkpoints), failures).await
                }
                None => {
                    // With it go the sinks as declared: a channel closes with its last sender.
                    drop(blueprint);
                    supervise::volatile(attempt, barriers, &env).await
                }
            };
            log_outcome(&outcome);
            progress.end(&outcome);
            finish.send(outcome).ok();
        };
        drop(entered);
        config.env.spawn(Box::pin(supervision.instrument(job)));
        let mut job = Job::new(
            plan,
            (metrics, viewers, showing),
            (control, controls),
            finished,
            #[cfg(feature = "page")]
            page,
        );
        show_from_start(&mut job);
        Ok(job)
    }

    /// How the status of its job is shown: as configured, or as the command line asks for.
    fn shown(&self, configured: Status) -> StatusView {
        let status = if self.shows_table() { Status::Top } else { configured };
        StatusView::of(status, self.declaration())
    }

    /// Runs the topology to its end: until the sources are exhausted and every event is processed.
    ///
    /// On a terminal it shows the [status](super::Status) of the job. The first Ctrl-C or SIGTERM
    /// drains the job, or suspends it if it has checkpoints; a second one aborts it. For a handle
    /// to the running job use [`start`](Topology::start).
    ///
    /// # Errors
    /// [`ErrorKind::Topology`] if the topology breaks a rule; the error of a source or sink that
    /// cannot be opened; the error of the first task that fails.
    ///
    /// # Cancel safety
    /// Dropping the future aborts the job. Events in flight are lost.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let words = Collected::new();
    /// let topology = topology!(
    ///     lines = source(from_iter(["to be", "or not"])),
    ///     lines >> flat_map(|line| line.split(' ')) >> sink(words.sink()),
    /// );
    /// topology.run(Config::default()).await?;
    /// assert_eq!(words.take(), ["to", "be", "or", "not"]);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn run(self, config: Config) -> Result<()> {
        let mut job = self.start(config)?;
        // Pressure is looked for, and logged. For a log that nobody reads, no key is to be sampled;
        // the page and the status watch the job by themselves.
        let _watched = PressureLog::is_read().then(|| job.watch());
        job.run_until_signalled().await
    }
}

/// Begins to show a job that is shown from its start.
fn show_from_start(job: &mut Job) {
    #[cfg(feature = "page")]
    if job.page_address().is_some() {
        // What is served is no longer empty.
        drop(job.page());
    }
    if job.showing.is_from_start() {
        job.show_status();
    }
}

fn reader_of(blueprint: &Blueprint, checkpoints: Option<CheckpointCounters>) -> MetricsReader {
    let (counters, edges) = (blueprint.counters.clone(), blueprint.edges.clone());
    MetricsReader { counters, edges, checkpoints, env: blueprint.env.clone() }
}

/// Logs that the job starts, with its settings.
fn log_settings(topology: &Topology, config: &Config, plan: &Plan) {
    tracing::info!(
        nodes = plan.nodes().len(),
        tasks = plan.tasks(),
        delivery = %topology.declaration().delivery(),
        batch = config.sizes.batch,
        buffer = config.sizes.buffer,
        cores = config.cores,
        drift = ?config.drift,
        barrier_every = ?config.barriers,
        state = %JobState::Running,
        "the job starts"
    );
    if topology.declaration().delivery() != Delivery::AtMostOnce {
        log_paths(topology.declaration(), plan);
    }
}

/// Logs what each path from a source to a sink guarantees.
fn log_paths(declaration: &Declaration, plan: &Plan) {
    for path in plan.paths() {
        let weaker: Vec<_> = path.weaker.iter().map(ToString::to_string).collect();
        tracing::info!(
            source = declaration.name_of(path.from),
            sink = declaration.name_of(path.to),
            guarantee = %path.guarantee,
            weaker = (!weaker.is_empty()).then(|| weaker.join("; ")),
            "a path of the job"
        );
    }
}

/// Logs how the job has ended. Messages of errors may show an event, so they are left out.
fn log_outcome(outcome: &Result<()>) {
    match outcome {
        Ok(()) => tracing::info!(state = %JobState::Ended, "the job has ended"),
        Err(error) => log_failure(error),
    }
}

fn log_failure(error: &Error) {
    let (kind, node) = (error.kind(), error.node());
    tracing::error!(state = %JobState::Failed, ?kind, node, "the job has failed");
}

/// How often a job restarts: by default not at all, if a source or sink cannot be opened again.
///
/// # Errors
/// If restarts are asked for, and one of them cannot.
fn restarts_of(
    declaration: &Declaration,
    asked: Option<Restarts>,
    is_durable: bool,
) -> Result<Restarts> {
    let once = declaration.opened_once.first().map(|node| declaration.name_of(*node));
    match (once, asked) {
        _ if !is_durable => Ok(Restarts::none()),
        (Some(node), Some(asked)) if asked.are_allowed() => {
            let message = format!("`{node}` cannot be opened again, so the job cannot restart");
            Err(Error::new(ErrorKind::Config, message)
                .help("implement `again` for it, or ask for `Restarts::none()`"))
        }
        (Some(node), _) => {
            tracing::info!(node, "the job does not restart, since this cannot be opened again");
            Ok(Restarts::none())
        }
        (None, asked) => Ok(asked.unwrap_or_default()),
    }
}
