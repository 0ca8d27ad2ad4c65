//! Late events: to the late output, or dropped and counted.

use crate::error::Result;
use crate::event::Meta;
use crate::exchange::Tee;
use crate::metrics::InstanceCounters;
use crate::operator::Emit;
use crate::window::Late;

/// Emits a late event to the late output; without one it is dropped and counted.
#[cold]
pub(in crate::stage) fn report_late<T: Send>(
    late: Late<T>,
    output: &mut Option<Tee<Late<T>>>,
    counters: &InstanceCounters,
) -> Result<()> {
    counters.late.add(1);
    match output {
        Some(output) => {
            let time = late.time;
            output.emit(late, Meta { time, ..Meta::default() })
        }
        None => {
            counters.dropped.add(1);
            Ok(())
        }
    }
}
