//! The command line of the binary `instructions`.

use crate::works::{WORKS, Work};

/// The usage of the binary.
pub const USAGE: &str = "\
usage: instructions [--only WORK] [--save]

--only  count this work only
--save  write the counts as the new baseline";

/// A parsed command line.
#[derive(Debug)]
pub enum Options {
    Help,
    Compare {
        only: Option<Work>,
    },
    Save {
        only: Option<Work>,
    },
    /// The command the binary passes to itself under valgrind.
    Run {
        work: Work,
        periods: u64,
    },
}

impl Options {
    /// Parses the arguments after the program's name.
    ///
    /// # Errors
    /// A message about the first invalid argument.
    pub fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let (mut only, mut save) = (None, false);
        while let Some(name) = arguments.next() {
            match name.as_str() {
                "--help" | "-h" => return Ok(Self::Help),
                "--save" => save = true,
                "--only" => only = Some(work(arguments.next())?),
                "--run" => {
                    let work = work(arguments.next())?;
                    let periods = arguments.next().and_then(|periods| periods.parse().ok());
                    let periods = periods.ok_or("--run takes a work and a number")?;
                    return Ok(Self::Run { work, periods });
                }
                _ => return Err(format!("there is no option `{name}`\n{USAGE}")),
            }
        }
        Ok(if save { Self::Save { only } } else { Self::Compare { only } })
    }
}

fn work(name: Option<String>) -> Result<Work, String> {
    let name = name.unwrap_or_default();
    Work::named(&name).ok_or_else(|| {
        let names: Vec<&str> = WORKS.iter().map(|work| work.name).collect();
        format!("there is no work `{name}`: take one of {}", names.join(", "))
    })
}
