//! The command line of the binary `expansion`.

/// The usage of the binary.
pub const USAGE: &str = "\
usage: expansion [--macros] [--sizes] [--only SIZE] [--example] [--rounds N]

--macros    the time that the macros take for a line, and for an operator
--sizes     checks and builds of 50, 300 and 1,000 nodes, of chains of 60, 150 and 400 operators
--only SIZE one of these: nodes-50, nodes-300, nodes-1000, chain-60, chain-150, chain-400
--example   a build of the fraud example after a change of one line
--rounds N  the number of rounds; 3 unless given

Without a part, all are measured: some half an hour on two cores.";

/// A part of what is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Macros,
    /// The programs whose names begin like this.
    Sizes(String),
    Example,
}

/// A parsed command line.
#[derive(Debug)]
pub struct Options {
    pub parts: Vec<Part>,
    pub rounds: usize,
}

impl Options {
    /// Parses the arguments after the program's name; `None` for `--help`.
    ///
    /// # Errors
    /// A message about the first invalid argument.
    pub fn read(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let (mut parts, mut rounds) = (Vec::new(), 3);
        while let Some(name) = arguments.next() {
            match name.as_str() {
                "--help" | "-h" => return Ok(None),
                "--macros" => parts.push(Part::Macros),
                "--sizes" => parts.push(Part::Sizes(String::new())),
                "--only" => parts.push(Part::Sizes(arguments.next().ok_or("--only takes a size")?)),
                "--example" => parts.push(Part::Example),
                "--rounds" => {
                    let number = arguments.next().and_then(|number| number.parse().ok());
                    rounds =
                        number.filter(|n| *n > 0).ok_or("--rounds takes a number, 1 or more")?;
                }
                _ => return Err(format!("there is no option `{name}`\n\n{USAGE}")),
            }
        }
        if parts.is_empty() {
            parts = vec![Part::Macros, Part::Sizes(String::new()), Part::Example];
        }
        Ok(Some(Self { parts, rounds }))
    }
}
