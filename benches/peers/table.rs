//! The table on the terminal, in Markdown.

use crate::systems::System;
use crate::turns::Measured;
use crate::work::Work;
use std::fmt;

/// The header of the table.
pub const HEAD: &str = "\
| work | system | M events/s (min-max) | CPU ns/event | CPU ÷ loop | peak MB | delay µs: 50 %, 99 %, 99.9 % |
|---|---|---|---|---|---|---|";

/// The rows of a work.
pub struct Rows<'a> {
    pub work: Work,
    pub measured: &'a [Measured],
}

impl fmt::Display for Rows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by_loop = self.measured.iter().find(|one| one.system == System::LOOP);
        for measured in self.measured {
            self.row(f, measured, by_loop)?;
        }
        Ok(())
    }
}

impl Rows<'_> {
    fn row(
        &self,
        f: &mut fmt::Formatter<'_>,
        one: &Measured,
        by_loop: Option<&Measured>,
    ) -> fmt::Result {
        let unit = match self.work.unit() {
            "event" => String::new(),
            unit => format!(" a {unit}"),
        };
        write!(f, "| {} | {} | ", self.work, one.system)?;
        let [median, least, most] = one.rate().map(|rate| rate / 1e6);
        match self.work {
            Work::Idle | Work::Start => write!(f, "|")?,
            _ => write!(f, "{median:.1} ({least:.1}-{most:.1}) |")?,
        }
        write!(f, " {:.2}{unit} |", one.cpu())?;
        match by_loop {
            Some(by_loop) => write!(f, " {:.2} |", one.cpu_ratio(by_loop))?,
            None => write!(f, " |")?,
        }
        write!(f, " {:.0}", one.peak())?;
        if self.work == Work::Memory {
            write!(f, " ({:.0} bytes a key)", one.grown())?;
        }
        match one.delays() {
            Some([half, most, nearly]) => writeln!(f, " | {half:.0}, {most:.0}, {nearly:.0} |"),
            None => writeln!(f, " | |"),
        }
    }
}
