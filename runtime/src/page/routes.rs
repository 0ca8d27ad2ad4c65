//! What the page answers to which path: a function of the request.

use super::answer::Answer;
use super::guard::Shows;
use super::request::{Method, Request};
use super::{Begun, Page, assets, changes, feed, health, tap, why};
use crate::metrics::OPEN_METRICS_TYPE;
use futures::stream;
use serde_json::{Value, json};
use std::sync::Arc;

/// The paths that are read.
const READ: [&str; 9] = [
    "/",
    "/api/graph",
    "/api/live",
    "/api/feed",
    "/api/why",
    "/api/tap",
    "/api/settings",
    "/metrics",
    "/favicon.ico",
];

/// The paths of probes.
const PROBED: [&str; 2] = ["/healthz", "/readyz"];

/// The paths that change the job.
const CHANGING: [&str; 4] = ["/api/drain", "/api/pause", "/api/resume", "/api/tune"];

impl Page {
    /// Answers a request.
    pub(crate) fn answer(&self, request: &Request) -> Answer {
        let path = request.path.as_str();
        let shows = match path {
            "/" | "/favicon.ico" => Shows::Nothing,
            _ if PROBED.contains(&path) => Shows::Health,
            _ => Shows::Job,
        };
        if let Some(refusal) = self.0.guard.refuse(request, shows) {
            return refusal;
        }
        let is_change = CHANGING.contains(&path);
        if !is_change && !READ.contains(&path) && !PROBED.contains(&path) {
            return Answer::refused(404, "there is no such path");
        }
        let allow = if is_change { "POST" } else { "GET, HEAD" };
        match (request.method, is_change) {
            (Method::Post, true) => match self.0.begun.get() {
                Some(begun) => changes::change(&*begun.actions, request),
                None => not_begun(),
            },
            (Method::Get | Method::Head, false) => self.read(path, request),
            _ => {
                let refusal = Answer::refused(405, &format!("the method of this path is {allow}"));
                Answer { allow: Some(allow), ..refusal }
            }
        }
    }

    fn read(&self, path: &str, request: &Request) -> Answer {
        match path {
            "/" => return assets::page(request),
            "/favicon.ico" => return Answer::text(204, ""),
            "/api/graph" => return Answer::json(self.graph()),
            "/api/settings" => return self.settings(),
            _ => {}
        }
        let Some(begun) = self.0.begun.get() else {
            // It restores its state, for however long that takes: it is not ready, but alive.
            return if path == "/healthz" { Answer::text(200, "starting\n") } else { not_begun() };
        };
        let live = Arc::clone(&begun.live.borrow());
        match path {
            "/api/live" => Answer::json(&*self.rendered(&live)),
            "/api/feed" => self.feed(request, begun),
            "/api/tap" => self.tap(request, begun),
            "/api/why" => match request.parameter("node") {
                Some(node) => match why::silent(&live, &node) {
                    Some(silence) => Answer::json(silence.to_string()),
                    None => Answer::refused(404, &format!("the job has no node `{node}`")),
                },
                None => {
                    let mut cause = why::slow(&live, self.key_names());
                    cause.insert("v".into(), 1.into());
                    Answer::json(Value::Object(cause).to_string())
                }
            },
            "/metrics" => Answer::new(200, OPEN_METRICS_TYPE, live.open_metrics()),
            "/healthz" => health::alive(&live, self.age_of(&live)),
            _ => health::ready(&live),
        }
    }

    fn feed(&self, request: &Request, begun: &Begun) -> Answer {
        if request.method == Method::Head {
            return Answer::feed(Box::pin(stream::empty()));
        }
        let page = self.clone();
        let text = move |live: &Arc<_>| page.rendered(live);
        Answer::feed(feed::figures(begun.live.clone(), self.0.env.clone(), text))
    }

    fn settings(&self) -> Answer {
        let settings = self.0.settings.iter().map(
            |setting| json!({ "name": setting.name, "value": setting.value, "from": setting.from }),
        );
        let settings: Vec<_> = settings.collect();
        Answer::json(json!({ "v": 1, "settings": settings }).to_string())
    }

    fn tap(&self, request: &Request, begun: &Begun) -> Answer {
        if !self.0.inspects {
            let reason = "events are not shown: set MILLSTREAM_INSPECT=1, or Config::inspect";
            return Answer::refused(403, reason);
        }
        let edge = request.parameter("edge").and_then(|edge| edge.parse::<usize>().ok());
        let Some(edge) = edge.and_then(|edge| begun.edges.get(edge)?.as_ref()) else {
            return Answer::refused(404, "the job has no such edge: `edge` is its id in the graph");
        };
        if !edge.counts() {
            let reason = "this edge is a call: nothing is between its nodes to look at; \
                          `>> buffer(1024)` makes it a channel";
            return Answer::refused(409, reason);
        }
        if request.method == Method::Head {
            return Answer::feed(Box::pin(stream::empty()));
        }
        Answer::feed(tap::events(Arc::clone(edge), self.0.env.clone()))
    }
}

/// The answer while there is nothing to say yet.
fn not_begun() -> Answer {
    Answer::refused(503, "the job opens its sources and restores its state")
}
