//! Late events: to the late output, or dropped and counted.

use crate::error::Result;
use crate::event::{Meta, Passed};
use crate::exchange::Tee;
use crate::metrics::InstanceCounters;
use crate::window::Late;
use std::time::Duration;

/// Emits a late event to the late output, with what its split had passed; without that output it is
/// dropped and counted.
#[cold]
pub(in crate::stage) fn report_late<T: Send>(
    (late, passed): (Late<T>, Passed),
    output: &mut Option<Tee<Late<T>>>,
    counters: &InstanceCounters,
) -> Result<()> {
    let behind = late.watermark.as_micros().saturating_sub(late.time.as_micros());
    counters.count_late(Duration::from_micros(behind.try_into().unwrap_or_default()));
    match output {
        Some(output) => {
            let time = late.time;
            output.emit_with(passed, late, Meta { time, ..Meta::default() });
            Ok(())
        }
        None => {
            counters.count_dropped(1);
            Ok(())
        }
    }
}
