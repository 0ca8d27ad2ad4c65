//! The command line of an example: pairs of an option and its value, and what is asked about the
//! topology.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// How a graph is written.
const FORMS: &[&str] = &["--svg", "--dot", "--json", "--mermaid"];

/// What a command line says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Args {
    values: BTreeMap<String, String>,
    /// What is asked about the topology, `graph` or `plan`, if it is not to run.
    pub question: Vec<String>,
}

impl Args {
    /// Takes a command line apart; nothing if only help is asked for.
    ///
    /// The options are those of the help: every word there that begins with `--` and a line.
    ///
    /// # Errors
    /// If an option is not one of them, or has no value: the text says which.
    pub fn parse(args: impl Iterator<Item = String>, help: &str) -> Result<Option<Self>, String> {
        let known: Vec<_> =
            help.lines().filter_map(|line| line.split_whitespace().next()).collect();
        let mut args = args.peekable();
        let mut parsed = Self::default();
        while let Some(option) = args.next() {
            match option.as_str() {
                "--help" | "-h" => return Ok(None),
                "graph" | "plan" => {
                    parsed.question.push(option);
                    parsed.question.extend(args.next_if(|form| FORMS.contains(&form.as_str())));
                }
                name if name.starts_with("--") && known.contains(&name) => {
                    let value = args.next().ok_or_else(|| format!("`{option}` needs a value"))?;
                    parsed.values.insert(option, value);
                }
                _ => return Err(format!("there is no option `{option}`\n\n{help}")),
            }
        }
        Ok(Some(parsed))
    }

    /// A file; the default if the option was not given.
    pub fn file(&self, option: &str, default: &str) -> PathBuf {
        self.values.get(option).map_or(default, String::as_str).into()
    }

    /// A file, if the option was given.
    pub fn file_if_given(&self, option: &str) -> Option<PathBuf> {
        self.values.get(option).map(PathBuf::from)
    }

    /// A number from 1 on, digits in groups or not; the default if the option was not given.
    ///
    /// # Errors
    /// If the value is no such number.
    pub fn number(&self, option: &str, default: u64) -> Result<u64, String> {
        let Some(value) = self.values.get(option) else { return Ok(default) };
        match value.replace('_', "").parse() {
            Ok(number) if number > 0 => Ok(number),
            _ => Err(format!("{option} is `{value}`, expected a number from 1 on")),
        }
    }
}
