//! The terminal of the process, on standard error.

use std::io::{self, IsTerminal, Stderr};

/// The columns and lines of a terminal that does not say.
const COLUMNS: usize = 80;
const LINES: usize = 24;

/// Whether lines can be drawn again there: a terminal that moves its cursor.
pub(super) fn can_draw() -> bool {
    let moves = std::env::var_os("TERM").is_some_and(|name| name != "dumb" && !name.is_empty());
    cfg!(unix) && moves && io::stderr().is_terminal()
}

/// Its columns and lines, now: a window may change.
pub(super) fn size() -> (usize, usize) {
    let (columns, lines) = asked().unwrap_or_default();
    let given = |name| std::env::var(name).ok().and_then(|value| value.parse().ok());
    let first = |asked, name, otherwise| match asked {
        0 => given(name).filter(|given| *given > 0).unwrap_or(otherwise),
        asked => asked,
    };
    (first(columns, "COLUMNS", COLUMNS), first(lines, "LINES", LINES))
}

/// What the terminal says; 0 if it does not know.
#[cfg(unix)]
fn asked() -> Option<(usize, usize)> {
    let size = rustix::termios::tcgetwinsize(io::stderr()).ok()?;
    Some((size.ws_col.into(), size.ws_row.into()))
}

#[cfg(not(unix))]
fn asked() -> Option<(usize, usize)> {
    None
}

pub(super) fn out() -> Stderr {
    io::stderr()
}
