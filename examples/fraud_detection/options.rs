//! The command line.

use std::path::PathBuf;

pub const HELP: &str = "\
Finds card fraud in a stream of transactions.

  graph [--svg | --dot | --json]   prints the topology instead of running it
  plan                             prints how it would run: call or channel, and why

  --input FILE       transactions as CSV, plain or .gz; made up if left out
  --terminals FILE   positions of the terminals as CSV; goes with --input
  --output FILE      where the alerts go, as JSON lines [alerts.jsonl]
  --instances N      instances of each analyzer [1]
  --events N         at most so many transactions [all; 1000000 if made up]
  --report json      the last line is one JSON object";

/// How a graph is written.
const FORMS: &[&str] = &["--svg", "--dot", "--json", "--mermaid"];

#[derive(Debug)]
pub struct Options {
    pub input: Option<PathBuf>,
    pub terminals: Option<PathBuf>,
    pub output: PathBuf,
    pub instances: usize,
    pub events: Option<u64>,
    pub report: Report,
    /// What is asked about the topology, if it is not to run.
    pub question: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    Text,
    Json,
}

impl Options {
    /// The options; none if only help is asked for.
    pub fn parse(args: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut args = args.peekable();
        let mut options = Self {
            input: None,
            terminals: None,
            output: "alerts.jsonl".into(),
            instances: 1,
            events: None,
            report: Report::Text,
            question: Vec::new(),
        };
        while let Some(option) = args.next() {
            if option == "--help" || option == "-h" {
                return Ok(None);
            }
            if option == "graph" || option == "plan" {
                options.question.push(option);
                options.question.extend(args.next_if(|form| FORMS.contains(&form.as_str())));
                continue;
            }
            let value = args.next().ok_or_else(|| format!("`{option}` needs a value"));
            match option.as_str() {
                "--input" => options.input = Some(value?.into()),
                "--terminals" => options.terminals = Some(value?.into()),
                "--output" => options.output = value?.into(),
                "--instances" => options.instances = number(&option, &value?)? as usize,
                "--events" => options.events = Some(number(&option, &value?)?),
                "--report" => options.report = report(&value?)?,
                _ => return Err(format!("there is no option `{option}`\n\n{HELP}")),
            }
        }
        match (&options.input, &options.terminals) {
            (Some(_), None) => {
                Err("--input needs --terminals, the positions of the terminals".into())
            }
            (None, Some(_)) => Err("--terminals goes with --input".into()),
            _ => Ok(Some(options)),
        }
    }
}

fn number(option: &str, value: &str) -> Result<u64, String> {
    match value.replace('_', "").parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(format!("{option} is `{value}`, expected a number from 1 on")),
    }
}

fn report(value: &str) -> Result<Report, String> {
    match value {
        "json" => Ok(Report::Json),
        "text" => Ok(Report::Text),
        _ => Err(format!("--report is `{value}`, expected `json` or `text`")),
    }
}
