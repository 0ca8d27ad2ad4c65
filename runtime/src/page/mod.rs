//! A live page of a running job: its graph, its figures, and what can be changed, in a browser and
//! as JSON.
//!
//! Off unless asked for: [`Config::page`](crate::Config::page), or `MILLSTREAM_PAGE=on` with
//! [`Config::from_env`](crate::Config::from_env). It is served at 127.0.0.1 by a small server of
//! its own, or by that of the program: a [`Page`] is a `tower::Service` with the feature `tower`.
//!
//! | path | answer |
//! |---|---|
//! | `/` | the page, one file without any other |
//! | `/api/graph` | the topology, and its drawing |
//! | `/api/live`, `/api/feed` | what the job does right now; the same as server-sent events |
//! | `/api/why`, `/api/why?node=` | what limits the job; why a node is silent |
//! | `/api/tap?edge=` | some of the events of an edge, as [`Peek`](crate::Peek) shows them |
//! | `/api/settings` | the settings of the job, and where each comes from |
//! | `/metrics` | the same figures for monitoring systems, as `OpenMetrics` |
//! | `/healthz`, `/readyz` | whether the job is alive, and whether it is ready |
//! | `POST` to `/api/drain`, `/api/pause?source=`, `/api/resume?source=` | changes the job |
//! | `POST` to `/api/tune?node=&in_flight=`, or `rate=` a second | changes a node |
//!
//! Who may ask, and what the page protects itself from, is in the guide: `docs/guide/page.md`.

mod actions;
mod address;
mod answer;
mod assets;
mod changes;
mod feed;
mod guard;
mod health;
mod json;
#[cfg(feature = "tower")]
mod mount;
mod parse;
mod request;
mod route;
mod routes;
mod server;
mod tap;
mod token;
mod why;

pub(crate) use actions::{Actions, Tuning};
pub use address::PageAddress;
pub(crate) use guard::Guard;
#[cfg(feature = "tower")]
pub use mount::PageBody;
pub(crate) use server::Served;
pub(crate) use token::PageToken;

use crate::env::Env;
use crate::metrics::{EdgeCounters, LiveMetrics};
use crate::plan::Plan;
use millstream_graph::shape::Shape;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use why::KeyNames;

/// The page of a job. Cheap to clone; it outlives the job, with the last figures.
///
/// Returned by [`Job::page`](crate::Job::page), to be mounted in another server: with the feature
/// `tower` it is a `tower::Service`, such as `axum::Router::new().fallback_service(job.page())`.
#[derive(Clone)]
pub struct Page(Arc<PageParts>);

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").finish_non_exhaustive()
    }
}

struct PageParts {
    guard: Guard,
    /// What is drawn.
    drawn: (Shape, Plan),
    /// The answer of `/api/graph`.
    graph: OnceLock<String>,
    settings: Vec<Setting>,
    /// Whether events are shown.
    inspects: bool,
    env: Env,
    /// What is there once the job has begun.
    begun: OnceLock<Begun>,
    /// The last figures as text: many viewers cost no more than one.
    rendered: Mutex<Option<(Arc<LiveMetrics>, Arc<str>)>>,
}

/// A job that has opened its sources and restored its state.
struct Begun {
    live: watch::Receiver<Arc<LiveMetrics>>,
    actions: Arc<dyn Actions>,
    /// The edges in the order of the topology, to be looked at.
    edges: Vec<Option<Arc<EdgeCounters>>>,
}

/// A setting of the job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    /// Where it comes from: `default`, `code`, or a variable of the environment.
    pub(crate) from: String,
}

impl Page {
    /// The page of a job that is about to begin.
    pub(crate) fn new(
        drawn: (Shape, Plan),
        guard: Guard,
        (settings, inspects): (Vec<Setting>, bool),
        env: Env,
    ) -> Self {
        let (graph, begun, rendered) = (OnceLock::new(), OnceLock::new(), Mutex::default());
        Self(Arc::new(PageParts { guard, drawn, graph, settings, inspects, env, begun, rendered }))
    }

    /// The job has begun: sources are open and state is restored. Its figures are asked for once.
    pub(crate) fn begin(
        &self,
        live: impl FnOnce() -> watch::Receiver<Arc<LiveMetrics>>,
        actions: impl FnOnce() -> Arc<dyn Actions>,
        edges: impl FnOnce() -> Vec<Option<Arc<EdgeCounters>>>,
    ) {
        let begun = || Begun { live: live(), actions: actions(), edges: edges() };
        self.0.begun.get_or_init(begun);
    }

    /// The topology as JSON.
    fn graph(&self) -> &str {
        let (shape, plan) = &self.0.drawn;
        self.0.graph.get_or_init(|| json::graph(shape, plan))
    }

    /// The figures as JSON.
    fn rendered(&self, live: &Arc<LiveMetrics>) -> Arc<str> {
        let mut last = self.0.rendered.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((of, text)) if Arc::ptr_eq(of, live) => Arc::clone(text),
            _ => {
                let text: Arc<str> = json::live(live, self.key_names()).into();
                *last = Some((Arc::clone(live), Arc::clone(&text)));
                text
            }
        }
    }

    /// Whether keys are shown.
    fn key_names(&self) -> KeyNames {
        if self.0.inspects { KeyNames::Shown } else { KeyNames::Hidden }
    }

    /// How old figures are.
    fn age_of(&self, live: &LiveMetrics) -> Duration {
        live.at.map_or(Duration::ZERO, |at| self.0.env.clock().wall() - at)
    }
}

#[cfg(test)]
mod tests;
