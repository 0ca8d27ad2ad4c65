//! What changes the job: drain, pause, resume, tune.

use super::actions::{Actions, Tuning};
use super::answer::Answer;
use super::request::Request;
use crate::time::RateExt;
use serde_json::json;
use std::borrow::Cow;
use std::str::FromStr;

/// A change of the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageChange {
    Drain,
    Pause,
    Resume,
    Tune,
}

/// Changes the job as asked, or says why not.
pub(super) fn change(actions: &dyn Actions, what: PageChange, request: &Request) -> Answer {
    match changed(actions, what, request) {
        Ok(()) => Answer::json(json!({ "v": 1, "done": true }).to_string()),
        Err(refusal) => refusal,
    }
}

fn changed(actions: &dyn Actions, what: PageChange, request: &Request) -> Result<(), Answer> {
    let outcome = match what {
        PageChange::Drain => {
            actions.drain();
            Ok(())
        }
        PageChange::Pause => actions.pause(&named(request, "source")?),
        PageChange::Resume => actions.resume(&named(request, "source")?),
        PageChange::Tune => actions.tune(&named(request, "node")?, tuning(request)?),
    };
    outcome.map_err(|error| Answer::refused(400, &error.to_string()))
}

fn tuning(request: &Request) -> Result<Tuning, Answer> {
    if request.parameter("rate").is_some() {
        return number::<u32>(request, "rate").map(|events| Tuning::Rate(events.per_sec()));
    }
    number(request, "in_flight").map(Tuning::InFlight)
}

fn named<'a>(request: &'a Request, name: &str) -> Result<Cow<'a, str>, Answer> {
    let missing = || Answer::refused(400, &format!("the parameter `{name}` is missing"));
    request.parameter(name).ok_or_else(missing)
}

fn number<N: FromStr>(request: &Request, name: &str) -> Result<N, Answer> {
    let text = named(request, name)?;
    let wrong = || Answer::refused(400, &format!("`{name}` is `{text}`, expected a number"));
    text.parse().map_err(|_not_one| wrong())
}
