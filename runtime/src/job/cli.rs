//! What a command line asks about a topology instead of running it.

use super::Config;
use crate::builder::Topology;
use crate::error::{Error, ErrorKind, Result};
use millstream_graph::shape::Shape;
use millstream_graph::suggest;

/// An option behind `graph`, and what it writes.
type Form = (&'static str, fn(&Shape) -> String);

/// How a graph is written.
const FORMS: &[Form] = &[
    ("--mermaid", Shape::mermaid),
    ("--svg", Shape::svg),
    ("--dot", Shape::dot),
    ("--json", Shape::json),
];

impl Topology {
    /// The answer if the arguments of a program ask about the topology: `graph` for its graph, in
    /// the language of Mermaid or as `--svg`, `--dot` or `--json`; `plan` for how it would run.
    ///
    /// The first argument, the name of the program, is left out. A program that asks this before it
    /// runs the topology can be called as `cargo run -- graph --svg > graph.svg`.
    ///
    /// # Errors
    /// If the option behind `graph` is none of these, or if there is no plan, since the topology
    /// breaks a rule.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # fn main() -> millstream::Result<()> {
    /// let topology = topology!(source(from_iter([1])) >> sink(stdout_lines()));
    /// let arguments = ["program", "graph", "--dot"].map(str::to_owned);
    /// let answer = topology.answer_cli(arguments, &Config::default())?.unwrap();
    /// assert!(answer.starts_with("digraph"));
    /// assert_eq!(topology.answer_cli(["program".to_owned()], &Config::default())?, None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn answer_cli(
        &self,
        arguments: impl IntoIterator<Item = String>,
        config: &Config,
    ) -> Result<Option<String>> {
        let mut arguments = arguments.into_iter().skip(1);
        match arguments.next().as_deref() {
            Some("graph") => self.drawn(arguments.next().as_deref()).map(Some),
            Some("plan") => Ok(Some(self.plan(config)?.to_string())),
            _ => Ok(None),
        }
    }

    fn drawn(&self, option: Option<&str>) -> Result<String> {
        let option = option.unwrap_or("--mermaid");
        if let Some((_, form)) = FORMS.iter().find(|(name, _)| *name == option) {
            return Ok(form(&self.graph()));
        }
        let names = FORMS.iter().map(|(name, _)| *name);
        let meant = suggest::closest(option, names.clone());
        let meant = meant.map(|meant| format!("did you mean `{meant}`? ")).unwrap_or_default();
        let names: Vec<&str> = names.collect();
        let message = format!(
            "`graph` has no option `{option}`; {meant}It is written as {}",
            names.join(", ")
        );
        Err(Error::new(ErrorKind::Config, message))
    }
}
