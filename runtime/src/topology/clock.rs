//! What goes by the job's clock, and so may turn out otherwise when events are read again.

use std::fmt;

/// What of a node goes by the job's clock.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream::topology::ClockUse;
///
/// let topology = topology!(
///     hits = source(from_iter(["/home"])),
///     counts = hits
///         >> by(|path| *path)
///         >> window(tumbling(1.mins()).by_clock())
///         >> aggregate(|_| (), count()),
///     [counts >> map(|_| ()), counts.late >> map(|_| ())] >> ignore,
/// );
/// assert_eq!(topology.nodes()[1].clock, Some(ClockUse::Windows));
/// assert_eq!(ClockUse::Windows.to_string(), "windows by the clock");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockUse {
    /// Its windows.
    Windows,
    /// Timers that it sets.
    Timers,
    /// State that expires.
    Expiry,
}

impl fmt::Display for ClockUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Windows => "windows by the clock",
            Self::Timers => "timers by the clock",
            Self::Expiry => "state that expires by the clock",
        })
    }
}
