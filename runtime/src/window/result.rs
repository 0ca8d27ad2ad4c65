//! What windows with an aggregate emit.

use super::Firing;
use crate::time::EventTime;
use serde::{Deserialize, Serialize};

/// The value of an aggregate over the events of one key in one window.
///
/// Emitted by [`aggregate`](crate::builder::WindowedStream::aggregate) for all kinds of windows but
/// trailing ones, each time a window fires. Its event time is the last microsecond of the window.
///
/// Serializable: times as RFC 3339 text (see [`EventTime`]), the firing as its text.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// fn report(total: &WindowResult<&str, f64>) -> String {
///     let WindowResult { key, start, value, firing, .. } = total;
///     format!("{key} at {start}: {value:.2} ({firing})")
/// }
///
/// let (start, firing) = (EventTime::from_secs(60), Firing::OnTime);
/// let total = WindowResult { key: "north", start, end: start + 1.mins(), firing, value: 2.5 };
/// assert_eq!(report(&total), "north at 1970-01-01T00:01:00Z: 2.50 (on time)");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowResult<K, R> {
    /// The key of the events.
    pub key: K,
    /// The start of the window, inclusive.
    pub start: EventTime,
    /// The end of the window, exclusive.
    pub end: EventTime,
    /// Which firing of the window emitted this result.
    pub firing: Firing,
    /// The result of the aggregate.
    pub value: R,
}

/// An event with the value of an aggregate over the events of its key up to it.
///
/// Emitted by [`aggregate`](crate::builder::WindowedStream::aggregate) on
/// [`trailing`](super::trailing) windows, once for each event. Its event time is that of the event.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// /// A payment of more than three times the mean of the week is suspicious.
/// fn is_suspicious(payment: &TrailingResult<u64, f64, f64>) -> bool {
///     payment.event > 3.0 * payment.value
/// }
///
/// assert!(is_suspicious(&TrailingResult { key: 7, event: 500.0, value: 120.0 }));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailingResult<K, T, R> {
    /// The key.
    pub key: K,
    /// The event.
    pub event: T,
    /// The result of the aggregate; an array with one for each span if there are several.
    pub value: R,
}
