//! When a limit is worth a line in the log.

use super::Cause;

/// The number of windows with the same node after which a limit is reported, and of those without
/// after which it is taken back.
const SUSTAINED: u32 = 5;
const GONE: u32 = 3;

/// Follows the causes of a job, one a window, and decides what changes.
#[derive(Debug, Default)]
pub(crate) struct Pressure {
    /// The limit of the last windows, and how many they are.
    candidate: Option<(usize, u32)>,
    /// The limit that is reported, and how many windows it has been gone for.
    reported: Option<(usize, u32)>,
}

/// What changes with a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PressureChange {
    /// Nothing.
    None,
    /// The node is a lasting limit; another one is no longer.
    Lasting(usize),
    /// The node is no longer a limit.
    Gone(usize),
}

impl Pressure {
    /// Adds the cause of the next window.
    pub(crate) fn observe(&mut self, cause: &Cause) -> PressureChange {
        let node = cause.node;
        self.candidate = match (self.candidate, node) {
            (Some((before, windows)), Some(node)) if before == node => {
                Some((node, windows.saturating_add(1)))
            }
            (_, node) => node.map(|node| (node, 1)),
        };
        if let Some((node, SUSTAINED..)) = self.candidate
            && self.reported.is_none_or(|(reported, _)| reported != node)
        {
            self.reported = Some((node, 0));
            return PressureChange::Lasting(node);
        }
        let Some((reported, gone)) = self.reported else { return PressureChange::None };
        let gone = if node == Some(reported) { 0 } else { gone + 1 };
        self.reported = (gone < GONE).then_some((reported, gone));
        if self.reported.is_some() { PressureChange::None } else { PressureChange::Gone(reported) }
    }
}
