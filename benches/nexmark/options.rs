//! The command line of the binary `nexmark`.

use millstream_benches::nexmark::Query;
use std::path::PathBuf;

/// The usage of the binary.
pub const USAGE: &str = "\
usage: nexmark --query q0..q23 --events N [--instances N] [--output FILE] [--dump FILE]
       nexmark --events N --dump FILE

--query      the query to run
--events     how many events to run it on
--instances  instances of each operator; 1 by default
--output     where to write the rows, a JSON object a line; the files of q10 are left in FILE.parts
--dump       where to write the events, a JSON object a line";

/// A parsed command line.
#[derive(Debug, Default)]
pub struct Options {
    pub query: Option<Query>,
    pub events: Option<usize>,
    pub instances: Option<usize>,
    pub output: Option<PathBuf>,
    pub dump: Option<PathBuf>,
    pub help: bool,
}

impl Options {
    /// Parses the arguments after the program's name.
    ///
    /// # Errors
    /// A message about the first invalid argument.
    pub fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self::default();
        while let Some(name) = arguments.next() {
            match name.as_str() {
                "--help" | "-h" => options.help = true,
                _ => {
                    let value = arguments.next();
                    options.set(&name, value)?;
                }
            }
        }
        options.complete()
    }

    fn set(&mut self, name: &str, value: Option<String>) -> Result<(), String> {
        let value = || value.ok_or_else(|| format!("{name} has no value: write it behind {name}"));
        match name {
            "--query" => self.query = Some(value()?.parse()?),
            "--events" => self.events = Some(number(name, &value()?, 0)?),
            "--instances" => self.instances = Some(number(name, &value()?, 1)?),
            "--output" => self.output = Some(value()?.into()),
            "--dump" => self.dump = Some(value()?.into()),
            _ => return Err(format!("there is no option `{name}`")),
        }
        Ok(())
    }

    fn complete(self) -> Result<Self, String> {
        if self.help {
            return Ok(self);
        }
        if self.query.is_none() && self.dump.is_none() {
            return Err("no query: add --query, such as --query q5".into());
        }
        if self.events.is_none() {
            return Err("no number of events: add --events, such as --events 1000000".into());
        }
        Ok(self)
    }
}

fn number(name: &str, value: &str, least: usize) -> Result<usize, String> {
    match value.parse() {
        Ok(number) if number >= least => Ok(number),
        _ => Err(format!("{name} is `{value}`, expected a number from {least} on")),
    }
}
