//! What changes the job: drain, pause, resume, tune.

use super::actions::{Actions, Tuning};
use super::answer::Answer;
use super::request::Request;
use crate::time::{DurationExt, Rate};
use serde_json::json;
use std::borrow::Cow;
use std::str::FromStr;

/// Changes the job as asked, or says why not.
pub(super) fn change(actions: &dyn Actions, request: &Request) -> Answer {
    match changed(actions, request) {
        Ok(()) => Answer::json(json!({ "v": 1, "done": true }).to_string()),
        Err(refusal) => refusal,
    }
}

fn changed(actions: &dyn Actions, request: &Request) -> Result<(), Answer> {
    let outcome = match request.path.as_str() {
        "/api/pause" => actions.pause(&named(request, "source")?),
        "/api/resume" => actions.resume(&named(request, "source")?),
        "/api/tune" => actions.tune(&named(request, "node")?, tuning(request)?),
        _ => {
            actions.drain();
            Ok(())
        }
    };
    outcome.map_err(|error| Answer::refused(400, &error.to_string()))
}

fn tuning(request: &Request) -> Result<Tuning, Answer> {
    if request.parameter("rate").is_some() {
        let events = number(request, "rate")?;
        return Ok(Tuning::Rate(Rate::new(events, 1.secs())));
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
