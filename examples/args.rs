//! The command line of an example: options with a value, and the commands `graph` and `plan`.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// The formats of a graph.
const FORMS: &[&str] = &["--svg", "--dot", "--json", "--mermaid"];

/// A parsed command line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Args {
    values: BTreeMap<String, String>,
    /// The command `graph` or `plan` and its option; empty to run the job.
    pub question: Vec<String>,
}

impl Args {
    /// Parses a command line; `None` for `--help`.
    ///
    /// The options are those of the help: every word that begins with `--` at the start of a line.
    ///
    /// # Errors
    /// If an option is unknown or has no value; the text names it.
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

    /// The path of an option; the default if it is absent.
    pub fn file(&self, option: &str, default: &str) -> PathBuf {
        self.values.get(option).map_or(default, String::as_str).into()
    }

    /// The path of an option, if present.
    pub fn file_if_given(&self, option: &str) -> Option<PathBuf> {
        self.values.get(option).map(PathBuf::from)
    }

    /// A positive integer, `_` between digits allowed; the default if the option is absent.
    ///
    /// # Errors
    /// If the value is not a positive integer.
    pub fn number(&self, option: &str, default: u64) -> Result<u64, String> {
        let Some(value) = self.values.get(option) else { return Ok(default) };
        match value.replace('_', "").parse() {
            Ok(number) if number > 0 => Ok(number),
            _ => Err(format!("{option} is `{value}`, expected a positive integer")),
        }
    }
}
