//! What a job does right now, on the terminal: three lines, or a table of its nodes.

mod ending;
mod figures;
mod lines;
mod path;
mod screen;
mod show;
mod showing;
mod table;
mod terminal;
mod text;
mod view;

pub(super) use show::{say_stopping, show};
pub(super) use showing::Showing;
pub(super) use view::StatusView;

use crate::error::{Error, ErrorKind, Result};
use crate::metrics::{Cause, LiveMetrics};
use std::fmt;

/// Where a program shows what its job does: set with [`Config::status`](super::Config::status), or
/// `MILLSTREAM_STATUS`.
///
/// # Examples
/// ```
/// use millstream::job::Status;
///
/// assert_eq!(Status::default(), Status::Auto);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Status {
    /// On a terminal as [`On`](Self::On), unless the job prints there itself; elsewhere as a line
    /// in the log each 30 s. Only for jobs that [`run`](crate::Topology::run).
    #[default]
    Auto,
    /// Three lines on standard error, rewritten twice a second: state and rates, the rates of the
    /// path through the node that limits the job, and what it is that limits it. Where standard
    /// error is no terminal, a line in the log each 30 s.
    On,
    /// The nodes as a table on standard error, rewritten twice a second; where that is no terminal,
    /// once at the end.
    Top,
    /// Nothing.
    Off,
}

impl Status {
    /// The three lines that a terminal shows, each in at most `width` columns.
    ///
    /// # Examples
    /// ```
    /// use millstream::job::Status;
    /// use millstream::metrics::LiveMetrics;
    ///
    /// let live = LiveMetrics { job: "fraud".into(), ..LiveMetrics::default() };
    /// let text = Status::render(&live, 80);
    /// assert_eq!(text.lines().next(), Some("fraud · running 0 ms · in 0/s · out 0/s"));
    /// ```
    #[must_use]
    pub fn render(live: &LiveMetrics, width: usize) -> String {
        lines::lines(live, &Cause::of(live), width).join("\n")
    }

    /// The table that [`Top`](Self::Top) shows, in at most `width` columns and `height` lines: a
    /// line per node, in the order of their declaration, the one that limits the job marked `▶`.
    ///
    /// Shares of time are those of the instance that works most, `fill` is that of the fullest
    /// channel into the node, `lag` that of its least watermark. `dropped` includes what found no
    /// room. Once the job has ended, `in` and `out` are counts.
    ///
    /// # Examples
    /// ```
    /// use millstream::job::Status;
    /// use millstream::metrics::{LiveMetrics, LiveNode};
    ///
    /// let scores = LiveNode { name: "scores".into(), ..LiveNode::default() };
    /// let live = LiveMetrics { nodes: vec![scores], ..LiveMetrics::default() };
    /// let text = Status::table(&live, 100, 24);
    /// assert!(text.lines().nth(2).unwrap().starts_with("  scores"));
    /// ```
    #[must_use]
    pub fn table(live: &LiveMetrics, width: usize, height: usize) -> String {
        table::table(live, &Cause::of(live), (width, height)).join("\n")
    }

    /// What `MILLSTREAM_STATUS` says.
    pub(super) fn named(name: &str) -> Result<Self> {
        match name {
            "auto" => Ok(Self::Auto),
            "on" => Ok(Self::On),
            "top" => Ok(Self::Top),
            "off" => Ok(Self::Off),
            _ => {
                let message =
                    format!("MILLSTREAM_STATUS is `{name}`, expected auto, on, top or off");
                Err(Error::new(ErrorKind::Config, message))
            }
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::On => "on",
            Self::Top => "top",
            Self::Off => "off",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Status;

    #[test]
    fn a_status_is_read_by_its_name_and_anything_else_refused() {
        let names = ["auto", "on", "top", "off"].map(|name| Status::named(name).unwrap());
        assert_eq!(names, [Status::Auto, Status::On, Status::Top, Status::Off]);
        assert_eq!(names.map(|status| status.to_string()), ["auto", "on", "top", "off"]);
        let error = Status::named("yes").unwrap_err().to_string();
        let expected = "MILLSTREAM_STATUS is `yes`, expected auto, on, top or off";
        assert!(error.contains(expected), "{error}");
    }
}
