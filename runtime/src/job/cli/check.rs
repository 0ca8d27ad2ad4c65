//! Everything about a topology that can be known before it runs, in one report.

use super::keeps::NodeKeeps;
use super::question::Strictness;
use super::warning::{Warning, warnings};
use crate::builder::Topology;
use crate::error::{Error, ErrorKind, Result};
use crate::job::{Config, StatePlan};
use crate::lowering::unnamed;
use crate::plan::Plan;
use crate::topology::{Broken, Declaration, Delivery};

impl Topology {
    /// The report of `check`.
    ///
    /// # Errors
    /// If a start would be refused, with all reasons; if the directory of checkpoints cannot be
    /// read.
    pub(super) fn checked(&self, config: &Config, strictness: Strictness) -> Result<String> {
        let (declaration, plan) = (self.declaration(), self.plan_at_any_rate(config));
        check_rules(declaration, &plan, config)?;
        let states = self.state_plan(config)?;
        states.iter().try_for_each(|states| check_states(declaration, states))?;
        let warnings = warnings(declaration, config);
        if strictness == Strictness::Warned && !warnings.is_empty() {
            return Err(refused_warnings(declaration, &warnings));
        }
        let state = state(declaration, states.as_ref(), config);
        let listed: String = warnings.iter().map(|warning| format!("{warning}\n\n")).collect();
        let count = counted(&warnings);
        Ok(format!("{plan}{state}\n{listed}{}: no rule is broken, {count}\n", self.name()))
    }
}

/// Checks all that a start checks before it opens something.
fn check_rules(declaration: &Declaration, plan: &Plan, config: &Config) -> Result<()> {
    let mut broken: Vec<Broken> = declaration.broken_rules();
    let others = plan.broken_rules(declaration).into_iter();
    for rule in others.chain(declaration.files_used_twice(&config.env)) {
        if !broken.contains(&rule) {
            broken.push(rule);
        }
    }
    let mut others = without_names(declaration);
    others.extend(declaration.check_journals().err());
    if broken.is_empty() && others.is_empty() {
        return Ok(());
    }
    let mut message = format!("topology `{}` cannot run:", declaration.name());
    message.extend(broken.iter().map(ToString::to_string));
    message.extend(others.iter().map(|error| format!("\n  {error}")));
    let mut codes: Vec<&str> = broken.iter().map(Broken::code).collect();
    codes.sort_unstable();
    codes.dedup();
    if !codes.is_empty() {
        message.push_str(&format!("\n\n`explain {}` has more on it", codes.join(" ")));
    }
    Err(Error::new(ErrorKind::Topology, message))
}

/// The nodes whose state would not be found again, for want of a name.
fn without_names(declaration: &Declaration) -> Vec<Error> {
    let keeps = NodeKeeps::of_all(declaration);
    let nodes = declaration.numbered_nodes().into_iter();
    let nodes = nodes.filter(|node| keeps.get(node.0).is_some_and(NodeKeeps::needs_name));
    nodes.map(|node| unnamed(declaration.name_of(node))).collect()
}

/// Checks that the job could continue from its checkpoint.
fn check_states(declaration: &Declaration, states: &StatePlan) -> Result<()> {
    let refused = states.refused();
    if refused.is_empty() {
        return Ok(());
    }
    let list: String = refused.iter().map(|error| format!("\n  {error}")).collect();
    let message = format!(
        "job `{}` cannot continue from its checkpoint:{list}\n\n{states}",
        declaration.name()
    );
    Err(Error::new(ErrorKind::Checkpoint, message.trim_end()))
}

fn refused_warnings(declaration: &Declaration, warnings: &[Warning]) -> Error {
    let list: String = warnings.iter().map(|warning| format!("\n{warning}")).collect();
    let count = counted(warnings);
    let message = format!("topology `{}` has {count}:{list}", declaration.name());
    Error::new(ErrorKind::Topology, message)
}

/// `1 warning`, `no warnings`
fn counted(warnings: &[Warning]) -> String {
    match warnings.len() {
        0 => "no warnings".to_owned(),
        1 => "1 warning".to_owned(),
        more => format!("{more} warnings"),
    }
}

/// What the job begins with.
fn state(declaration: &Declaration, states: Option<&StatePlan>, config: &Config) -> String {
    match (states, declaration.delivery(), &config.checkpoints) {
        (Some(states), ..) => format!("\n{states}"),
        (None, Delivery::AtMostOnce, _) => {
            "guarantee: every event at most once; the job keeps no checkpoints\n".to_owned()
        }
        (None, _, Some(path)) => {
            format!("state: none yet, since {} has no checkpoint\n", path.display())
        }
        (None, _, None) => "state: none, since no directory for checkpoints is set\n".to_owned(),
    }
}
