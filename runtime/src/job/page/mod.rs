//! The page of a job: what starts it, and what it can change.

mod config;
mod handle;
mod listed;
mod settings;

pub(super) use settings::PageSettings;

use crate::control::JobControl;
use crate::error::Result;
use crate::job::sampler::Viewers;
use crate::job::{Config, Controls};
use crate::page::{Actions, Page, Served, Tuning};
use crate::plan::Plan;
use crate::topology::Declaration;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;

/// The page of a job, and the server of it, if it is served.
#[derive(Debug)]
pub(in crate::job) struct JobPage {
    page: Page,
    served: Option<Served>,
}

impl JobPage {
    /// Begins to serve the page, if that is asked for.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if it cannot be served where it must be.
    pub(in crate::job) fn open(
        declaration: &Declaration,
        config: &Config,
        plan: &Plan,
    ) -> Result<Self> {
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

    /// Begins to collect figures for the page, and returns it.
    pub(in crate::job) fn begin(
        &self,
        viewers: &Viewers,
        (control, controls): (&JobControl, &Controls),
    ) -> Page {
        let actions = JobActions { control: control.clone(), controls: controls.clone() };
        self.page.begin(|| viewers.add(), || Arc::new(actions), || viewers.edge_counters());
        self.page.clone()
    }

    /// Where it is served, if it is.
    pub(in crate::job) fn address(&self) -> Option<SocketAddr> {
        self.served.as_ref().map(|served| served.at)
    }
}

/// Says where the page is: in the log, or where there is none, at the terminal.
fn say(text: &str) {
    if tracing::enabled!(tracing::Level::INFO) {
        tracing::info!("{text}");
    } else {
        writeln!(std::io::stderr(), "{text}").ok();
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
