//! What of a node may turn out otherwise when its events are read again.

use std::fmt;

/// What of a node may turn out otherwise when its events are read again: it goes by the job's
/// clock, or by the order in which calls return.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream::topology::Chance;
///
/// let topology = topology!(
///     hits = source(from_iter(["/home"])),
///     counts = hits
///         >> by(|path| *path)
///         >> window(tumbling(1.mins()).by_clock())
///         >> aggregate(|_| (), count()),
///     counts >> ignore,
///     counts.late >> ignore,
/// );
/// assert_eq!(topology.nodes()[1].chance, Some(Chance::Windows));
/// assert_eq!(Chance::Windows.to_string(), "windows by the clock");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chance {
    /// Its windows.
    Windows,
    /// Its batches.
    Batches,
    /// What it emits after a silence.
    Silence,
    /// Timers that it sets.
    Timers,
    /// State that expires.
    Expiry,
    /// Its results: they leave as calls return.
    Order,
}

impl fmt::Display for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Windows => "windows by the clock",
            Self::Batches => "batches by the clock",
            Self::Silence => "a silence by the clock",
            Self::Timers => "timers by the clock",
            Self::Expiry => "state that expires by the clock",
            Self::Order => "results in any order",
        })
    }
}

impl Chance {
    /// What to write instead, in the node of this name.
    pub(crate) fn remedy(self, node: &str) -> String {
        match self {
            Self::Windows | Self::Timers | Self::Expiry => format!("go by event time in `{node}`"),
            Self::Batches => format!("write `window(counted(n))` for `{node}`"),
            Self::Silence => format!("write `window(session(…))` for `{node}`"),
            Self::Order => format!("leave out `order = none` of `{node}`"),
        }
    }
}
