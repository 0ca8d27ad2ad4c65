//! A key that holds up the calls of an operator.

use std::fmt;

/// The key of most of the events that wait in an instance whose input waits too: one call of a key
/// is in flight at a time.
///
/// In [`NodeMetrics::hot_keys`](super::NodeMetrics::hot_keys). The first time is logged, without
/// the event, which may be personal. Split such a key, make its calls shorter, or let the operator
/// do without state: more calls in flight do not help it.
///
/// # Examples
/// ```
/// use millstream::metrics::HotKey;
///
/// let event = Some("Payment { card: 7 }".to_owned());
/// let hot = HotKey { instance: 0, waiting: 120, of: 128, event };
/// let text = "instance 0: 120 of 128 waiting events have the key of Payment { card: 7 }";
/// assert_eq!(hot.to_string(), text);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HotKey {
    /// The instance, from 0.
    pub instance: usize,
    /// How many events waited for a call of the key when the input last had to wait.
    pub waiting: usize,
    /// How many events waited for a call of any key.
    pub of: usize,
    /// One of its events; none if events have no `Debug`.
    pub event: Option<String>,
}

impl fmt::Display for HotKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { instance, waiting, of, event } = self;
        write!(f, "instance {instance}: {waiting} of {of} waiting events have ")?;
        match event {
            Some(event) => write!(f, "the key of {event}"),
            None => f.write_str("one key"),
        }
    }
}
