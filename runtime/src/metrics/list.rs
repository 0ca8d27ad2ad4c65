//! The list of counters: the one place to add one.
//!
//! The fields of [`InstanceCounters`](super::InstanceCounters) and
//! [`InstanceMetrics`](super::InstanceMetrics), sums, text, JSON and the names for monitoring
//! systems all follow from it.

/// Passes all counters on to the macro `$then`: documentation, name, name in OpenMetrics without
/// its `_total`, and a line of help there.
macro_rules! counters {
    ($then:ident) => {
        $then! {
            /// Events received.
            events_in, "millstream_events_in", "Events received.";
            /// Events emitted by the main output.
            events_out, "millstream_events_out", "Events emitted by the main output.";
            /// Events behind the watermark.
            late, "millstream_late", "Events behind the watermark.";
            /// Errors emitted by the error output.
            errors, "millstream_errors", "Errors emitted by the error output.";
            /// Events for which the edge into the node had no room, or that a
            /// [`throttle`](crate::builder::Stream::shed) or a
            /// [join](crate::builder::Joining::shed) has shed; they do not count as received.
            overflow, "millstream_overflow", "Events without room, or shed.";
            /// Events dropped for lack of a destination, such as late ones, or because they waited
            /// for a timer at the end of input (`unfired`).
            dropped, "millstream_dropped", "Events dropped for lack of a destination.";
            /// Events that [`dedupe`](crate::builder::KeyedStream::dedupe) has dropped because they
            /// repeat others of their key, or [`debounce`](crate::builder::KeyedStream::debounce)
            /// because newer ones replace them; they do not count as `dropped`.
            duplicates, "millstream_duplicates", "Events dropped as repetitions of their key.";
            /// Processing-time timers set after the end of input, which are never called. Each also
            /// counts as dropped, for what it held.
            unfired, "millstream_unfired", "Processing-time timers that are never called.";
            /// Calls that were repeated after an error, as `retry` of the operator says.
            retries, "millstream_call_retries", "Calls repeated after an error.";
            /// Attempts that took longer than the operator's `timeout`, or its `deadline`; each
            /// that is not repeated also counts as an error.
            timeouts, "millstream_call_timeouts", "Attempts longer than their timeout.";
            /// Barriers that have reached a sink.
            barriers, "millstream_barriers", "Barriers that have reached a sink.";
        }
    };
}

pub(super) use counters;
