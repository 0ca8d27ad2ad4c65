//! Late events: to the late output, or dropped and counted.

use crate::error::Result;
use crate::event::{Meta, Passed};
use crate::exchange::Tee;
use crate::metrics::InstanceCounters;
use crate::window::Late;

/// Emits a late event to the late output, with what its split had passed; without that output it is
/// dropped and counted.
#[cold]
pub(in crate::stage) fn report_late<T: Send>(
    (late, passed): (Late<T>, Passed),
    output: &mut Option<Tee<Late<T>>>,
    counters: &InstanceCounters,
) -> Result<()> {
    counters.late.add(1);
    match output {
        Some(output) => {
            let time = late.time;
            output.emit_with(passed, late, Meta { time, ..Meta::default() });
            Ok(())
        }
        None => {
            counters.dropped.add(1);
            Ok(())
        }
    }
}
