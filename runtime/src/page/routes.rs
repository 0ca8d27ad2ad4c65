//! What the page answers to which path: a function of the request.

use super::answer::Answer;
use super::guard::Shows;
use super::request::{Method, Request};
use super::route::{PageRead, PageRoute};
use super::{Begun, Page, assets, changes, feed, health, tap, why};
use crate::metrics::{LiveMetrics, OPEN_METRICS_TYPE};
use futures::stream;
use serde_json::{Value, json};
use std::sync::Arc;

impl Page {
    /// Answers a request.
    pub(crate) fn answer(&self, request: &Request) -> Answer {
        let route = PageRoute::of(&request.path);
        let shows = route.map_or(Shows::Job, PageRoute::shows);
        if let Some(refusal) = self.0.guard.refuse(request, shows) {
            return refusal;
        }
        let Some(route) = route else {
            return Answer::refused(404, "there is no such path");
        };
        match (route, request.method) {
            (PageRoute::Change(what), Method::Post) => {
                self.once_begun(|begun| changes::change(&*begun.actions, what, request))
            }
            (PageRoute::Read(what), Method::Get | Method::Head) => self.read(what, request),
            (PageRoute::Change(_), _) => wrong_method("POST"),
            (PageRoute::Read(_), _) => wrong_method("GET, HEAD"),
        }
    }

    fn read(&self, what: PageRead, request: &Request) -> Answer {
        match what {
            PageRead::Home => assets::page(request),
            PageRead::Icon => Answer::text(204, ""),
            PageRead::Graph => Answer::json(self.graph()),
            PageRead::Settings => self.settings(),
            PageRead::Live => self.figures(|live| Answer::json(&*self.rendered(live))),
            PageRead::Feed => self.once_begun(|begun| self.feed(request, begun)),
            PageRead::Why => self.figures(|live| self.why(live, request)),
            PageRead::Tap => self.once_begun(|begun| self.tap(request, begun)),
            PageRead::Metrics => {
                self.figures(|live| Answer::new(200, OPEN_METRICS_TYPE, live.open_metrics()))
            }
            // It restores its state, for however long that takes: it is not ready, but alive.
            PageRead::Health if self.0.begun.get().is_none() => Answer::text(200, "starting\n"),
            PageRead::Health => self.figures(|live| health::alive(live, self.age_of(live))),
            PageRead::Ready => self.figures(|live| health::ready(live)),
        }
    }

    /// Answers once the job has begun: before, there is nothing to say.
    fn once_begun(&self, answer: impl FnOnce(&Begun) -> Answer) -> Answer {
        let nothing = || Answer::refused(503, "the job opens its sources and restores its state");
        self.0.begun.get().map_or_else(nothing, answer)
    }

    /// Answers from the last figures.
    fn figures(&self, answer: impl FnOnce(&Arc<LiveMetrics>) -> Answer) -> Answer {
        self.once_begun(|begun| {
            // Not borrowed for longer: the sampler waits for whoever borrows.
            let live = Arc::clone(&begun.live.borrow());
            answer(&live)
        })
    }

    fn why(&self, live: &LiveMetrics, request: &Request) -> Answer {
        match request.parameter("node") {
            Some(node) => match why::silent(live, &node) {
                Some(silence) => Answer::json(silence.to_string()),
                None => Answer::refused(404, &format!("the job has no node `{node}`")),
            },
            None => {
                let mut cause = why::slow(live, self.key_names());
                cause.insert("v".into(), 1.into());
                Answer::json(Value::Object(cause).to_string())
            }
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

fn wrong_method(allow: &'static str) -> Answer {
    let refusal = Answer::refused(405, &format!("the method of this path is {allow}"));
    Answer { allow: Some(allow), ..refusal }
}
