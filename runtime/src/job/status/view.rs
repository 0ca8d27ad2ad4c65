//! Where and how the status of a job is shown.

use super::{Status, terminal};
use crate::topology::Declaration;
use std::io::{self, IsTerminal};
use std::path::Path;

/// How the status is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::job) enum View {
    /// Three lines that are drawn again.
    Lines,
    /// A table that is drawn again.
    Table,
    /// A table at the end.
    LastTable,
    /// Lines in the log, and what the job waits for at its end.
    Log,
    /// What the job waits for at its end, in the log.
    Ending,
}

impl View {
    /// Whether anybody sees it while the job runs. For a log that nobody reads, no job is watched.
    pub(in crate::job) fn is_seen(self) -> bool {
        match self {
            Self::Lines | Self::Table | Self::LastTable => true,
            Self::Log => terminal::can_draw() || tracing::enabled!(tracing::Level::INFO),
            Self::Ending => false,
        }
    }
}

/// How the status of a job is shown, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::job) struct StatusView {
    pub(in crate::job) view: View,
    /// Whether it is shown from the start, also if the program waits for the job itself.
    pub(in crate::job) from_start: bool,
}

/// The standard streams of the process.
#[derive(Debug, Clone, Copy)]
struct StandardStreams {
    /// Whether standard error is a terminal that can be drawn on.
    draws: bool,
    /// What is a terminal, by its path.
    terminals: &'static [&'static str],
}

const STDIN: &str = "/dev/stdin";
const STDOUT: &str = "/dev/stdout";

impl StatusView {
    /// The view that a configuration asks for, with the streams of the process.
    pub(in crate::job) fn of(status: Status, declaration: &Declaration) -> Self {
        let terminals: &[&str] = match (io::stdin().is_terminal(), io::stdout().is_terminal()) {
            (true, true) => &[STDIN, STDOUT],
            (true, false) => &[STDIN],
            (false, true) => &[STDOUT],
            (false, false) => &[],
        };
        Self::with(status, declaration, StandardStreams { draws: terminal::can_draw(), terminals })
    }

    fn with(status: Status, declaration: &Declaration, streams: StandardStreams) -> Self {
        let uses_terminal = || uses_terminal(declaration, streams);
        let (view, from_start) = match status {
            Status::Off => (View::Ending, false),
            Status::Auto if !streams.draws || uses_terminal() => (View::Log, false),
            Status::Auto => (View::Lines, false),
            Status::On if streams.draws => (View::Lines, true),
            Status::On => (View::Log, true),
            Status::Top if streams.draws => (View::Table, true),
            Status::Top => (View::LastTable, true),
        };
        Self { view, from_start }
    }
}

/// Whether a source reads from the terminal, or a sink prints there or may do so: that of
/// `for_each` is a closure.
fn uses_terminal(declaration: &Declaration, streams: StandardStreams) -> bool {
    let is_terminal = |path: &Path| {
        let mut terminals = streams.terminals.iter().chain(&["/dev/tty"]);
        terminals.any(|terminal| path == Path::new(terminal))
    };
    declaration.nodes().iter().any(|node| {
        let may_print = node.kind.is_sink() && node.work.starts_with("ForEach");
        (may_print && is_terminal(Path::new(STDOUT)))
            || node.files.iter().any(|file| is_terminal(file.path()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;

    const ON_TERMINAL: StandardStreams =
        StandardStreams { draws: true, terminals: &[STDIN, STDOUT] };

    fn quiet() -> Topology {
        topology!(source(from_iter([1])) >> ignore)
    }

    fn view(status: Status, topology: &Topology, streams: StandardStreams) -> (View, bool) {
        let shown = StatusView::with(status, topology.declaration(), streams);
        (shown.view, shown.from_start)
    }

    #[test]
    fn a_terminal_gets_lines_and_anything_else_the_log() {
        let log = StandardStreams { draws: false, ..ON_TERMINAL };
        for (status, on_terminal, elsewhere) in [
            (Status::Auto, (View::Lines, false), (View::Log, false)),
            (Status::On, (View::Lines, true), (View::Log, true)),
            (Status::Top, (View::Table, true), (View::LastTable, true)),
            (Status::Off, (View::Ending, false), (View::Ending, false)),
        ] {
            assert_eq!(view(status, &quiet(), ON_TERMINAL), on_terminal, "{status:?}");
            assert_eq!(view(status, &quiet(), log), elsewhere, "{status:?}");
        }
    }

    #[test]
    fn a_job_that_prints_on_the_terminal_is_not_drawn_over_unless_asked_for() {
        let numbers = || from_iter([1]);
        let printing = [
            topology!(source(numbers()) >> sink(stdout_lines())),
            topology!(source(numbers()) >> sink(debug_lines())),
            topology!(source(numbers()) >> sink(for_each(drop::<i32>))),
        ];
        let piped = StandardStreams { terminals: &[STDIN], ..ON_TERMINAL };
        for topology in printing {
            assert_eq!(view(Status::Auto, &topology, ON_TERMINAL).0, View::Log, "{topology}");
            assert_eq!(view(Status::Auto, &topology, piped).0, View::Lines, "{topology}");
            assert_eq!(view(Status::On, &topology, ON_TERMINAL).0, View::Lines, "{topology}");
        }
        let typed = topology!(source(stdin_lines()) >> ignore);
        assert_eq!(view(Status::Auto, &typed, ON_TERMINAL).0, View::Log);
        let fed = StandardStreams { terminals: &[STDOUT], ..ON_TERMINAL };
        assert_eq!(view(Status::Auto, &typed, fed).0, View::Lines);
    }
}
