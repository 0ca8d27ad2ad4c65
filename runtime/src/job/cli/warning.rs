//! What is worth a second look in a topology that can run.

use crate::job::{Config, durability};
use crate::topology::{Declaration, Delivery, NodeId};
use crate::window::in_words;
use std::fmt;

/// A warning, and the place in the source that it is about.
#[derive(Debug)]
pub(super) struct Warning {
    text: String,
    place: Option<String>,
}

impl Warning {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), place: None }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "warning: {}", self.text)?;
        self.place.iter().try_for_each(|place| write!(f, "\n    at {place}"))
    }
}

/// All warnings.
pub(super) fn warnings(declaration: &Declaration, config: &Config) -> Vec<Warning> {
    let mut warnings = gaps(declaration);
    match declaration.delivery() {
        Delivery::AtMostOnce => {
            let existing = declaration.existing_files(&config.env, |_, _| false);
            warnings.extend(existing.into_iter().map(|error| Warning::new(error.to_string())));
        }
        Delivery::AtLeastOnce | Delivery::ExactlyOnce => {
            if config.checkpoints.is_none() {
                let error = durability::without_place(declaration);
                warnings.push(Warning::new(error.to_string()));
            }
            warnings.extend(runs_once(declaration));
        }
    }
    warnings
}

/// Windows of which no event between two of them is a part.
fn gaps(declaration: &Declaration) -> Vec<Warning> {
    let gaps = declaration.gaps.iter().filter_map(|(id, gap)| {
        let NodeId(at) = *id;
        let node = declaration.nodes().get(at)?;
        let mut edges = declaration.edges().iter();
        let windows = edges.find(|edge| edge.to == *id).and_then(|edge| edge.window.as_deref());
        let gap = in_words(i64::try_from(gap.as_micros()).unwrap_or(i64::MAX));
        let text = format!(
            "the windows of `{}`, {}, leave a gap of {gap}: events between two of them are in \
             none, and late; with a step no longer than the windows there is no gap",
            node.name,
            windows.unwrap_or("sliding"),
        );
        Some(Warning { text, place: Some(node.place()) })
    });
    gaps.collect()
}

/// What keeps a job with checkpoints from restarting after a failure.
fn runs_once(declaration: &Declaration) -> Option<Warning> {
    let node = declaration.nodes().get(declaration.opened_once.first()?.0)?;
    let text = format!(
        "the job does not restart after a failure, since `{}` cannot be opened again",
        node.name
    );
    Some(Warning { text, place: Some(node.place()) })
}
