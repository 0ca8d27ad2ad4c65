//! The command line of an example: options with a value, and commands: `graph`, `plan`, `check`,
//! `diff`, `explain`, `top`.

use millstream::job::Status;
use millstream::{Config, Topology};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// The formats of a graph.
const FORMS: &[&str] = &["--svg", "--dot", "--json", "--mermaid"];

/// A parsed command line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Args {
    values: BTreeMap<String, String>,
    /// The command `graph`, `plan`, `check`, `diff` or `explain` and what follows it; empty to run
    /// the job.
    pub question: Vec<String>,
    /// The command `top`: a table of the nodes while the job runs.
    pub top: bool,
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
        // `--` ends the arguments of cargo, and may be written where there is no cargo.
        let mut args = args.skip_while(|first| first == "--").peekable();
        let mut parsed = Self::default();
        while let Some(option) = args.next() {
            match option.as_str() {
                "--help" | "-h" => return Ok(None),
                "graph" | "plan" => {
                    parsed.question.push(option);
                    parsed.question.extend(args.next_if(|form| FORMS.contains(&form.as_str())));
                }
                "check" => {
                    parsed.question.push(option);
                    parsed.question.extend(args.next_if(|option| option == "--strict"));
                }
                "diff" | "explain" => {
                    parsed.question.push(option);
                    parsed.question.extend(args.next_if(|option| !option.starts_with('-')));
                }
                "top" => parsed.top = true,
                name if name.starts_with("--") && known.contains(&name) => {
                    let value = args.next().ok_or_else(|| format!("`{option}` needs a value"))?;
                    parsed.values.insert(option, value);
                }
                _ => return Err(unknown(&option, help)),
            }
        }
        Ok(Some(parsed))
    }

    /// The settings of an example, as [`config`] has them, and what its command line asks for.
    ///
    /// # Errors
    /// If a variable is not what it should be.
    pub fn config(&self) -> millstream::Result<Config> {
        let config = config()?;
        Ok(if self.top { config.status(Status::Top) } else { config })
    }

    /// Answers a question about the topology, if the command is one, instead of running the job;
    /// returns whether it is.
    ///
    /// # Errors
    /// Those of [`Topology::print_answer`].
    pub fn answer(&self, topology: &Topology, config: &Config) -> millstream::Result<bool> {
        // The first argument is the name of the program.
        let arguments = std::iter::once(String::new()).chain(self.question.iter().cloned());
        topology.print_answer(arguments, config)
    }

    /// The path of an option; the default if it is absent.
    pub fn file(&self, option: &str, default: &str) -> PathBuf {
        self.values.get(option).map_or(default, String::as_str).into()
    }

    /// The path of an option, if present.
    pub fn file_if_given(&self, option: &str) -> Option<PathBuf> {
        self.values.get(option).map(PathBuf::from)
    }

    /// The path of an option that must be present.
    ///
    /// # Errors
    /// If it is absent.
    pub fn required(&self, option: &str) -> Result<PathBuf, String> {
        self.file_if_given(option).ok_or_else(|| format!("{option} is missing; see --help"))
    }

    /// The value of an option, if present.
    pub fn text(&self, option: &str) -> Option<&str> {
        self.values.get(option).map(String::as_str)
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

    /// A duration; the default if the option is absent.
    ///
    /// # Errors
    /// If the value is not a duration.
    pub fn duration(&self, option: &str, default: Duration) -> Result<Duration, String> {
        self.text(option).map_or(Ok(default), |text| duration(option, text))
    }
}

/// Reads a duration, such as `200ms`, `5s` or `2min`.
///
/// # Errors
/// If it is none, or nothing; the text names the option.
pub fn duration(option: &str, text: &str) -> Result<Duration, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let millis = match unit {
        "ms" => Some(1),
        "s" => Some(1_000),
        "min" => Some(60_000),
        _ => None,
    };
    let millis = millis.zip(number.parse::<u64>().ok()).and_then(|(unit, n)| n.checked_mul(unit));
    match millis {
        Some(millis) if millis > 0 => Ok(Duration::from_millis(millis)),
        _ => Err(format!("{option} is `{text}`, expected a duration such as 200ms, 5s or 2min")),
    }
}

/// The settings of an example: those of the environment, and a live page at the first free port of
/// 7000 to 7009 unless `MILLSTREAM_PAGE` says otherwise.
///
/// # Errors
/// If a variable is not what it should be.
pub fn config() -> millstream::Result<Config> {
    let config = Config::from_env()?;
    Ok(match std::env::var_os("MILLSTREAM_PAGE").filter(|at| !at.is_empty()) {
        Some(_) => config,
        None => config.page(7000..=7009),
    })
}

/// Runs an example by its command line: prints the help if that is asked for, and an error with the
/// name of the example.
pub async fn run_by<E: From<String> + Display>(
    name: &str,
    help: &str,
    run: impl AsyncFnOnce(Args) -> Result<(), E>,
) -> ExitCode {
    let result = match Args::parse(std::env::args().skip(1), help) {
        Ok(Some(args)) => run(args).await,
        Ok(None) => {
            println!("{help}");
            return ExitCode::SUCCESS;
        }
        Err(message) => Err(message.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What to say about an argument that is neither an option nor a command.
fn unknown(argument: &str, help: &str) -> String {
    let kind = if argument.starts_with('-') { "option" } else { "command" };
    format!("there is no {kind} `{argument}`\n\n{help}")
}

#[cfg(test)]
mod tests {
    use super::Args;

    #[test]
    fn what_is_misspelt_is_named_also_behind_two_dashes() {
        let parse = |words: &str| Args::parse(words.split(' ').map(str::to_owned), "  --events N");
        let wrong = |words| parse(words).unwrap_err().lines().next().unwrap().to_owned();
        assert_eq!(wrong("-- grph"), "there is no command `grph`");
        assert_eq!(wrong("grph"), "there is no command `grph`");
        assert_eq!(wrong("-- --evnts 3"), "there is no option `--evnts`");
        assert_eq!(wrong("graph --sgv"), "there is no option `--sgv`");
        assert_eq!(parse("-- graph --svg").unwrap().unwrap().question, ["graph", "--svg"]);
        assert_eq!(parse("diff old.json").unwrap().unwrap().question, ["diff", "old.json"]);
        assert_eq!(parse("check --strict").unwrap().unwrap().question, ["check", "--strict"]);
        assert!(parse("top --events 3").unwrap().unwrap().top);
        assert_eq!(parse("-- --events 3").unwrap().unwrap().number("--events", 1), Ok(3));
    }
}
