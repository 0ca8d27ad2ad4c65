//! The baseline: the last accepted instruction counts.

use std::collections::BTreeMap;
use std::fmt::Write;

/// The file of the baseline.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/instructions/baseline.txt");

/// The accepted increase over the baseline, in per cent. Counts of the same code repeat to a
/// hundredth of that; the compiler's output for unchanged code varies by one or two.
const LIMIT: f64 = 5.0;

const HEAD: &str = "\
# Instructions for each event, as counted by the binary `instructions`; `--save` writes this file.
";

/// The last accepted instruction counts.
#[derive(Debug)]
pub struct Baseline {
    /// The compiler of these counts.
    pub toolchain: String,
    works: BTreeMap<String, f64>,
}

/// A count compared with the baseline.
#[derive(Debug, PartialEq)]
pub enum Verdict {
    Good,
    Worse(String),
}

impl Baseline {
    /// An empty baseline.
    pub fn new(toolchain: String) -> Self {
        Self { toolchain, works: BTreeMap::new() }
    }

    /// Reads the stored baseline.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn read() -> Result<Self, String> {
        let text = std::fs::read_to_string(FILE);
        let text = text.map_err(|error| format!("{FILE}: {error}; `--save` writes it"))?;
        Self::parse(&text).map_err(|line| format!("{FILE}: `{line}` is no work and its number"))
    }

    fn parse(text: &str) -> Result<Self, &str> {
        let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let mut baseline = Self::new(lines.next().unwrap_or_default().to_owned());
        for line in lines {
            let (name, number) = line.split_once(' ').ok_or(line)?;
            baseline.set(name, number.trim().parse().map_err(|_not_a_number| line)?);
        }
        Ok(baseline)
    }

    /// The same baseline, if it is from this compiler.
    ///
    /// # Errors
    /// If it is from another compiler.
    pub fn of_toolchain(self, toolchain: &str) -> Result<Self, String> {
        if self.toolchain == toolchain {
            return Ok(self);
        }
        Err(format!("the baseline is of {}: save all works, without --only", self.toolchain))
    }

    /// Accepts the count of a work.
    pub fn set(&mut self, name: &str, counted: f64) {
        self.works.insert(name.to_owned(), counted);
    }

    /// Formats a row of the table; returns whether the count is acceptable.
    pub fn verdict(&self, name: &str, counted: f64) -> (String, Verdict) {
        let Some(&known) = self.works.get(name) else {
            let line = format!("{name:<14}{counted:>14.1}{:>14}{:>10}", "-", "-");
            let message = format!("`{name}` is not in the baseline: `--save` adds it");
            return (line, Verdict::Worse(message));
        };
        let more = (counted / known - 1.0) * 100.0;
        let line = format!("{name:<14}{counted:>14.1}{known:>14.1}{more:>+8.1} %");
        if more <= LIMIT {
            return (line, Verdict::Good);
        }
        let message = format!(
            "`{name}` takes {counted:.1} instructions for each event, {more:.1} % more than the \
             {known:.1} of the baseline"
        );
        (line, Verdict::Worse(message))
    }

    /// Writes the baseline.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self) -> Result<(), String> {
        std::fs::write(FILE, self.text()).map_err(|error| format!("{FILE}: {error}"))
    }

    fn text(&self) -> String {
        let mut text = format!("{HEAD}{}\n", self.toolchain);
        for (name, counted) in &self.works {
            // Writing to a `String` cannot fail.
            writeln!(text, "{name} {counted:.1}").ok();
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn baseline() -> Baseline {
        Baseline::parse("# told\nrustc 1.95.0\nchain 20.0\n").unwrap()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = baseline().text();
        assert_eq!(Baseline::parse(&text).unwrap().text(), text);
    }

    #[test]
    fn six_per_cent_more_fail_and_name_both_figures() {
        let (_, verdict) = baseline().verdict("chain", 21.2);
        let message = "`chain` takes 21.2 instructions for each event, 6.0 % more than the 20.0 of \
                       the baseline";
        assert_eq!(verdict, Verdict::Worse(message.into()));
    }

    #[test]
    fn four_per_cent_more_pass_and_so_does_less() {
        assert_eq!(baseline().verdict("chain", 20.8).1, Verdict::Good);
        assert_eq!(baseline().verdict("chain", 10.0).1, Verdict::Good);
    }

    #[test]
    fn a_work_without_a_baseline_fails() {
        assert!(matches!(baseline().verdict("new", 1.0).1, Verdict::Worse(_)));
    }

    #[test]
    fn a_line_that_is_no_number_is_told() {
        assert_eq!(Baseline::parse("rustc\nchain many\n").unwrap_err(), "chain many");
    }
}
