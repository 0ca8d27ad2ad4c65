//! Questions about a topology on the command line, instead of running it.

mod check;
mod described;
#[cfg(feature = "json")]
mod diff;
mod explain;
mod keeps;
mod question;
mod warning;

use super::Config;
use crate::builder::Topology;
use crate::error::{Error, ErrorKind, Result};
use question::Question;
use std::io::{self, Write};

impl Topology {
    /// Answers questions about the topology on the command line, instead of running it: returns
    /// the text to print, or `None` if the arguments ask nothing.
    ///
    /// | question | answer |
    /// |---|---|
    /// | `graph` | the topology in Mermaid, or with `--svg`, `--dot` or `--json` in another format |
    /// | `plan` | the [`Plan`], and the [`StatePlan`] if there is a checkpoint to continue from |
    /// | `check` | both, the limits and guarantees, and warnings: what a start would refuse is an error, with `--strict` a warning too |
    /// | `diff OLD.json` | what a change does to nodes, edges, state and guarantees; before it, `graph --json > OLD.json` |
    /// | `explain M0401` | the page about a code; without one, the list of all |
    /// | `top` | none: the job, once it runs, shows a table of its nodes, as [`Status::Top`] does |
    ///
    /// The first argument is the name of the program and is skipped. Called at the start of `main`,
    /// it makes `cargo run -- graph --svg > graph.svg` work; [`print_answer`](Self::print_answer)
    /// prints the text too. No source or sink is opened, and nothing is written.
    ///
    /// A `main` that returns the error ends with exit code 1, so `cargo run -- check` fails a build
    /// in CI. A difference is no error.
    ///
    /// [`Plan`]: crate::plan::Plan
    /// [`StatePlan`]: super::StatePlan
    /// [`Status::Top`]: super::Status::Top
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if the question or its option is misspelt, there is no such code, or
    /// the old graph cannot be read; [`ErrorKind::Topology`] if the topology breaks a rule (`check`
    /// lists all of them); [`ErrorKind::Checkpoint`] if the checkpoint cannot be read or, for
    /// `check`, does not fit.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # fn main() -> millstream::Result<()> {
    /// let topology = topology!(source(from_iter([1])) >> sink(stdout_lines()));
    /// let asked = |word: &str| {
    ///     let arguments = ["program", word].map(str::to_owned);
    ///     topology.answer_cli(arguments, &Config::default())
    /// };
    /// assert!(asked("graph")?.unwrap().contains("flowchart"));
    /// assert!(asked("check")?.unwrap().ends_with("no rule is broken, no warnings\n"));
    /// assert_eq!(asked("--verbose")?, None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn answer_cli(
        &self,
        arguments: impl IntoIterator<Item = String>,
        config: &Config,
    ) -> Result<Option<String>> {
        self.answer(&arguments.into_iter().skip(1).collect::<Vec<_>>(), config)
    }

    /// Prints the answer of [`answer_cli`](Self::answer_cli), if the arguments ask something;
    /// returns whether they do.
    ///
    /// A reader that has gone, as in `cargo run -- plan | head`, is no error.
    ///
    /// # Errors
    /// Those of [`answer_cli`](Self::answer_cli); [`ErrorKind::Sink`] if the answer cannot be
    /// printed, such as into a file on a full disk.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let config = Config::from_env()?;
    /// let topology = topology!(source(from_iter([1, 2])) >> sink(stdout_lines()));
    /// if topology.print_answer(std::env::args(), &config)? {
    ///     return Ok(());
    /// }
    /// topology.run(config).await
    /// # }
    /// ```
    pub fn print_answer(
        &self,
        arguments: impl IntoIterator<Item = String>,
        config: &Config,
    ) -> Result<bool> {
        match self.answer_cli(arguments, config)? {
            Some(answer) => print(&answer).map(|()| true),
            None => Ok(false),
        }
    }

    /// The former name of [`answer_cli`](Self::answer_cli).
    ///
    /// # Errors
    /// Those of [`answer_cli`](Self::answer_cli).
    #[deprecated(note = "its name is `answer_cli`")]
    pub fn asked(
        &self,
        arguments: impl IntoIterator<Item = String>,
        config: &Config,
    ) -> Result<Option<String>> {
        self.answer_cli(arguments, config)
    }

    fn answer(&self, words: &[String], config: &Config) -> Result<Option<String>> {
        let answer = match question::of(words)? {
            None => return Ok(None),
            Some(Question::Top) => {
                self.show_table();
                return Ok(None);
            }
            Some(Question::Graph(form)) => form(&self.described(config)),
            Some(Question::Plan) => self.planned(config)?,
            Some(Question::Check(strictness)) => self.checked(config, strictness)?,
            Some(Question::Explain(codes)) => explain::pages(codes)?,
            Some(Question::Diff(path)) => self.compared(config, path)?,
        };
        Ok(Some(answer))
    }

    /// The plan, and what becomes of the state in the checkpoint that the job would continue from.
    fn planned(&self, config: &Config) -> Result<String> {
        let plan = self.plan(config)?;
        Ok(match self.state_plan(config)? {
            Some(states) => format!("{plan}\n{states}"),
            None => plan.to_string(),
        })
    }

    #[cfg(not(feature = "json"))]
    fn compared(&self, _: &Config, _: &str) -> Result<String> {
        let message = "`diff` reads JSON, for which millstream has the feature `json`";
        Err(Error::new(ErrorKind::Config, message))
    }
}

fn print(answer: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(answer.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::new(ErrorKind::Sink, "cannot print the answer").caused_by(error))
        }
        _ => Ok(()),
    }
}
