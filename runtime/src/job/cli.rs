//! Questions about a topology on the command line: its graph and its plan.

use super::Config;
use crate::builder::Topology;
use crate::error::{Error, ErrorKind, Result};
use millstream_graph::shape::Shape;
use millstream_graph::suggest;

/// An option of `graph`, and the function that draws.
type Form = (&'static str, fn(&Shape) -> String);

/// What can be asked.
const QUESTIONS: [&str; 2] = ["graph", "plan"];

/// Asks for the job, and for a table of its nodes while it runs.
const TOP: &str = "top";

/// The formats of a graph.
const FORMS: &[Form] = &[
    ("--mermaid", Shape::mermaid),
    ("--svg", Shape::svg),
    ("--dot", Shape::dot),
    ("--json", Shape::json),
];

impl Topology {
    /// Answers questions about the topology on the command line, instead of running it: returns
    /// the text to print, or `None` if the arguments ask nothing.
    ///
    /// `graph` draws the topology, in Mermaid or with `--svg`, `--dot` or `--json` in another
    /// format; `plan` prints the [`Plan`](crate::plan::Plan), and the [`StatePlan`] if there is a
    /// checkpoint to continue from. `top` has the job, once it runs, show a table of its nodes on
    /// the terminal, as [`Status::Top`] does.
    ///
    /// The first argument is the name of the program and is skipped. Called at the start of `main`,
    /// it makes `cargo run -- graph --svg > graph.svg` work.
    ///
    /// [`StatePlan`]: super::StatePlan
    /// [`Status::Top`]: super::Status::Top
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if the question is misspelt or `graph` has no such option,
    /// [`ErrorKind::Topology`] if there is no plan, because the topology breaks a rule,
    /// [`ErrorKind::Checkpoint`] if the checkpoint cannot be read.
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
            Some("plan") => self.planned(config).map(Some),
            Some(TOP) => {
                self.show_table();
                Ok(None)
            }
            Some(other) => misspelt(other).map_or(Ok(None), Err),
            None => Ok(None),
        }
    }

    /// The plan, and what becomes of the state in the checkpoint that the job would continue from.
    fn planned(&self, config: &Config) -> Result<String> {
        let plan = self.plan(config)?;
        Ok(match self.state_plan(config)? {
            Some(states) => format!("{plan}\n{states}"),
            None => plan.to_string(),
        })
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
            "`graph` has no option `{option}`; {meant}The options are {}",
            names.join(", ")
        );
        Err(Error::new(ErrorKind::Config, message))
    }
}

/// The error of a word that is close to a question. Other words are arguments of the program.
fn misspelt(word: &str) -> Option<Error> {
    let plain = word.trim_start_matches('-');
    let same = QUESTIONS.into_iter().chain([TOP]).find(|question| *question == plain);
    let meant = same.or_else(|| suggest::closest(plain, QUESTIONS))?;
    let message = format!("there is no question `{word}`; did you mean `{meant}`?");
    Some(Error::new(ErrorKind::Config, message))
}
