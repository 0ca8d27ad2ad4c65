//! Windows that wait for the watermark.

use crate::time::EventTime;

/// A window that is open.
///
/// # Examples
/// ```
/// use millstream::metrics::PendingWindow;
/// use millstream::prelude::*;
///
/// let window = PendingWindow { fires_at: EventTime::from_secs(60), windows: 2 };
/// assert_eq!(window.windows, 2);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PendingWindow {
    /// It fires once the watermark has come to this.
    pub fires_at: EventTime,
    /// How many windows are open in the instance, this one included; where each key has windows of
    /// its own, how many keys have any.
    pub windows: u64,
}
